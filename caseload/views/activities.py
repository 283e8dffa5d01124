"""What someone is doing: spells as a table and a bar, recorded, corrected, confirmed, ended."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from caseload.actions import activities
from caseload.errors import CannotRecord
from caseload.forms.activities import ActivityForm, ConfirmForm
from caseload.forms.ending import EndActivityForm, EndForm
from caseload.forms.facts import FactForm
from caseload.forms.parts import ACTIVITIES
from caseload.models import Activity, Verification
from caseload.presenters import spells
from caseload.queries.lineage import Lineage
from caseload.queries.timeline import versions_of
from caseload.views.facts import AddFact, CorrectFact, EndFact, OneFact
from caseload.views.person import ShowPerson
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user


class ShowActivities(ShowPerson):
    """Every spell, the current one first."""

    page = "activities"
    tab = "activities"
    template_name = "caseload/activities.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = versions_of(self.person, [Activity, Verification])
        held = Lineage(found[Activity])
        return super().get_context_data(
            **spells.page(
                held,
                found[Verification],
                self.person,
                on=self.on,
                may_edit=Permission.EDIT_PEOPLE in self.may,
            ),
            **kwargs,
        )


class OfActivities:
    """What the activities' forms have of their own: a date of birth to check the code by."""

    part = ACTIVITIES

    def make_form(self, *args: Any, **kwargs: Any) -> ActivityForm:
        """The form for an activity of this person."""
        born = self.summary.date_of_birth  # type: ignore[attr-defined]
        return ActivityForm(*args, born=born, **kwargs)


class RecordActivity(OfActivities, AddFact):
    """What they are doing now, or did at some time; the activity before ends by itself."""

    heading = "Record what they are doing now"
    verb = "recorded"

    def make_form(self, *args: Any, **kwargs: Any) -> ActivityForm:
        return super().make_form(*args, is_new=True, **kwargs)

    def add(self, form: FactForm) -> None:
        activities.record(
            person=self.person,
            started_on=form.cleaned_data["started_on"],
            ended_on=form.cleaned_data["ended_on"],
            verified_on=form.cleaned_data["verified_on"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
            **form.values(),
        )


class CorrectActivity(OfActivities, CorrectFact):
    """Put a recorded activity right."""

    def correct(self, form: FactForm) -> None:
        activities.correct(
            activity=self.fact,
            started_on=form.cleaned_data["started_on"],
            ended_on=form.cleaned_data["ended_on"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
            **form.values(),
        )


class EndActivity(EndFact):
    """The last day of an activity, and why it ended."""

    form_class = EndActivityForm

    def end(self, form: EndForm) -> None:
        activities.end(
            activity=self.fact,
            on=form.cleaned_data["ended_on"],
            leaving_reason=form.cleaned_data["leaving_reason"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
        )


class ConfirmActivity(OneFact):
    """An activity was seen to go on: a row of its own."""

    heading = "Confirm this activity"
    button = "Confirm"

    def blank_form(self) -> forms.Form:
        self.page = "activities-confirm"
        return ConfirmForm(initial={"version": str(self.fact.pk)})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("about", spells.in_words(self.fact))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = "activities-confirm"
        if gone := self.find():
            return gone
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            activities.confirm(
                activity=self.fact,
                verified_on=form.cleaned_data["verified_on"],
                source=form.cleaned_data["source"],
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except CannotRecord as error:
            return self.refused(form, error)
        return self.done("Activity confirmed")
