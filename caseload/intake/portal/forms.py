"""What the portal asks of those who send files: checked here, done elsewhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import QueryDict

from caseload.intake.forms import no_table_refused
from caseload.intake.kinds import Kind
from caseload.intake.portal.reviewing import Answer, Pupil
from caseload.intake.rules import SchoolAnswer
from caseload.models import RiskIndicators
from ccis.calendar.words import date_in_words
from ccis.govuk.fields import DateBoxesField, FileField, RadiosField, SelectField, TextField

AT_RISK, NOT_AT_RISK = "yes", "no"


class UploadForm(Form):
    """A file of a kind, and the day of which it tells."""

    file = FileField(
        label="The file",
        hint="An Excel workbook (.xlsx) or a CSV, with the headings in row 1",
        accept=".csv,.xlsx",
        error_messages={"required": "Choose a file"},
    )
    as_at = DateBoxesField(label="Day that it tells of", required=False)

    def __init__(self, *args: Any, kind: Kind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = date_in_words(kind.default_as_at(today))
        self.fields["as_at"].help_text = f"Left empty: {usual}"

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse at once what can be told at once to be no table."""
        return no_table_refused(cast("UploadedFile[bytes]", self.cleaned_data["file"]))


class QuestionForm(Form):
    """Whether someone whom the council does not know is new, or a mistake (ISA-03)."""

    answer = RadiosField(
        label="Is this pupil new to us, or a mistake?",
        choices=[
            (SchoolAnswer.NEW.value, "They are new to the area"),
            (SchoolAnswer.FIRST.value, "This is their first school, college or nursery"),
            (SchoolAnswer.MISTAKE.value, "It is a mistake: they should not be in the file"),
        ],
        error_messages={"required": "Select whether this pupil is new or a mistake"},
    )


class ReviewForm(Form):
    """For each pupil proposed: at risk or not and, where not, why not."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        pupils: Sequence[Pupil],
        stands_for_it: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.pupils = pupils
        for pupil in pupils:
            self.fields[because(pupil)] = SelectField(
                label="Why not?",
                choices=[("", "Choose a reason"), *RiskIndicators.Because.choices],
                required=False,
                marks_optional=False,
            )
            self.fields[verdict(pupil)] = RadiosField(
                label=f"Is {pupil.name} at risk?",
                choices=[(AT_RISK, "Yes, at risk"), (NOT_AT_RISK, "No, not at risk")],
                reveals={NOT_AT_RISK: because(pupil)},
                error_messages={"required": f"Select whether {pupil.name} is at risk"},
            )
        self.fields["confirmed_by"] = TextField(
            label="Who at the school stands for these answers?",
            initial=stands_for_it,
            max_length=100,
            error_messages={"required": "Enter who at the school stands for these answers"},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for pupil in self.pupils:
            if cleaned.get(verdict(pupil)) == NOT_AT_RISK and not cleaned.get(because(pupil)):
                self.add_error(because(pupil), f"Choose why {pupil.name} is not at risk")
        return cleaned

    @property
    def answers(self) -> dict[str, Answer]:
        """What was said, by the pupils' keys."""
        said = self.cleaned_data
        return {
            pupil.key: Answer(said[verdict(pupil)] == AT_RISK, said[because(pupil)])
            for pupil in self.pupils
        }


def verdict(pupil: Pupil) -> str:
    """The name of the question whether someone is at risk."""
    return f"risk-{pupil.key}"


def because(pupil: Pupil) -> str:
    """The name of the question why someone is not."""
    return f"because-{pupil.key}"
