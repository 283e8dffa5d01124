"""Asking what someone is doing."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from caseload import rules
from caseload.forms import choices
from caseload.forms.facts import FactForm
from caseload.models import Activity, ActivityCode
from ccis.govuk.fields import (
    CheckboxField,
    HiddenField,
    OfficerDateField,
    SelectField,
    TextField,
    TypedDateField,
)


class ActivityForm(FactForm):
    """What someone is doing. Asks once more when the code does not fit their age.

    ``born`` is their date of birth, when it is known.
    """

    model = Activity
    code_id = choices.CodeField(
        label="What are they doing?",
        choices=choices.activity_codes,
        error_messages={"required": "Select what they are doing"},
    )
    provider_id = SelectField(
        label="Where", required=False, choices=choices.places("Not in the list, or nowhere")
    )
    establishment_name = TextField(
        label="Where, if it is not in the list", required=False, max_length=200
    )
    course = TextField(label="Course or job", required=False, max_length=200)
    course_level = TextField(label="Level", required=False, max_length=30, width="10")
    predicted_end_on = TypedDateField(
        label="Expected end",
        required=False,
        prefer="future",
        hint="The last day of the course or training, for example 31/7/2027",
    )
    review_on = TypedDateField(
        label="Review on", required=False, prefer="future", hint="When to look at it again"
    )
    leaving_reason = TextField(label="Reason for leaving", required=False, max_length=100)
    verified_on = TypedDateField(
        label="Confirmed on",
        required=False,
        prefer="past",
        hint="When they, or where they are, told us so: today, yesterday or a date",
    )
    accepts_warning = CheckboxField(
        label="It is right all the same", required=False, small=True, marks_optional=False
    )

    first_half = (
        "code_id",
        "accepts_warning",
        "provider_id",
        "establishment_name",
        "course",
        "course_level",
        "source",
    )
    """Fields of the left column, where there is room for two."""

    def __init__(
        self, *args: Any, born: date | None = None, is_new: bool = False, **kwargs: Any
    ) -> None:
        self.born = born
        super().__init__(*args, **kwargs)
        for name in () if is_new else ("verified_on",):
            del self.fields[name]
        if is_new:
            del self.fields["leaving_reason"]
        if not (self.is_bound and self.age_warning()):
            self.fields["accepts_warning"].widget = forms.HiddenInput()
        rest = ("started_on", "ended_on", "leaving_reason", "verified_on", "predicted_end_on")
        self.order_fields([*self.first_half, *rest, "review_on", "version"])

    def age_warning(self) -> str | None:
        """Why what was chosen may be wrong for their age, from what was sent."""
        code = ActivityCode.objects.filter(code=self.data.get("code_id", "")).first()
        if code is None:
            return None
        try:
            start = self.fields["started_on"].clean(
                self.fields["started_on"].widget.value_from_datadict(
                    self.data, {}, self.add_prefix("started_on")
                )
            )
        except forms.ValidationError:
            return None
        return rules.age_warning(code.group, self.born, start)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        warning = self.age_warning()
        if warning and not cleaned.get("accepts_warning"):
            self.add_error("code_id", f"{warning}. Choose another, or tick the box if it is right")
        start, confirmed = cleaned.get("started_on"), cleaned.get("verified_on")
        if start and confirmed and confirmed < start:
            self.add_error("verified_on", "It cannot be confirmed before the day it began")
        self._check_order(cleaned, "predicted_end_on", "Expected end")
        self._check_order(cleaned, "review_on", "Review date")
        return cleaned

    def _check_order(self, cleaned: dict[str, Any], name: str, called: str) -> None:
        start, day = cleaned.get("started_on"), cleaned.get(name)
        if start and day and day < start:
            self.add_error(name, f"{called} must be the same day as the start or later")


class ConfirmForm(forms.Form):
    """The day on which an activity was seen to go on."""

    verified_on = OfficerDateField(
        label="Confirmed on",
        prefer="past",
        error_messages={"required": "Enter the day on which it was confirmed"},
    )
    source = TextField(label="Who told us", required=False, max_length=200)
    version = HiddenField(required=False)

    def clean_verified_on(self) -> date:
        day: date = self.cleaned_data["verified_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Confirmed on must be today or in the past")
        return day
