"""What is asked when an organisation confirms. Forms check answers and save nothing."""

from django import forms
from django.utils import timezone

from ccis.govuk.fields import CheckboxField, RadiosField, TextareaField, TextField, TypedDateField
from sharing.destruction.actions import Word
from sharing.destruction.models import Confirmation

WHAT = TextareaField(
    label="What was destroyed, and how?",
    hint="For example: the workbook on our shared drive and one printout, shredded",
    max_length=300,
    error_messages={"required": "Say what was destroyed, and how"},
)


class SaidForm(forms.Form):
    """What somebody of the organisation said, for an officer to enter."""

    said_by = TextField(
        label="Who said so?",
        hint="Their name, and what they do there",
        max_length=100,
        error_messages={"required": "Enter who said so"},
    )
    said_on = TypedDateField(
        label="When?", prefer="past", error_messages={"required": "Enter the day"}
    )
    how = RadiosField(
        label="How did they tell you?",
        choices=[(one.value, one.label) for one in Confirmation.How if one.value != "portal"],
        error_messages={"required": "Select how they told you"},
    )
    what = WHAT
    sure = CheckboxField(
        label="They said that every copy is destroyed and that they will not contact these people",
        error_messages={
            "required": "Tick the box once they have said both: the young person is told so"
        },
    )

    @property
    def word(self) -> Word:
        """What they said."""
        return Word(
            **{name: self.cleaned_data[name] for name in ("said_by", "said_on", "how", "what")}
        )


class OwnForm(forms.Form):
    """A named individual's own word."""

    what = WHAT
    name = TextField(
        label="Your full name",
        max_length=100,
        error_messages={"required": "Enter your full name"},
    )
    sure = CheckboxField(
        label="I confirm that every copy is destroyed and that we will not contact these people",
        error_messages={"required": "Tick the box to confirm"},
    )

    @property
    def word(self) -> Word:
        """What they say, today, in the portal."""
        given = self.cleaned_data
        return Word(
            said_by=given["name"],
            said_on=timezone.localdate(),
            how=Confirmation.How.PORTAL,
            what=given["what"],
        )
