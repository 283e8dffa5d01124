"""Whoever finds an incident reports it: an organisation in the portal, an officer here (LC-21)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from providers.models import Provider
from providers.portal.views import PortalView
from sharing.incidents import actions, rules
from sharing.incidents.forms import ReportForm
from sharing.incidents.models import Incident


class TakesReport(RequiresPermission, FormView[ReportForm]):
    """Takes a report, and tells the council's governance at once."""

    form_class = ReportForm
    template_name = "incidents/report.jinja"
    finder: Incident.Finder
    whom = ""
    """Who is told, and will call."""
    home, home_words = "", ""

    @property
    def organisation(self) -> Provider | None:
        """At whose place it happened."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        home = reverse(self.home)
        return super().get_context_data(
            whom=self.whom,
            is_staff=self.finder == Incident.Finder.STAFF,
            back={"href": home, "text": self.home_words},
            cancel=home,
            **kwargs,
        )

    def form_valid(self, form: ReportForm) -> HttpResponse:
        at, given = timezone.now(), form.cleaned_data
        found = actions.Found(
            kind=given["kind"],
            title=given["title"],
            finder=self.finder,
            found_by=f"{self.user.name}, phone {given['phone']}"[:150],
            aware_at=at,
            happened=given["happened"],
            provider=self.organisation,
        )
        made = actions.record(found, authority=self.authority, by=self.user, at=at, reported=True)
        actions.note(made, stage=rules.DATA, words=given["details"], by=self.user, at=at)
        messages.success(
            self.request,
            f"{self.whom} has been told. Your reference is {show_reference(made.ref)}. "
            "It will call you",
        )
        return redirect(self.home)


class ReportIncident(PortalView, TakesReport):
    """An organisation reports an incident of its own."""

    permission = Permission.REPORT_INCIDENTS
    finder = Incident.Finder.ORGANISATION
    whom, home, home_words = "The council", "portal:home", "To do"

    @property
    def organisation(self) -> Provider:
        """Their own."""
        return self.provider


class TellOfIncident(TakesReport):
    """An officer reports what they found, did or were told; the register is governance's."""

    permission = Permission.TELL_OF_INCIDENTS
    finder = Incident.Finder.STAFF
    whom, home, home_words = "Information governance", "govuk:home", "Start"

    def get_form(self, form_class: type[ReportForm] | None = None) -> ReportForm:
        """Whose passing on it was is the register's to say: an officer says what happened."""
        form = super().get_form(form_class)
        kind = form.fields["kind"]
        kind.choices = [one for one in Incident.Kind.choices if one[0] != Incident.Kind.ONWARD]  # type: ignore[attr-defined]
        return form
