"""Forms that close a record: moved away, or died."""

from typing import Any

from django import forms
from django.utils import timezone

from caseload.models import Departure
from ccis.authorities.models import Authority
from ccis.govuk.fields import OfficerDateField, RadiosField, SelectField, TextField

OUTSIDE = [("000", "000"), ("001", "001"), ("002", "002"), ("003", "003")]
"""Places outside England. Which code is which place is not published (docs/nccis.md §3.9)."""


def authority_codes() -> list[tuple[str, str]]:
    """Authorities that exist today, by name."""
    rows = Authority.objects.open_on(timezone.localdate()).order_by("name")
    return [("", "Choose an authority"), *rows.values_list("code", "name")]


class MoveForm(forms.Form):
    """Where someone moved to, and when."""

    kind = RadiosField(
        label="Where did they go?",
        choices=[
            (Departure.Kind.TRANSFERRED, "To another authority in England"),
            (Departure.Kind.LEFT_ENGLAND, "Out of England"),
        ],
        reveals={"T": "authority", "E": "place"},
        error_messages={"required": "Select where they went"},
    )
    authority = SelectField(
        label="Which authority?", required=False, choices=authority_codes, marks_optional=False
    )
    place = RadiosField(
        label="Which place, by its code in the return?",
        required=False,
        choices=OUTSIDE,
        inline=True,
        small=True,
        marks_optional=False,
        hint="Wales, Scotland, Northern Ireland and abroad each have a code. Your return's "
        "specification says which is which",
    )
    on = OfficerDateField(
        label="When did they move?",
        prefer="past",
        error_messages={"required": "Enter the date on which they moved"},
    )
    source = TextField(label="Who told us", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind == Departure.Kind.TRANSFERRED and not cleaned.get("authority"):
            self.add_error("authority", "Select the authority that they moved to")
        if kind == Departure.Kind.LEFT_ENGLAND and not cleaned.get("place"):
            self.add_error("place", "Select the code of the place")
        _check_past(self, cleaned)
        return cleaned

    @property
    def to_code(self) -> str:
        """The code of where they went."""
        name = "authority" if self.cleaned_data["kind"] == "T" else "place"
        return str(self.cleaned_data[name])

    @property
    def to_words(self) -> str:
        """Where they went, in words."""
        if self.cleaned_data["kind"] == Departure.Kind.LEFT_ENGLAND:
            return f"out of England (code {self.to_code})"
        names = dict(authority_codes())
        return f"to {names.get(self.to_code, self.to_code)}"


class DeathForm(forms.Form):
    """The day of a death, and who told us."""

    on = OfficerDateField(
        label="When did they die?",
        prefer="past",
        error_messages={"required": "Enter the date on which they died"},
    )
    source = TextField(
        label="Who told us",
        max_length=200,
        error_messages={"required": "Enter who told us"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_past(self, cleaned)
        return cleaned


def _check_past(form: forms.Form, cleaned: dict[str, Any]) -> None:
    if cleaned.get("on") and cleaned["on"] > timezone.localdate():
        form.add_error("on", "The day must be today or in the past")
