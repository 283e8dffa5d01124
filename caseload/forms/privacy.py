"""Asking what someone chose about their information, and what they were told of it."""

from caseload.forms.facts import FactForm
from caseload.models import Section72
from ccis.govuk.fields import (
    RadiosField,
)


class Section72Form(FactForm):
    """An instruction that institutions give us nothing but who someone is (LAW-07)."""

    model = Section72
    given_by = RadiosField(
        label="Who gave it?",
        choices=Section72.GivenBy.choices,
        hint="A parent until they are 16; from then on it is theirs to give, and asked afresh",
        error_messages={"required": "Select who gave it"},
    )
