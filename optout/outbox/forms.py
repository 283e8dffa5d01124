"""What is asked about messages out."""

from django import forms

from ccis.govuk.fields import CheckboxesField, OfficerDateField, RadiosField, TextField
from ccis.govuk.lists import FilterForm
from optout.models import Channel
from optout.outbox.models import Outgoing, State
from optout.outbox.rules import KINDS


class OutboxFilters(FilterForm):
    """Which messages are shown."""

    state = CheckboxesField(label="State", choices=State.choices, required=False, small=True)
    by = CheckboxesField(label="Sent by", choices=Outgoing.By.choices, required=False, small=True)
    kind = CheckboxesField(label="Class", choices=list(KINDS.items()), required=False, small=True)


class MessageChoiceForm(forms.Form):
    """What somebody said about promotional messages."""

    agrees = RadiosField(
        label="May we send them promotional texts and emails?",
        hint="About courses, events and open days. Messages about their record or their choices "
        "are of service and go anyway",
        choices=[("yes", "Yes, they agreed"), ("no", "No, stop them")],
        error_messages={"required": "Select whether they agreed"},
    )
    said_on = OfficerDateField(
        label="When did they say so?", error_messages={"required": "Enter the day"}
    )
    channel = RadiosField(
        label="How did we hear?",
        small=True,
        choices=[one for one in Channel.choices if one[0] not in (Channel.WEB, Channel.FILE)],
        error_messages={"required": "Select how we heard"},
    )
    source = TextField(label="Who told us, if not they themselves", required=False, max_length=200)
