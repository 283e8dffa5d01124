"""Field-by-field history of what people edit one record at a time.

Facts about young people are versions already and many are written at once, which the history
would neither see nor bear: they are not registered (docs/adr/0007-facts-in-two-times.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from ccis.govuk.words import date_and_time

NOTHING = frozenset({"", "None", None})
MOST_LINES = 50


def keep_history(
    model: type[Model], *, leaving_out: Sequence[str] = (), sets: Sequence[str] = ()
) -> None:
    """Keep who changed which field of a model's records, from what to what, and when.

    ``leaving_out`` names fields whose values are not kept, ``sets`` the many-to-many fields to
    watch. Called from an app's ``ready``; called twice, it changes nothing.
    """
    if not auditlog.contains(model):
        auditlog.register(model, exclude_fields=list(leaving_out), m2m_fields=set(sets))


@dataclass(frozen=True)
class Edit:
    """One field that someone changed in one record."""

    at: datetime
    by: str
    field: str
    was: str
    becomes: str


def edits_of(record: Model, *, leaving_out: Iterable[str] = ("id", "ref")) -> list[Edit]:
    """What was changed in a record since it was made, newest first, at most 50 lines."""
    entries = (
        LogEntry.objects.get_for_object(record)
        .filter(action=LogEntry.Action.UPDATE)
        .select_related("actor")
        .order_by("-timestamp", "-id")[:MOST_LINES]
    )
    hidden = set(leaving_out)
    return [
        Edit(
            at=entry.timestamp,
            by=entry.actor.name if entry.actor else "The service",
            field=_label(record, name),
            was=was,
            becomes=becomes,
        )
        for entry in entries
        for name, (was, becomes) in _changes(record, entry, hidden)
    ][:MOST_LINES]


def in_rows(edits: Iterable[Edit]) -> list[list[str]]:
    """Edits as the rows of a table: when, what, was, became, by."""
    return [
        [date_and_time(edit.at), edit.field, edit.was or "–", edit.becomes or "–", edit.by]
        for edit in edits
    ]


def _changes(
    record: Model, entry: LogEntry, hidden: set[str]
) -> Iterable[tuple[str, tuple[str, str]]]:
    for name, change in entry.changes_dict.items():
        if name in hidden:
            continue
        if isinstance(change, dict):  # members of a set
            added = change.get("operation") == "add"
            members = ", ".join(change.get("objects", []))
            yield name, ("", f"added {members}" if added else f"took out {members}")
        else:
            was, becomes = change
            yield name, (_words(record, name, was), _words(record, name, becomes))


def _words(record: Model, name: str, value: Any) -> str:
    """A value as pages show it: the words of a choice, the name of another record."""
    if value in NOTHING:
        return ""
    try:
        field = record._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value)
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))  # type: ignore[union-attr]
    if field.is_relation and field.related_model and str(value).isdecimal():
        found = field.related_model._default_manager.filter(pk=value).first()
        return str(found or "")
    return str(value)


def _label(record: Model, name: str) -> str:
    try:
        label = str(getattr(record._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        label = name
    return label[:1].upper() + label[1:].replace("_", " ")
