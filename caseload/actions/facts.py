"""The few ways in which a fact may be written: stated, superseded, corrected, ended (design §4).

These run inside a change that the caller has opened; the callers are the actions named for
what people do. Each locks the person's row first, so that two writers take turns.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange

from caseload.errors import CannotRecord, ChangedMeanwhile
from caseload.models import Fact, YoungPerson
from ccis.audit.models import Change
from ccis.calendar.words import date_in_words

FactT = TypeVar("FactT", bound=Fact)


def from_day(start: date, end: date | None = None) -> DateRange:
    """The time from one day to another, both included; open when ``end`` is ``None``.

    Raises ``CannotRecord`` when the end is before the start.
    """
    if end is not None and end < start:
        raise CannotRecord("The end must be the same day as the start or later", field="ended_on")
    return DateRange(start, end + timedelta(days=1) if end else None, "[)")


MERGED = "Someone has merged this record into another. Record it there."


def lock(person: YoungPerson) -> None:
    """Take the person's row, so that whoever writes about them next waits.

    Raises ``ChangedMeanwhile`` when the record was merged into another: nobody would find what
    is written there.
    """
    held = YoungPerson.objects.select_for_update(no_key=True).only("merged_into")
    if held.get(pk=person.pk).merged_into_id is not None:
        raise ChangedMeanwhile(MERGED)


def content(fact: Fact) -> dict[str, Any]:
    """What a version says, without its bookkeeping: keyword arguments to state it again."""
    return fact.content()


def state(
    model: type[FactT],
    *,
    change: Change,
    person: YoungPerson,
    during: DateRange,
    source_row: int | None = None,
    **values: Any,
) -> FactT:
    """Insert a fact as believed from this change on."""
    return model._default_manager.create(
        person=person, during=during, recorded=change, source_row=source_row, **values
    )


CHANGED = "Someone changed this while you were typing. Look at it again before you save."


def refuse_stale(fact: Fact) -> None:
    """Raise ``ChangedMeanwhile`` when a version is no longer believed. Lock the person first."""
    believed = type(fact)._default_manager.filter(pk=fact.pk, superseded=None)
    if not believed.exists():
        raise ChangedMeanwhile(CHANGED)


def supersede(facts: Iterable[Fact], *, change: Change) -> None:
    """Stop believing these versions, all of one kind.

    Raises ``ChangedMeanwhile`` when one of them is no longer the version believed, or was
    recorded by a change with a later number, whose writer was ahead at the person's row.
    """
    versions = list(facts)
    if not versions:
        return
    model = type(versions[0])
    superseded = model._default_manager.filter(
        pk__in=[version.pk for version in versions], superseded=None, recorded__lt=change.pk
    ).update(superseded=change)
    if superseded != len(versions):
        raise ChangedMeanwhile(CHANGED)


def correct(
    fact: FactT,
    *,
    change: Change,
    during: DateRange | None = None,
    source_row: int | None = None,
    **values: Any,
) -> FactT:
    """Supersede a version and state it again with ``during`` or some values put right."""
    lock(fact.person)
    supersede([fact], change=change)
    return state(
        type(fact),
        change=change,
        person=fact.person,
        during=during or fact.during,
        source_row=source_row,
        **{**content(fact), **values},
    )


def end(
    fact: FactT, *, change: Change, on: date, source_row: int | None = None, **values: Any
) -> FactT:
    """Say that something stopped being true after a day, with ``values`` that go with its end.

    Raises ``CannotRecord`` when that is before its first day.
    """
    if fact.during.lower is not None and on < fact.during.lower:
        raise CannotRecord(
            f"The end must be {date_in_words(fact.during.lower)} or later", field="ended_on"
        )
    during = DateRange(fact.during.lower, on + timedelta(days=1), "[)")
    return correct(fact, change=change, during=during, source_row=source_row, **values)


def refuse_later_end(fact: Fact, *, on: date) -> None:
    """Raise ``CannotRecord`` when an end is known and ``on`` is after it: that is a correction."""
    if fact.ends_on is not None and on > fact.ends_on:
        raise CannotRecord(
            f"It already ended on {date_in_words(fact.ends_on)}. Correct it instead",
            field="ended_on",
        )


def overlapping(
    model: type[FactT], *, person: YoungPerson, during: DateRange, **same: Any
) -> list[FactT]:
    """Believed versions of one kind that overlap a time, oldest first."""
    return list(
        model._default_manager.filter(
            person=person, superseded=None, during__overlap=during, **same
        ).order_by("during")
    )


def begin(
    model: type[FactT],
    *,
    change: Change,
    person: YoungPerson,
    on: date,
    same: dict[str, Any] | None = None,
    source_row: int | None = None,
    **values: Any,
) -> FactT:
    """Say that something is true from a day on, ending what went on until then.

    ``same`` names what may not be twice at a time (the kind of an address, say). A version that
    began on the same day is superseded, not ended. Raises ``CannotRecord`` when something of
    the same kind begins later: that must be put right first.
    """
    lock(person)
    for version in overlapping(model, person=person, during=from_day(on), **(same or {})):
        starts = version.during.lower
        if starts is not None and starts > on:
            raise CannotRecord(
                f"Something else begins on {date_in_words(starts)}. Correct that first, "
                "or give a later date",
                field="started_on",
            )
        if starts == on:
            supersede([version], change=change)
        else:
            end(version, change=change, on=on - timedelta(days=1), source_row=source_row)
    return state(
        model,
        change=change,
        person=person,
        during=from_day(on),
        source_row=source_row,
        **{**(same or {}), **values},
    )
