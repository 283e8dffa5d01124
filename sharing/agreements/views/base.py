"""What every page of agreements stands on."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from sharing.agreements import rules
from sharing.agreements.models import Agreement, Version

PLACES = (
    ("agreements:agreements", "Agreements"),
    ("agreements:notices", "Privacy notices"),
    ("agreements:programmes", "Programmes"),
    ("agreements:gateways", "Legal gateways"),
    ("agreements:wording", "Wording"),
)


class AgreementsPage(RequiresPermission):
    """A page for those who may see agreements; ``place`` is its item of the sub-navigation."""

    permission = Permission.SEE_AGREEMENTS
    place = "agreements:agreements"

    @property
    def frame(self) -> dict[str, Any]:
        """What the templates of pages to look at want."""
        return {
            "places": [
                {"text": text, "href": reverse(name), "current": name == self.place}
                for name, text in PLACES
            ],
            "may_keep": self.may(Permission.KEEP_AGREEMENTS),
            "today": timezone.localdate(),
        }


class ShowAgreements(AgreementsPage, TemplateResponseMixin, ContextMixin):
    """A page that is only looked at."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the page."""
        return self.render_to_response(self.get_context_data())


class OfAgreement(AgreementsPage):
    """A page of one agreement of the authority."""

    @cached_property
    def agreement(self) -> Agreement:
        """The agreement; not found when it is another authority's."""
        return get_object_or_404(
            Agreement.objects.select_related("provider", "authority"),
            authority=self.authority,
            ref=self.kwargs["ref"],
        )

    @cached_property
    def versions(self) -> list[Version]:
        """Its versions, newest first."""
        found = self.agreement.versions.select_related("programme", "wording").order_by("-number")
        versions = list(found)
        for one in versions:
            one.agreement = self.agreement
        return versions

    @property
    def governing(self) -> Version | None:
        """The version that binds the parties."""
        return next((one for one in self.versions if one.state in rules.GOVERNING), None)

    @property
    def being_made(self) -> Version | None:
        """The version that does not bind yet."""
        return next((one for one in self.versions if one.state in rules.BEFORE), None)

    def made_or_404(self) -> Version:
        """The version that is being made; not found when there is none."""
        if self.being_made is None:
            raise Http404
        return self.being_made

    def governing_or_404(self) -> Version:
        """The version that binds; not found when there is none."""
        if self.governing is None:
            raise Http404
        return self.governing

    @property
    def address(self) -> str:
        """The agreement's own page."""
        return reverse("agreements:agreement", args=[self.agreement.ref])

    @property
    def back(self) -> dict[str, str]:
        """The link back to it."""
        return {"href": self.address, "text": "Agreement"}
