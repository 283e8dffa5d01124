"""Closing a record: what it does is listed before it is done (pages §2.2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from caseload.actions import departures
from caseload.errors import CannotRecord
from caseload.forms.leaving import DeathForm, MoveForm
from caseload.models import Departure
from caseload.presenters.conflict import carried
from caseload.views.facts import PersonForm
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user
from ccis.calendar.words import date_in_words
from ccis.govuk.summary import row, summary


class Leave(PersonForm):
    """Ask, list what will happen, and do it on the second press."""

    permission = Permission.CLOSE_RECORDS
    button = "Continue"
    confirm_button = ""
    done_message = ""
    form_class: type[MoveForm] | type[DeathForm]

    def back(self) -> str:
        return reverse("caseload:person", args=[self.person.ref])

    def blank_form(self) -> MoveForm | DeathForm:
        return self.form_class()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid() or "change" in request.POST:
            return self.show(form)
        if "confirmed" not in request.POST:
            return self.check(form)
        try:
            self.leave(form)
        except CannotRecord as error:
            return self.refused(form, error)
        messages.success(request, self.done_message)
        return redirect(self.after())

    def check(self, form: MoveForm | DeathForm) -> HttpResponse:
        """What will happen, before it does."""
        self.template_name = "caseload/leave_check.jinja"
        return self.show(
            form,
            carried=carried(self.request.POST),
            answers=summary(self.answers(form)),
            effects=[
                *self.effects(),
                *(one.on_leaving for one in self.holdings if one.on_leaving),
            ],
            button=self.confirm_button,
        )

    def answers(self, form: Any) -> list[dict[str, Any]]:
        """What was answered, as rows of a summary list."""
        rows = [row("When", date_in_words(form.cleaned_data["on"]))]
        if form.cleaned_data["source"]:
            rows.append(row("Who told us", form.cleaned_data["source"]))
        return rows

    def effects(self) -> list[str]:
        """What will happen, a sentence each."""
        raise NotImplementedError

    def leave(self, form: Any) -> None:
        """The one call that does it."""
        raise NotImplementedError

    def after(self) -> str:
        """Where to go when it is done."""
        return self.back()


class Move(Leave):
    """Moved to another authority, or out of England."""

    page = "move"
    heading = "Moved away"
    confirm_button = "Record that they moved"
    done_message = "Recorded that they moved"
    form_class = MoveForm

    def answers(self, form: MoveForm) -> list[dict[str, Any]]:
        return [row("They moved", form.to_words), *super().answers(form)]

    def effects(self) -> list[str]:
        return [
            "The next return says once that they moved, and where to. After that it leaves them "
            "out.",
            "They leave the list of people. Search still finds them, and the record stays as it "
            "is.",
            "Their last known activity stays in the record.",
        ]

    def leave(self, form: MoveForm) -> None:
        departures.record(
            person=self.person,
            kind=form.cleaned_data["kind"],
            to_code=form.to_code,
            on=form.cleaned_data["on"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
        )


class Death(Leave):
    """Someone has died: from then on only the administrator sees the record."""

    page = "death"
    heading = "Record a death"
    confirm_button = "Record the death and close the record"
    done_message = "The death is recorded and the record is closed"
    form_class = DeathForm

    def effects(self) -> list[str]:
        return [
            "From now on only the administrator can open this record. You will not find it again.",
            "No letter, message or task will be made for them, and nothing of theirs will be "
            "shared.",
            "The next return says so once. After that it leaves them out.",
        ]

    def leave(self, form: DeathForm) -> None:
        departures.record(
            person=self.person,
            kind=Departure.Kind.DECEASED,
            on=form.cleaned_data["on"],
            source=form.cleaned_data["source"],
            by=signed_in_user(self.request),
            at=timezone.now(),
        )

    def after(self) -> str:
        return reverse("caseload:people")
