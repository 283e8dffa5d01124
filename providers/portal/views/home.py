"""Where the portal begins, and the choice for whom one acts there (pages §2.6)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.middleware import SESSION_KEY as CHOSEN_AUTHORITY
from ccis.access.roles import Permission
from providers.portal import presenters
from providers.portal.forms import ActForForm
from providers.portal.todo import coming_next, to_do
from providers.portal.views.base import CHOSEN_SEAT, PortalView


class Home(PortalView, TemplateResponseMixin, ContextMixin):
    """What there is to do, with its days, or what comes next; nobody is named."""

    permission = Permission.USE_PORTAL
    template_name = "portal/home.jinja"
    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        at = timezone.now()
        found = to_do(self.seat, at)
        coming = None if found else coming_next(self.seat, at)
        elsewhere = {one: len(to_do(one, at)) for one in self.seats if one.pk != self.seat.pk}
        return self.render_to_response(
            self.get_context_data(
                to_do=presenters.lines(found, at),
                nothing=presenters.nothing_to_do(coming),
                elsewhere=presenters.elsewhere(elsewhere),
            )
        )


class ActFor(PortalView, FormView[ActForForm]):
    """Says for which organisation, and for which council, one acts from now."""

    permission = Permission.USE_PORTAL
    form_class = ActForForm
    template_name = "portal/act_for.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"seats": self.seats}

    def get_initial(self) -> dict[str, Any]:
        return {"seat": self.seat.ref}

    def form_valid(self, form: ActForForm) -> HttpResponse:
        chosen = form.chosen
        self.request.session[CHOSEN_AUTHORITY] = chosen.authority.code
        self.request.session[CHOSEN_SEAT] = chosen.ref
        return redirect("portal:home")
