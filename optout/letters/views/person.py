"""The letters that one person was sent, and those that came back."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from caseload.views.facts import PersonForm
from caseload.views.person import PersonPage, ShowPerson
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user
from optout.errors import CannotDo
from optout.letters.actions import making, returned
from optout.letters.forms import DownloadForm, ReturnedForm
from optout.letters.models import Letter
from optout.letters.presenters import person as presenter
from optout.letters.views.printed import pdf


class PersonLetters(ShowPerson):
    """What each letter announced, where it went and when."""

    page = "letters"
    tab = "letters"
    template_name = "letters/person.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in_user(self.request)
        may_open = holds(user, Permission.PLAN_LETTERS, self.person.lead_authority)
        letters = presenter.letters_of(self.person)
        return super().get_context_data(
            letters=[
                presenter.shown(
                    self.person,
                    one,
                    place,
                    may_open=may_open,
                    may_see_why=Permission.SEE_SENSITIVE in self.may,
                )
                for place, one in zip(range(len(letters), 0, -1), letters, strict=True)
            ],
            **kwargs,
        )


def letter_at(page: PersonPage) -> Letter:
    """The letter at the place that the address names; not found when there is none.

    Places are counted from the oldest: one that is planned while a page is open moves no other.
    """
    letters = presenter.letters_of(page.person)[::-1]
    place = int(page.kwargs["place"])
    if not 1 <= place <= len(letters):
        raise Http404
    return letters[place - 1]


class OneLetter(PersonForm):
    """Gives one letter as a PDF to someone who says why, which the trail records (USE-07)."""

    permission = Permission.PLAN_LETTERS
    page = "letters-file"
    tab = "letters"
    heading = "Download a letter"
    button = "Download"

    def back(self) -> str:
        return reverse("letters:person", args=[self.person.ref])

    def blank_form(self) -> forms.Form:
        if letter_at(self).part_id is None:
            raise Http404
        return DownloadForm()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        letter, form = letter_at(self), DownloadForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            content = making.download_one(
                letter,
                by=signed_in_user(request),
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except CannotDo as error:
            form.add_error(None, error.message)
            return self.show(form)
        return pdf(content, f"letter-{letter.batch.ref}-{self.person.ref}")


class CameBack(PersonForm):
    """Asks when a letter came back; it then gave no notice, and its address is not used again."""

    permission = Permission.PLAN_LETTERS
    page = "letters-came-back"
    tab = "letters"
    heading = "A letter came back"
    button = "Record that it came back"

    def back(self) -> str:
        return reverse("letters:person", args=[self.person.ref])

    def blank_form(self) -> forms.Form:
        if letter_at(self).posted_on is None:
            raise Http404
        return ReturnedForm(initial={"on": self.on})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        letter, form = letter_at(self), ReturnedForm(request.POST)
        if letter.posted_on is None:
            raise Http404
        if not form.is_valid():
            return self.show(form)
        try:
            returned.mark_returned(
                letter,
                on=form.cleaned_data["on"],
                why=form.cleaned_data["why"],
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except CannotDo as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.show(form)
        return self.done(
            "Recorded. No letter goes to this address again, and there is a task to find out "
            "where they live"
        )


class DidNotComeBack(PersonForm):
    """Takes back that a letter came back: the mark and the task go, and the notice counts."""

    permission = Permission.PLAN_LETTERS
    page = "letters-did-not-come-back"
    tab = "letters"
    heading = "This letter did not come back"
    button = "Take it back"

    def back(self) -> str:
        return reverse("letters:person", args=[self.person.ref])

    def blank_form(self) -> forms.Form:
        if letter_at(self).returned_on is None:
            raise Http404
        return forms.Form()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about="For when it was recorded by mistake. The mark on the address and the "
            "open task go, and the notice of the letter counts again from the day of posting.",
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            returned.undo_returned(letter_at(self), by=signed_in_user(request), at=timezone.now())
        except CannotDo as error:
            form = forms.Form({})
            form.add_error(None, error.message)
            return self.show(form)
        return self.done("Taken back. The notice of this letter counts again")
