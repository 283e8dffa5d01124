"""An organisation reports an incident of its own in the portal (LC-21)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.references import show_reference
from ccis.access.roles import Permission
from providers.portal.views import PortalView
from sharing.incidents import actions, rules
from sharing.incidents.forms import ReportForm
from sharing.incidents.models import Incident


class ReportIncident(PortalView, FormView[ReportForm]):
    """Takes the report, and tells the council's governance at once."""

    permission = Permission.REPORT_INCIDENTS
    form_class = ReportForm
    template_name = "incidents/report.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            council=self.authority.title,
            back={"href": reverse("portal:home"), "text": "To do"},
            cancel=reverse("portal:home"),
            **kwargs,
        )

    def form_valid(self, form: ReportForm) -> HttpResponse:
        at, given = timezone.now(), form.cleaned_data
        made = actions.record(
            actions.Found(
                kind=given["kind"],
                title=given["title"],
                finder=Incident.Finder.ORGANISATION,
                found_by=f"{self.user.name}, phone {given['phone']}"[:150],
                aware_at=at,
                happened=given["happened"],
                provider=self.provider,
            ),
            authority=self.authority,
            by=self.user,
            at=at,
            by_portal=True,
        )
        actions.note(made, stage=rules.DATA, words=given["details"], by=self.user, at=at)
        messages.success(
            self.request,
            f"The council has been told. Your reference is {show_reference(made.ref)}. "
            "It will call you",
        )
        return redirect("portal:home")
