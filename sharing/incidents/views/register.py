"""The register of incidents, each of them, and its end (pages §2.5, LC-21)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from ccis.access.references import show_reference
from ccis.govuk.words import plural
from sharing.errors import CannotShare
from sharing.incidents import actions, alarms, presenters, queries, rules
from sharing.incidents.forms import (
    NoteForm,
    RecordForm,
)
from sharing.incidents.models import Incident
from sharing.incidents.views.base import Asks, IncidentsPage, OfIncident, organisations
from sharing.views.base import ShowSharing


class Incidents(IncidentsPage, ShowSharing):
    """Open incidents, what ends first in front, and the last that were closed."""

    template_name = "incidents/incidents.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        mine = Incident.objects.visible_to(self.user).filter(authority=self.authority)
        named = mine.select_related("provider")
        closed = named.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
        still_open = list(named.still_open())
        return super().get_context_data(
            sentence=plural(len(still_open), "open incident"),
            still_open=presenters.rows(still_open, at),
            closed=presenters.rows(closed[:100], at),
            **kwargs,
        )


class RecordIncident(Asks):
    """Records an incident as soon as it is found."""

    form_class = RecordForm
    heading = "Record an incident"
    words = "Record it as soon as it is found. What is not known yet is added as you find out."
    button = "Record it"

    @property
    def goes_to(self) -> str:
        return reverse("incidents:incidents")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisations": organisations(self)}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            made = actions.record(form.found, authority=self.authority, **self.who)
        except CannotShare as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(
            self.request, f"Incident {show_reference(made.ref)} recorded. Its 72 hours run"
        )
        return redirect("incidents:incident", made.ref)


class ShowIncident(OfIncident, ShowSharing):
    """All that is on record of one incident, what is to be done, and its clock."""

    template_name = "incidents/incident.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, at = self.incident, timezone.now()
        alarms.seen(one, at=at)
        standing = queries.standing(one, on=timezone.localdate(at))
        return super().get_context_data(
            incident=one,
            reference=show_reference(one.ref),
            clock=presenters.clock(queries.clock_of(one, at)),
            details=presenters.details(one),
            steps=presenters.steps(one, standing),
            missing=rules.missing(standing),
            notes=presenters.notes(one.notes.select_related("by")),
            decisions=presenters.decisions(one.decisions.select_related("by")),
            is_open=one.closed_at is None,
            back={"href": reverse("incidents:incidents"), "text": "Incidents"},
            **kwargs,
        )


class AddNote(OfIncident, Asks):
    """Adds what was found out, of one stage."""

    form_class = NoteForm
    button = "Add it"
    done = "Added"

    @property
    def stage(self) -> str:
        """The stage; not found when there is none of that name."""
        stage = str(self.kwargs["stage"])
        if stage not in rules.STAGES:
            raise Http404
        return stage

    @property
    def heading(self) -> str:  # type: ignore[override]
        return rules.STAGES[self.stage]

    def act(self, form: Any) -> None:
        actions.note(self.incident, stage=self.stage, **form.cleaned_data, **self.who)
