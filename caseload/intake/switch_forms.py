"""Forms of what is taken of a kind of file, and of what a school answers."""

from typing import Any

from django.forms import Form

from caseload.intake.kinds.base import Field
from caseload.intake.rules import SchoolAnswer
from caseload.intake.taking import ALL_YEARS, Use, conditions_for
from ccis.govuk.fields import CheckboxesField, HiddenField, RadiosField, SelectField, TextField

ON, OFF = "on", "off"


def year_words(year: int) -> str:
    """A year group in words."""
    return f"Year {year}" if year else "Reception"


class YearsForm(Form):
    """The year groups whose pupils are taken."""

    years = CheckboxesField(
        label="Year groups",
        choices=[(str(year), year_words(year)) for year in ALL_YEARS],
        hint="Rows of pupils in other years are dropped unread",
        error_messages={"required": "Select the year groups to take"},
    )
    version = HiddenField(required=False)

    @property
    def chosen(self) -> frozenset[int]:
        """The year groups as numbers."""
        return frozenset(map(int, self.cleaned_data["years"]))


class FieldForm(Form):
    """Whether a field is taken, what for and, where the law asks, by what right (LAW-02)."""

    state = RadiosField(
        label="Is it taken?",
        choices=[(ON, "Yes, from the next file on"), (OFF, "No, it is dropped unread")],
        error_messages={"required": "Select whether it is taken"},
    )
    purpose = TextField(
        label="What is it used for?",
        required=False,
        max_length=300,
        hint="It may be used for nothing else",
    )
    version = HiddenField(required=False)

    def __init__(
        self, *args: Any, field: Field, documents: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not field.law:
            return
        choices = [("", "Choose a condition"), *conditions_for(field).items()]
        self.fields["condition"] = SelectField(
            label="Which condition of the law allows it?", choices=choices, required=False
        )
        self.fields["document"] = SelectField(
            label="Which policy document covers it?",
            hint="Those in force in the register of policy documents",
            choices=[("", "Choose a document"), *documents],
            required=False,
        )

    @property
    def use(self) -> Use:
        """What was answered."""
        said = self.cleaned_data
        return Use(
            purpose=said["purpose"],
            condition=said.get("condition", ""),
            document=said.get("document", ""),
        )


class AnswerForm(Form):
    """What a school said of someone whom we do not know (ISA-03)."""

    answer = RadiosField(
        label="What did the school say?",
        choices=[
            (SchoolAnswer.NEW.value, "They are new to the authority"),
            (SchoolAnswer.FIRST.value, "This is their first school or nursery"),
            (SchoolAnswer.MISTAKE.value, "It is a mistake: they should not be in the file"),
        ],
        error_messages={"required": "Select what the school said"},
    )
    said_by = TextField(
        label="Who at the school said so?",
        max_length=100,
        error_messages={"required": "Enter who at the school said so"},
    )
