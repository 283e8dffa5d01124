"""What is asked about strands and choices. Forms check answers and save nothing."""

from typing import Any

from django import forms

from caseload.policies.rules import CONDITIONS
from ccis.authorities.models import Authority
from ccis.govuk.fields import (
    CheckboxesField,
    HiddenField,
    NumberField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from optout.letters.rules import ENROLMENT, PURPOSES, WHERE_IT_IS_TURNED_ON
from providers.models import Provider
from sharing.triage.queries import KINDS, indicators
from sharing.triage.rules import AT_LEAST, MODES, Row


class StrandForm(forms.Form):
    """Whom a strand is for, and what officers call it."""

    name = TextField(
        label="What do you call it?",
        hint="Only officers of the council see this name",
        max_length=80,
        error_messages={"required": "Enter what you call it"},
    )
    provider = SelectField(
        label="Which organisation is it for?",
        choices=(),
        error_messages={"required": "Select an organisation"},
    )
    purpose = RadiosField(
        label="For what purpose?",
        choices=list(PURPOSES.items()),
        choice_hints={ENROLMENT: WHERE_IT_IS_TURNED_ON},
        error_messages={"required": "Select a purpose"},
    )

    def __init__(self, *args: Any, providers: dict[str, Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.providers = providers
        choices = [(ref, one.name) for ref, one in providers.items()]
        self.fields["provider"].choices = [("", "Choose an organisation"), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Provider:
        """The organisation."""
        return self.providers[self.cleaned_data["provider"]]


class RowForm(forms.Form):
    """One row of criteria."""

    mode = RadiosField(
        label="How many of what you tick must be so?",
        choices=list(MODES.items()),
        error_messages={"required": "Select how many must be so"},
    )
    count = NumberField(
        label="If at least so many: how many?",
        required=False,
        min_value=1,
        max_value=20,
        error_messages={"invalid": "Enter a whole number", "min_value": "Enter 1 or more"},
    )

    def __init__(
        self, *args: Any, authority: Authority, documents: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = []
        for kind, choices in indicators(authority).items():
            if choices:
                self.kinds.append(kind)
                self.fields[kind] = CheckboxesField(
                    label=KINDS[kind], choices=list(choices.items()), required=False
                )
        self.fields["condition"] = SelectField(
            label="Which condition of the law allows it?",
            hint="Asked for circumstances, needs, ethnicity and offences. Else leave it empty",
            choices=[("", "Choose a condition"), *CONDITIONS.items()],
            required=False,
        )
        self.fields["document"] = SelectField(
            label="Which policy document covers it?",
            hint="Those in force in the register of policy documents. Else leave it empty",
            choices=[("", "Choose a document"), *documents],
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("mode") == AT_LEAST and not given.get("count") and "count" not in self.errors:
            self.add_error("count", "Enter how many must be so")
        if not any(given.get(kind) for kind in self.kinds):
            self.add_error(self.kinds[0], "Tick at least one")
        return given

    @property
    def row(self) -> Row:
        """The row that was put together."""
        given = self.cleaned_data
        return Row(
            mode=given["mode"],
            of=tuple(code for kind in self.kinds for code in given[kind]),
            count=given["count"] if given["mode"] == AT_LEAST else 0,
            condition=given["condition"],
            document=given["document"],
        )


class UseForm(forms.Form):
    """How many an organisation takes by a strand; why it may know, where it can tell."""

    places = NumberField(
        label="How many people does the organisation take at a time?",
        hint="Leave it empty if nobody counts",
        required=False,
        min_value=0,
        max_value=5000,
        error_messages={"invalid": "Enter a whole number"},
    )
    note = TextareaField(
        label="Why is it right that the organisation can tell?",
        required=False,
        max_length=500,
    )
    number = HiddenField()

    def __init__(self, *args: Any, tells: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not tells:
            del self.fields["note"]


class WhyForm(forms.Form):
    """Why somebody is left out."""

    do = HiddenField()
    confirmed = HiddenField(initial="yes")
    reason = TextareaField(
        label="Why?",
        hint="It stays with the council. The young person may ask to see it",
        max_length=300,
        error_messages={"required": "Say why"},
    )


class ChangeForm(WhyForm):
    """Which organisation instead, and why."""

    provider = RadiosField(
        label="Which organisation?",
        choices=(),
        error_messages={"required": "Select an organisation"},
    )
    field_order = ("provider", "reason")

    def __init__(self, *args: Any, providers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = list(providers.items())  # type: ignore[attr-defined]
