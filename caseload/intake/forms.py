"""What the pages of files ask: checked here, done elsewhere."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.forms import Form
from django.http import QueryDict

from caseload.intake.kinds import KINDS, Kind
from caseload.intake.models import InboundRowQuerySet
from caseload.intake.opening import read_table
from caseload.intake.rules import OUTCOME_LABELS, REASON_LABELS, UNUSED_OUTCOMES
from ccis.files.reading import CannotRead, column_letter
from ccis.files.values import as_text
from ccis.govuk.fields import (
    FileField,
    HiddenField,
    RadiosField,
    SelectField,
    TextField,
    TypedDateField,
)
from ccis.govuk.lists import FilterForm
from providers.models import Provider

GUESS = ""
READ_AT_ONCE = 5_000_000
"""Files of no more bytes are looked at before they are taken in; larger ones by a worker."""


def kind_choices() -> list[tuple[str, str]]:
    """Every kind, and first to let the headings tell."""
    return [("guess", "Work it out from the headings")] + [
        (kind.name, kind.label) for kind in KINDS.values()
    ]


class SendFileForm(Form):
    """A file, who sent it, what it is, and of which day it tells."""

    file = FileField(
        label="The file",
        hint="An Excel workbook (.xlsx) or a CSV, with the headings in row 1; or the return of "
        "another CCIS as XML",
        accept=".csv,.xlsx,.xml",
    )
    source = TextField(
        label="Who sent it?",
        hint="The school, college or training provider: its DfE number, UKPRN or name",
        max_length=200,
        error_messages={"required": "Enter who sent it"},
    )
    kind = RadiosField(
        label="What is in it?",
        choices=kind_choices,
        initial="guess",
        error_messages={"required": "Select what is in the file"},
    )
    as_at = TypedDateField(
        label="Day that it tells of",
        hint="Left empty: the last census day for a roll, the end of the last term for "
        "attendance, of the last month for an error report, today for the others",
        required=False,
        prefer="past",
    )

    def clean_kind(self) -> str:
        kind = str(self.cleaned_data["kind"])
        return GUESS if kind == "guess" else kind

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse at once what can be told at once to be no table."""
        return no_table_refused(self.cleaned_data["file"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if source := cleaned.get("source"):
            cleaned["provider"] = provider_called(source)
        return cleaned


def no_table_refused(upload: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
    """The file, unless a look at it is enough to say that it is no table. Raises
    ``ValidationError``."""
    if upload.size is not None and upload.size <= READ_AT_ONCE:
        try:
            with read_table(upload, filename=upload.name or "file"):
                pass
        except CannotRead as error:
            raise ValidationError(str(error)) from None
        upload.seek(0)
    return upload


def provider_called(text: str) -> Provider | None:
    """The one provider with this DfE number, UKPRN or name; ``None`` for none or several."""
    number = "".join(text.split()).replace("/", "")
    found = Provider.objects.filter(
        Q(name__iexact=text.strip())
        | (Q(dfe_number=number) & ~Q(dfe_number=""))
        | (Q(ukprn=number) & ~Q(ukprn=""))
    ).filter(closed_on=None)[:2]
    return found[0] if len(found) == 1 else None


class ColumnsForm(Form):
    """For each column of the file, which of ours it is."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kind: Kind,
        header: list[str],
        chosen: dict[int, str],
        samples: list[list[Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.kind = kind
        self.header = header
        choices = [("", "Leave it out"), *((c.key, c.heading) for c in kind.columns)]
        self.fields["kind"] = HiddenField(initial=kind.name, required=False)
        for position, heading in enumerate(header):
            self.fields[f"column-{position}"] = SelectField(
                label=f"Column {column_letter(position)}: {heading or 'no heading'}",
                hint=_samples(samples, position),
                choices=choices,
                initial=chosen.get(position, ""),
                required=False,
                marks_optional=False,
            )

    @property
    def chosen(self) -> dict[int, str]:
        """Our key, or nothing, by position."""
        return {
            position: str(self.cleaned_data.get(f"column-{position}") or "")
            for position in range(len(self.header))
        }

    def point_at_what_is_wrong(self, message: str) -> None:
        """Say what is missing or chosen twice."""
        self.add_error(None, message)


def _samples(samples: list[list[Any]], position: int) -> str:
    texts = [as_text(row[position]) for row in samples if position < len(row)]
    seen = [text[:40] for text in dict.fromkeys(texts) if text]
    return f"Begins: {' · '.join(seen)}" if seen else "Empty in the first rows"


def outcome_choices() -> list[tuple[str, str]]:
    """Every place where a row may stand."""
    return [("", "Anywhere"), *((outcome.value, outcome.label) for outcome in OUTCOME_LABELS)]


def reason_choices() -> list[tuple[str, str]]:
    """Every reason for standing there."""
    return [
        ("", "Any reason"),
        *((one.value, label[:1].upper() + label[1:]) for one, label in REASON_LABELS.items()),
    ]


class RowFilters(FilterForm):
    """Rows by where they stand and why. Nothing personal is a filter."""

    outcome = SelectField(label="Where they stand", choices=outcome_choices, required=False)
    reason = SelectField(label="Why", choices=reason_choices, required=False)
    code = HiddenField(required=False)
    no = HiddenField(required=False)

    def narrow(self, rows: InboundRowQuerySet) -> InboundRowQuerySet:
        """The rows that the filters leave."""
        chosen = self.chosen
        if outcome := chosen.get("outcome"):
            rows = rows.filter(outcome=outcome)
        if reason := chosen.get("reason"):
            rows = rows.filter(reason=reason)
        if code := chosen.get("code"):
            rows = rows.filter(problems__contains=[{"code": code}])
        if chosen.get("no"):
            rows = rows.saying_no().filter(outcome__in=UNUSED_OUTCOMES)
        return rows

    def chip_text(self, name: str, value: Any) -> str:
        if name == "no":
            return "Not used, and say no"
        return f"With “{value}”" if name == "code" else super().chip_text(name, value)


SAME, NONE, NEW, ACCEPT, ASIDE, BACK, THEIRS, PASSED, UNSURE = (
    "same",
    "none",
    "new",
    "accept",
    "aside",
    "back",
    "theirs",
    "passed",
    "unsure",
)


class DecideForm(Form):
    """What to do with one row. The choices are those that make sense for it."""

    decision = RadiosField(
        label="What should happen to this row?",
        error_messages={"required": "Select what should happen to this row"},
    )
    why = TextField(
        label="Why it is right",
        max_length=200,
        required=False,
        marks_optional=False,
    )
    why_aside = TextField(
        label="Why it is set aside",
        max_length=200,
        required=False,
    )

    how = TextField(
        label="To whom it was sent, and how",
        hint="Such as the duty inbox, by the council's encrypted email. Never the person's name",
        max_length=200,
        required=False,
        marks_optional=False,
    )

    def __init__(
        self, data: QueryDict | None = None, *, choices: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        decision = cast(RadiosField, self.fields["decision"])
        decision.choices = choices
        offered = {value for value, _ in choices}
        reveals = {}
        for value, name in ((ACCEPT, "why"), (ASIDE, "why_aside"), (PASSED, "how")):
            if value in offered:
                reveals[value] = name
            else:
                del self.fields[name]
        decision.drawing = type(decision.drawing)(reveals=reveals)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == ACCEPT and not cleaned.get("why"):
            self.add_error("why", "Say why it is right")
        if cleaned.get("decision") == PASSED and not cleaned.get("how"):
            self.add_error("how", "Say to whom it was sent, and how")
        return cleaned


class AcceptTogetherForm(Form):
    """Why everything of one kind that is to be checked is right."""

    why = TextField(
        label="Why is it right?",
        hint="Kept with each row, with your name",
        max_length=200,
        error_messages={"required": "Say why it is right"},
    )
