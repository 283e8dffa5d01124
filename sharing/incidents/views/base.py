"""What every page of incidents stands on."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from ccis.access.roles import Permission
from providers.models import Provider
from sharing.agreements.models import Agreement
from sharing.errors import CannotShare
from sharing.incidents.models import Incident
from sharing.queries.ledger import recipients
from sharing.views.base import SharingPage


class IncidentsPage(SharingPage):
    """A page of the register, for those who keep it."""

    permission = Permission.KEEP_INCIDENTS
    place = "incidents:incidents"


class Asks(IncidentsPage, FormView[forms.Form]):
    """Asks something and does it; what stands in the way is said at its field."""

    template_name = "incidents/form.jinja"
    heading = ""
    words = ""
    button = "Save"
    done = "Saved"

    def act(self, form: Any) -> str | None:
        """Do it; gives words to say instead of ``done``."""
        raise NotImplementedError

    @property
    def goes_to(self) -> str:
        """Where it leads afterwards, and back."""
        raise NotImplementedError

    @property
    def who(self) -> dict[str, Any]:
        """Who does it, and when."""
        return {"by": self.user, "at": timezone.now()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            page_heading=self.heading,
            words=self.words,
            button_words=self.button,
            back={"href": self.goes_to, "text": "Back"},
            cancel=self.goes_to,
            **kwargs,
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            said = self.act(form)
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, said or self.done)
        return redirect(self.goes_to)


def organisations(page: SharingPage) -> list[Provider]:
    """Organisations with an agreement, or that were ever shared with, by name."""
    agreed = Agreement.objects.filter(authority=page.authority).values("provider")
    found = {one.pk: one for one in Provider.objects.filter(pk__in=agreed)}
    found |= {one.pk: one for one in recipients(page.authority)}
    return sorted(found.values(), key=lambda one: (one.name, one.pk))


class OfIncident(IncidentsPage):
    """A page of one incident of the authority."""

    @cached_property
    def incident(self) -> Incident:
        """The incident; not found when it is another authority's."""
        mine = Incident.objects.visible_to(self.user).filter(authority=self.authority)
        named = mine.select_related("authority", "provider", "recorded_by", "closed_by")
        return get_object_or_404(named, ref=self.kwargs["incident"])

    @property
    def goes_to(self) -> str:
        """The incident's own page."""
        return reverse("incidents:incident", args=[self.incident.ref])

    @property
    def back(self) -> dict[str, str]:
        """The link back to it."""
        return {"href": self.goes_to, "text": "Incident"}
