"""What officers are asked about messages of the drop box."""

from typing import Any

from django import forms

from ccis.govuk.fields import CheckboxesField, TextField
from ccis.govuk.lists import FilterForm
from optout.forms.officers import TakeRequestForm
from optout.mailbox.models import Mail


class MailFilters(FilterForm):
    """Which messages to show."""

    state = CheckboxesField(label="State", choices=Mail.State.choices, required=False, small=True)


class NotRequestForm(forms.Form):
    """Why nothing is asked of us."""

    why = TextField(
        label="Why is it not a request?",
        hint="For example, advertising. Do not write names",
        max_length=200,
        error_messages={"required": "Say why it is not a request"},
    )


class MailRequestForm(TakeRequestForm):
    """What a message asks. How and when it came is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("channel", "received_on"):
            del self.fields[name]
