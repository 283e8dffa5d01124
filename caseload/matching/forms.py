"""What the queue of matches asks: checked here, done elsewhere."""

from typing import Any

from django.db.models import QuerySet
from django.forms import ChoiceField, Form

from caseload.intake.kinds import KINDS
from caseload.intake.models import InboundRow
from caseload.intake.rules import REASON_LABELS
from caseload.matching.waiting import REASONS
from ccis.access.references import show_reference
from ccis.govuk.fields import HiddenField, SelectField
from ccis.govuk.lists import FilterForm

SAME, NOT, NONE, UNSURE = "same", "not", "none", "unsure"
ANSWERS = {
    SAME: "Same person",
    NOT: "Not the same",
    NONE: "None of these people",
    UNSURE: "Not sure",
}


def kind_choices() -> list[tuple[str, str]]:
    """Every kind of file."""
    return [("", "Any kind"), *((kind.name, kind.label) for kind in KINDS.values())]


def reason_choices() -> list[tuple[str, str]]:
    """Every reason for which a row waits to be matched."""
    return [("", "Any reason"), *((one.value, REASON_LABELS[one].capitalize()) for one in REASONS)]


class MatchFilters(FilterForm):
    """Waiting rows by what they came in. Nothing personal is a filter."""

    kind = SelectField(label="Kind of file", choices=kind_choices, required=False)
    reason = SelectField(label="Why", choices=reason_choices, required=False)
    file = HiddenField(required=False)

    def narrow(self, rows: QuerySet[InboundRow]) -> QuerySet[InboundRow]:
        """The rows that the filters leave."""
        chosen = self.chosen
        if kind := chosen.get("kind"):
            rows = rows.filter(file__kind=kind)
        if reason := chosen.get("reason"):
            rows = rows.filter(reason=reason)
        if file := chosen.get("file"):
            rows = rows.filter(file__ref=file)
        return rows

    def chip_text(self, name: str, value: Any) -> str:
        if name == "file":
            return f"In file {show_reference(str(value))}"
        return super().chip_text(name, value)


class AnswerForm(Form):
    """One press of a button: the answer, about whom, and what had been seen."""

    answer = ChoiceField(choices=list(ANSWERS.items()))
    person = HiddenField(required=False)
    seen = HiddenField(required=False)
