"""Two versions of one answer side by side: what is held now, and what was typed (pages §3.8)."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from caseload.forms.facts import FactForm
from caseload.presenters.facts import who
from ccis.calendar.words import date_in_words, local_date
from ccis.govuk.widgets import ALONGSIDE, PickedDate
from ccis.govuk.words import time_of_day

LEFT_ASIDE = ("version", "source")
KEEP = "keep-"


def rows(typed: FactForm, held: FactForm, was: FactForm | None = None) -> list[dict[str, Any]]:
    """A row for each field whose answers differ; ``typed`` has been found right.

    ``was`` is the form as it was first shown: what its reader left as it was is not proposed.
    """
    made = []
    for name, field in typed.fields.items():
        now = shown(held, name, held.initial.get(name))
        mine = shown(typed, name, typed.cleaned_data.get(name))
        if name in LEFT_ASIDE or now == mine:
            continue
        untouched = was is not None and mine == shown(was, name, was.initial.get(name))
        made.append(
            {
                "name": f"{KEEP}{name}",
                "field": field.label,
                "held": now,
                "typed": mine,
                "chosen": "held" if untouched else "typed",
            }
        )
    return made


def shown(form: forms.Form, name: str, value: Any) -> str:
    """An answer in the words of the form."""
    if isinstance(value, date):
        return date_in_words(value)
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        words = {str(key): str(label) for key, label in _flat(field.choices)}
        return words.get(str(value), "") if value not in (None, "") else ""
    return "" if value is None else str(value)


def _flat(choices: Any) -> Any:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label


def settled(posted: QueryDict, held: FactForm) -> QueryDict:
    """What was typed, with the fields for which the held answer was chosen put back to it."""
    data = posted.copy()
    for name, field in held.fields.items():
        if posted.get(f"{KEEP}{name}") == "held":
            data[name] = _as_posted(field, held.initial.get(name))
            data.pop(f"{name}{ALONGSIDE}", None)
    return data


def _as_posted(field: forms.Field, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if value is None and isinstance(field.widget, PickedDate):
        return PickedDate.NONE
    return "" if value is None else str(value)


def carried(posted: QueryDict) -> list[tuple[str, str]]:
    """What was typed, to be carried along in hidden fields."""
    return [
        (name, value)
        for name, values in posted.lists()
        for value in values
        if name not in ("version", "csrfmiddlewaretoken") and not name.startswith(KEEP)
    ]


def message(fact: Any, today: date) -> str:
    """``Priya Nair changed this at 2:30pm. Choose which to keep, field by field``."""
    change = fact.recorded
    day = local_date(change.at)
    when = "at " if day == today else f"on {date_in_words(day)} at "
    name = who(change) or "A file"
    return (
        f"{name} changed this {when}{time_of_day(change.at)}. Choose which to keep, field by field"
    )
