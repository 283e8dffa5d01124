"""Filters of who looked. A colleague is named by reference, never by name, in the address."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from caseload.models import YoungPerson
from caseload.queries import looks
from ccis.audit.models import TrailEntry
from ccis.govuk.fields import CheckboxesField, SelectField, TypedDateField
from ccis.govuk.lists import FilterForm

KINDS = [
    (looks.Kind.PAGE.value, "Their own pages"),
    (looks.Kind.SENSITIVE.value, "Sensitive details"),
    (looks.Kind.LIST.value, "Lists and search results"),
    (looks.Kind.FILE.value, "Rows of a file"),
    (looks.Kind.DOWNLOAD.value, "Downloads"),
]


class LooksFilters(FilterForm):
    """Who, how, and between which days."""

    who = SelectField(label="Who", required=False)
    kind = CheckboxesField(label="What they saw", required=False, small=True, choices=KINDS)
    since = TypedDateField(label="From", required=False, prefer="past")
    until = TypedDateField(label="To", required=False, prefer="past")

    def __init__(self, data: QueryDict, *, person: YoungPerson) -> None:
        self._onlookers = {user.ref: user for user in looks.onlookers(person)}
        super().__init__(data)

    def _spread(self, data: QueryDict) -> QueryDict:
        """Say who may be chosen before what was chosen is held against it."""
        named = [(ref, user.name) for ref, user in self._onlookers.items()]
        self.fields["who"].choices = [("", "Anyone"), *named]  # type: ignore[attr-defined]
        return super()._spread(data)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            raise forms.ValidationError({"until": "The last day must not be before the first"})
        return cleaned

    def narrow(self, lines: QuerySet[TrailEntry]) -> QuerySet[TrailEntry]:
        """The lines that answer to every filter in force."""
        chosen = self.chosen
        return looks.narrowed(
            lines,
            who=self._onlookers.get(chosen.get("who", "")),
            kinds=chosen.get("kind", ()),
            since=chosen.get("since"),
            until=chosen.get("until"),
        )
