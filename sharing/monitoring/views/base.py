"""What the pages of drop-out monitoring stand on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from sharing.monitoring.errors import CannotDo

PLACES = (
    ("Returns", "/dropouts/"),
    ("Figures", "/dropouts/figures/"),
    ("To pass on", "/dropouts/passing-on/"),
    ("Who gets what", "/dropouts/routes/"),
    ("Retention", "/dropouts/retention/"),
    ("Service level agreements", "/dropouts/service-levels/"),
    ("Without an agreement", "/dropouts/without-agreement/"),
    ("Toolkit", "/dropouts/toolkit/"),
)
"""Pages of the family, in order; one that this installation has not is left out."""


class DropoutsPage(RequiresPermission):
    """A page for those who may see how drop-outs are returned."""

    permission = Permission.SEE_DROPOUTS
    place = "/dropouts/"

    @property
    def frame(self) -> dict[str, Any]:
        """What the templates of these pages want."""
        return {
            "places": [
                {"text": text, "href": path, "current": path == self.place}
                for text, path in PLACES
                if self._may_open(path)
            ],
            "may_keep": self.may(Permission.KEEP_SERVICE_LEVELS),
            "may_chase": self.may(Permission.CHASE_DROPOUTS),
        }

    def _may_open(self, path: str) -> bool:
        try:
            view = resolve(path).func
        except Resolver404:
            return False
        permission = getattr(getattr(view, "view_class", None), "permission", None)
        return permission is not None and self.may(permission)


class ShowDropouts(DropoutsPage, TemplateResponseMixin, ContextMixin):
    """A page that is only looked at."""

    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(self.get_context_data())


class AskPage(DropoutsPage, FormView[forms.Form]):
    """Asks something, and does it."""

    permission = Permission.KEEP_SERVICE_LEVELS
    template_name = "monitoring/form.jinja"
    heading = ""
    page_caption = ""
    words = ""
    button = "Save"
    done = "Saved"

    def act(self, form: forms.Form) -> str | None:
        """Do it; gives where to go, or nothing for the page that it came from."""
        raise NotImplementedError

    @property
    def back_address(self) -> str:
        """Where the page came from."""
        return reverse("monitoring:returns")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page_heading=self.heading,
            page_caption=self.page_caption,
            page_words=self.words,
            button_words=self.button,
            back={"href": self.back_address, "text": "Back"},
            cancel=self.back_address,
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            address = self.act(form)
        except CannotDo as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, error.message.splitlines())
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(address or self.back_address)
