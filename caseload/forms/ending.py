"""Forms that end a fact, or take out what was never so."""

from django import forms

from ccis.govuk.fields import HiddenField, OfficerDateField, TextField


class EndForm(forms.Form):
    """The last day on which something was true."""

    ended_on = OfficerDateField(label="Last day", error_messages={"required": "Enter the last day"})
    source = TextField(label="Who told us", required=False, max_length=200)
    version = HiddenField(required=False)


class EndActivityForm(EndForm):
    """The last day of an activity, and why it ended."""

    leaving_reason = TextField(label="Reason for leaving", required=False, max_length=100)
    field_order = ("ended_on", "leaving_reason", "source", "version")


class TakeOutForm(EndForm):
    """Nothing to say but why."""

    ended_on = None  # type: ignore[assignment]
    source = TextField(
        label="How do you know?",
        max_length=200,
        error_messages={"required": "Enter how you know that it was a mistake"},
    )
