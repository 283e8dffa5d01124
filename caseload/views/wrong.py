"""Noting that what a file told is wrong, so that its sender is told (LA-10)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from caseload.actions.wrong import came_by_file, note_wrong
from caseload.errors import CannotRecord
from caseload.presenters import facts, parts
from caseload.views.facts import OneFact
from ccis.access.views import signed_in_user
from ccis.govuk.fields import TextField


class WrongForm(forms.Form):
    """What is wrong, in words for the sender."""

    words = TextField(
        label="What is wrong?",
        hint="The sender reads this beside the number of its row. No names are needed.",
        max_length=300,
        error_messages={"required": "Enter what is wrong"},
    )


class TellSender(OneFact):
    """Ask what is wrong with something that came by a file."""

    heading = "Tell the sender that this is wrong"
    button = "Save for the sender"

    def find(self) -> HttpResponse | None:
        gone = super().find()
        if gone is None and not came_by_file(self.fact):
            raise Http404
        return gone

    def blank_form(self) -> WrongForm:
        self.page = f"{self.part.slug}-wrong"
        return WrongForm()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        about = f"{parts.value_of(self.fact)}. {facts.whence(self.fact)}."
        kwargs.setdefault("about", about)
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.page = f"{self.part.slug}-wrong"
        if gone := self.find():
            return gone
        form = WrongForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            note_wrong(
                fact=self.fact,
                what=self.part.one,
                words=form.cleaned_data["words"],
                by=signed_in_user(request),
                at=timezone.now(),
            )
        except CannotRecord as error:
            return self.refused(form, error)
        return self.done(
            "Noted for the sender, on the page of the file. If you have not yet, put the record "
            "right"
        )
