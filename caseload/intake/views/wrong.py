"""What proved wrong in a file after it was used, and the words to tell its sender (LA-10)."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from caseload.errors import CannotRecord
from caseload.intake.models import InboundFile
from caseload.intake.portal.actions import tell
from caseload.intake.portal.queries import TOLD_HERE
from caseload.intake.presenters import files as presenter
from caseload.intake.views.base import FilePage
from caseload.models import FoundWrong
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.audit import trail
from ccis.calendar.words import date_in_words, local_date, short_date
from ccis.govuk.fields import TextField
from providers.portal.queries import seats_at


class ToldForm(forms.Form):
    """To whom and how the sender was told."""

    how = TextField(
        label="To whom was it sent, and how?",
        hint="As in: the data manager, by encrypted email",
        max_length=200,
        error_messages={"required": "Say to whom it was sent, and how"},
    )


class WrongInFile(FilePage):
    """Lists what proved wrong, with a text to send, and records that it was sent."""

    page = "wrong"
    template_name = "intake/wrong.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page; that it was seen is recorded."""
        return self.shown(ToldForm())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record that the sender was told."""
        if not self.may(Permission.SEND_FILES):
            return redirect(presenter.address(self.file, "wrong"))
        in_portal = "in_portal" in self.request.POST and self.has_seats
        form = ToldForm(self.request.POST)
        if not in_portal and not form.is_valid():
            return self.shown(form)
        try:
            tell(
                self.file,
                [one for one in self.found() if one.told_at is None],
                how=TOLD_HERE if in_portal else form.cleaned_data["how"],
                by=self.user,
                at=timezone.now(),
            )
        except CannotRecord as error:
            messages.warning(self.request, error.message)
        else:
            messages.success(self.request, "It is recorded that the sender was told")
        return redirect(presenter.address(self.file, "wrong"))

    @cached_property
    def has_seats(self) -> bool:
        """Whether anyone of the sender's reads it in the portal."""
        provider = self.file.provider
        return bool(provider and seats_at(provider, self.authority, timezone.now()))

    def found(self) -> list[FoundWrong]:
        """What was found wrong, of people whom the user may see."""
        found = FoundWrong.objects.visible_to(self.user).of_file(self.file.ref)
        return list(found.select_related("found_by", "told_by"))

    def shown(self, form: ToldForm) -> HttpResponse:
        found = self.found()
        trail.record(
            "what is wrong in a file seen",
            by=self.user,
            at=timezone.now(),
            authority=self.authority,
            subject=self.file,
            found=len(found),
        )
        to_tell = [one for one in found if one.told_at is None]
        return self.render_to_response(
            self.get_context_data(
                form=form,
                found=[line(one) for one in found],
                letter=letter(self.file, to_tell) if to_tell else "",
                has_seats=self.has_seats,
                back={"href": presenter.address(self.file), "text": "Review"},
            )
        )


def line(found: FoundWrong) -> dict[str, str]:
    """One thing that proved wrong, as a row of the table."""
    told = ""
    if found.told_by and found.told_at:
        told = f"{short_date(local_date(found.told_at))}, {found.told_by.name}: {found.told_how}"
    return {
        "row": str(found.source_row or "not known"),
        "what": found.what,
        "words": found.words,
        "found": f"{short_date(local_date(found.found_at))}, {found.found_by.name}",
        "told": told or "Not yet",
    }


def letter(file: InboundFile, found: list[FoundWrong]) -> str:
    """What to send: rows by number, so that the sender finds them in its own copy."""
    lines = [
        f"Row {one.source_row}, {one.what}: {one.words}"
        if one.source_row
        else f"{one.what.capitalize()}: {one.words}"
        for one in found
    ]
    return "\n".join(
        [
            f"To {file.sender}",
            "",
            f"Of the file {file.file_name} that we received from you on "
            f"{date_in_words(local_date(file.received_at))} (our reference "
            f"{show_reference(file.ref)}) this proved wrong. Please put it right with you.",
            "",
            *lines,
        ]
    )
