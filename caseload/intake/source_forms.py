"""What the pages of sources ask: checked here, done elsewhere."""

from datetime import timedelta
from typing import Any

from django.forms import Form
from django.utils import timezone

from caseload.intake.actions.tokens import LONGEST
from caseload.intake.forms import provider_called
from caseload.intake.kinds import KINDS
from caseload.intake.source_models import Source
from ccis.calendar.words import MONTHS
from ccis.govuk.fields import (
    CheckboxesField,
    CheckboxField,
    EmailField,
    NumberField,
    RadiosField,
    SelectField,
    TextField,
    TypedDateField,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_TIME = "none"
NO_DAY = "Enter a day from 1 to 31"
USUAL_LIFE = timedelta(days=180)


def kind_choices(source: Source | None = None) -> list[tuple[str, str]]:
    """The kinds of file that a source may send, or all of them."""
    return [
        (kind.name, kind.label)
        for kind in KINDS.values()
        if source is None or source.may_send(kind.name)
    ]


class ChangeSourceForm(Form):
    """What a source may send, when it is expected, and where a reminder goes."""

    kinds = CheckboxesField(
        label="What may they send?",
        hint="Tick none to take any kind of file from them. Drop-outs of a month are asked for, by "
        "the day below, only of those for whom they are ticked",
        choices=kind_choices,
        required=False,
        small=True,
        marks_optional=False,
    )
    expects = RadiosField(
        label="When do you expect a file?",
        choices=[
            (NO_TIME, "At no fixed time"),
            (Source.Expects.WEEK.value, "Each week"),
            (Source.Expects.MONTH.value, "Each month, or in some months"),
        ],
        initial=NO_TIME,
        reveals={"week": "weekday", "month": "day"},
        error_messages={"required": "Select when you expect a file"},
    )
    weekday = SelectField(
        label="By which day of the week?",
        choices=[(str(at), day) for at, day in enumerate(WEEKDAYS, start=1)],
        initial="5",
        required=False,
        marks_optional=False,
    )
    day = NumberField(
        label="By which day of the month?",
        hint="31 is the last day of every month",
        min_value=1,
        max_value=31,
        width="2",
        required=False,
        marks_optional=False,
        inputmode="numeric",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NO_DAY),
    )
    months = CheckboxesField(
        label="In which months?",
        hint="Tick none for every month",
        choices=[(str(month), MONTHS[month]) for month in range(1, 13)],
        required=False,
        small=True,
        inline=True,
        marks_optional=False,
    )
    email = EmailField(
        label="Where should a reminder go?",
        hint="Left empty: to the email in the directory of providers",
        required=False,
        marks_optional=False,
    )
    has_folder = CheckboxField(
        label="They drop files in a folder of their own",
        hint="Its name is shown on their page",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_missing = not cleaned.get("day") and "day" not in self.errors
        if cleaned.get("expects") == Source.Expects.MONTH and is_missing:
            self.add_error("day", NO_DAY)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The answers as fields of the source, from a form that is valid."""
        answers = self.cleaned_data
        expects = answers["expects"] if answers["expects"] != NO_TIME else ""
        day = {"week": answers.get("weekday") or "5", "month": answers.get("day")}.get(expects)
        return {
            "kinds": answers["kinds"],
            "expects": expects,
            "expected_day": int(day) if day else None,
            "expected_months": [int(month) for month in answers["months"]] if expects else [],
            "email": answers["email"],
            "has_folder": answers["has_folder"],
        }


def answers_of(source: Source) -> dict[str, Any]:
    """A source as the answers that it was made from."""
    return {
        "kinds": source.kinds,
        "expects": source.expects or NO_TIME,
        "weekday": str(source.expected_day) if source.expects == Source.Expects.WEEK else "5",
        "day": source.expected_day if source.expects == Source.Expects.MONTH else None,
        "months": [str(month) for month in source.expected_months],
        "email": source.email,
        "has_folder": source.has_folder,
    }


class AddSourceForm(ChangeSourceForm):
    """A new source: who it is, and all of the above."""

    source = TextField(
        label="Who sends the files?",
        hint="The school, college or training provider: its DfE number, UKPRN or name",
        max_length=200,
        error_messages={"required": "Enter who sends the files"},
    )

    field_order = ("source",)

    def clean_source(self) -> str:
        source = str(self.cleaned_data["source"])
        self.provider = provider_called(source)
        return source


class TokenForm(Form):
    """Which software a token is for, what may be sent with it, and how long it lasts."""

    name = TextField(
        label="Which software is it for?",
        hint="Such as the school's own system, or its supplier. Never a person's name",
        max_length=60,
        error_messages={"required": "Enter which software it is for"},
    )
    kinds = CheckboxesField(
        label="What may be sent with it?",
        small=True,
        error_messages={"required": "Select what may be sent with it"},
    )
    expires_on = TypedDateField(
        label="Last day on which it works",
        hint="Within a year. Make a new one before then",
        prefer="future",
        error_messages={"required": "Enter the last day on which it works"},
    )

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"expires_on": timezone.localdate() + USUAL_LIFE})
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = kind_choices(source)  # type: ignore[attr-defined]

    def clean_expires_on(self) -> Any:
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today < day <= today + LONGEST:
            self.add_error("expires_on", "Enter a day after today, within a year")
        return day
