"""What is asked when an organisation confirms. Forms check answers and save nothing."""

from datetime import datetime

from django import forms
from django.utils import timezone

from ccis.govuk.fields import (
    CheckboxField,
    HiddenField,
    RadiosField,
    TextareaField,
    TextField,
    TypedDateField,
)
from sharing.destruction.actions import Word
from sharing.destruction.models import Confirmation

WHAT = TextareaField(
    label="What was destroyed, and how?",
    hint="For example: the workbook on our shared drive and one printout, shredded",
    max_length=300,
    error_messages={"required": "Say what was destroyed, and how"},
)

NOT_SEEN = "Open this page again: it does not say about how many people it was"


class WordForm(forms.Form):
    """A word about those whom the page counted when it was drawn, and nobody who came since."""

    seen = HiddenField(error_messages={"required": NOT_SEEN})

    def clean_seen(self) -> datetime:
        """The moment at which the page was drawn."""
        try:
            return min(datetime.fromisoformat(self.cleaned_data["seen"]), timezone.now())
        except (ValueError, TypeError) as error:  # no moment, or one without its offset
            raise forms.ValidationError(NOT_SEEN) from error

    @property
    def word(self) -> Word:
        """The word that is given."""
        raise NotImplementedError


class SaidForm(WordForm):
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


class OwnForm(WordForm):
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
