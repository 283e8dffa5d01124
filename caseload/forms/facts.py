"""What every form about a fact asks; each names its fields as the model does."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from caseload.forms import choices
from caseload.models import Fact, YoungPerson
from ccis.accounts.models import User
from ccis.govuk.fields import (
    HiddenField,
    OfficerDateField,
    TextField,
    TypedDateField,
)

TAIL = ("started_on", "ended_on", "source", "version")
"""What every form asks besides what the fact says."""

SORT_OF_THING = ("kind", "whose")
"""What tells nobody where someone is, or how to reach them."""


class FactForm(forms.Form):
    """A fact, when it held, and who told us. ``version`` is the one that it was made from."""

    model: ClassVar[type[Fact]]

    started_on = OfficerDateField(
        label="From", error_messages={"required": "Enter the date it began"}
    )
    ended_on = TypedDateField(
        label="Until", required=False, hint="Leave it empty while it goes on", prefer="past"
    )
    source = TextField(
        label="Who told us",
        required=False,
        max_length=200,
        hint="For example, their mother, or Kestrel College",
    )
    version = HiddenField(required=False)

    def __init__(self, *args: Any, fact: Fact | None = None, **kwargs: Any) -> None:
        self.fact = fact
        if fact is not None:
            kwargs["initial"] = {**self.said(fact), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.order_fields([*self.content_names(), *TAIL])
        for name in self.content_names():
            field = self.fields[name]
            if isinstance(field, choices.CodeField) and fact is not None:
                code = getattr(fact, name)
                field.also(code, str(getattr(fact, name.removesuffix("_id")) if code else ""))

    @classmethod
    def first_answers(cls, person: YoungPerson, *, on: date, by: User) -> dict[str, Any]:
        """What stands in the form before anyone has answered."""
        return {"started_on": on}

    def content_names(self) -> list[str]:
        """Names of the fields that say what the fact says."""
        return [name for name in self.fields if name not in TAIL]

    def said(self, fact: Fact) -> dict[str, Any]:
        """What a version says, as this form's initial answers.

        Of one that is held back only what sort of thing it is (PIA-08).
        """
        names = [name for name in self.base_fields if name not in TAIL and hasattr(fact, name)]
        if getattr(fact, "is_held_back", False):
            names = [name for name in names if name in SORT_OF_THING]
        return {
            **{name: getattr(fact, name) for name in names},
            "started_on": fact.starts_on,
            "ended_on": fact.ends_on,
            "version": str(fact.pk),
        }

    def values(self) -> dict[str, Any]:
        """What was answered, as fields of the model."""
        return {
            name: self.stored(name, self.cleaned_data[name])
            for name in self.content_names()
            if self._is_a_column(name)
        }

    def _is_a_column(self, name: str) -> bool:
        return any(field.attname == name for field in self.model._meta.concrete_fields)

    def stored(self, name: str, value: Any) -> Any:
        """An answer as the model keeps it: nothing is ``None`` where a column may be empty."""
        column = next(f for f in self.model._meta.concrete_fields if f.attname == name)
        if value in (None, ""):
            return None if column.null else ""
        return int(value) if column.is_relation and str(value).isdigit() else value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("started_on"), cleaned.get("ended_on")
        if start and end and end < start:
            self.add_error("ended_on", "The end must be the same day as the start or later")
        return cleaned
