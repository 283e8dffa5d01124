"""The search box."""

from django import forms

from caseload.terms import LONGEST
from ccis.govuk.fields import SearchField


class SearchForm(forms.Form):
    """One box that understands most of what identifies a person."""

    q = SearchField(
        label="Search",
        hint="Name in any spelling, date of birth, postcode, phone, UPN, ULN, NCCIS id or "
        "reference. You can put several together: oduya 14/3/2009",
        max_length=LONGEST,
        width="two-thirds",
        error_messages={
            "required": "Enter a name, date of birth, postcode, phone number or other number"
        },
    )
