"""The two days that a look back is about."""

from django import forms

from ccis.govuk.fields import TypedDateField


class HistoryForm(forms.Form):
    """As we knew it on a day; what was true on a day."""

    marks_optional = False
    known_on = TypedDateField(
        label="As we knew it on", required=False, prefer="past", hint="At the end of that day"
    )
    true_on = TypedDateField(label="What was true on", required=False, prefer="past")

    def add_prefix(self, field_name: str) -> str:
        """The words of the address have hyphens: ``?known-on=&true-on=``."""
        return super().add_prefix(field_name).replace("_", "-")
