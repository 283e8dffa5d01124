"""Any part of a record but activities: added, corrected, ended, taken out (design §4).

One mechanism for names, addresses, contact points, identifiers, particulars, characteristics,
SEND, level of need, guarantee, intended destination and schools. What may not overlap is read
from each model's own exclusion constraint, so that the page and the database say the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import transaction

from caseload.actions import choices, facts
from caseload.actions.places import placed
from caseload.errors import CannotRecord
from caseload.models import Fact, Name, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.calendar.words import date_in_words

FactT = TypeVar("FactT", bound=Fact)


@transaction.atomic
def add(
    model: type[FactT],
    *,
    person: YoungPerson,
    started_on: date,
    ended_on: date | None = None,
    by: User,
    at: datetime,
    source: str = "",
    **values: Any,
) -> FactT:
    """Record a fact, ending the one of its kind that went on until then.

    ``source`` says in words who told us; ``values`` are fields of the model. Raises
    ``CannotRecord`` when it would overlap another that it does not follow.
    """
    during = facts.from_day(started_on, ended_on)
    values = placed(model, person, values)
    with _change(person, f"{_noun(model)} recorded", by=by, at=at, source=source) as change:
        choices.refuse(model, person, on=started_on, values=values)
        for other in in_the_way(model, person=person, during=during, values=values):
            _make_room(other, started_on=started_on, ended_on=ended_on, change=change)
        fact = facts.state(model, change=change, person=person, during=during, **values)
        choices.follow(fact, change=change)
        return fact


@transaction.atomic
def correct(
    fact: FactT,
    *,
    started_on: date,
    ended_on: date | None,
    by: User,
    at: datetime,
    source: str = "",
    **values: Any,
) -> FactT:
    """Put a fact right, keeping the old version.

    Raises ``CannotRecord`` on an overlap, ``ChangedMeanwhile`` when it is no longer believed.
    """
    model, person = type(fact), fact.person
    during = facts.from_day(started_on, ended_on)
    values = placed(model, person, values, before=fact)
    said = {**facts.content(fact), **values}
    with _change(person, f"{_noun(model)} corrected", by=by, at=at, source=source) as change:
        facts.refuse_stale(fact)
        choices.refuse(model, person, on=started_on, values=said)
        for other in in_the_way(model, person=person, during=during, values=said):
            if other.pk != fact.pk:
                raise _overlap(other, started_on)
        corrected = facts.correct(fact, change=change, during=during, **values)
        choices.follow(corrected, change=change, before=fact)
        return corrected


@transaction.atomic
def end(fact: FactT, *, on: date, by: User, at: datetime, source: str = "") -> FactT:
    """Say that something stopped being true after a day.

    Raises ``CannotRecord`` for a day before it began, or after an end that is known.
    """
    facts.refuse_later_end(fact, on=on)
    noun = _noun(type(fact))
    with _change(fact.person, f"{noun} ended", by=by, at=at, source=source) as change:
        return facts.end(fact, change=change, on=on)


@transaction.atomic
def take_out(fact: Fact, *, by: User, at: datetime, source: str = "") -> None:
    """Stop believing something recorded by mistake; nothing takes its place."""
    noun = _noun(type(fact))
    with _change(fact.person, f"{noun} taken out", by=by, at=at, source=source) as change:
        facts.supersede([fact], change=change)


def _noun(model: type[Fact]) -> str:
    return str(model._meta.verbose_name)


@contextmanager
def _change(
    person: YoungPerson, verb: str, *, by: User, at: datetime, source: str
) -> Iterator[Change]:
    """Open a change about one person, take their row, and leave the line in the trail."""
    change = open_change(authority=person.lead_authority, by=by, why=verb, at=at, source=source)
    facts.lock(person)
    yield change
    trail.record(verb, by=by, at=at, authority=person.lead_authority, subject=person, change=change)


# -- what may not overlap ----------------------------------------------------------------------


def sole_by(model: type[Fact]) -> tuple[str, ...]:
    """The fields, beside the person, in which two believed facts may not agree and overlap."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, ExclusionConstraint):
            names = (str(expression) for expression, _ in constraint.expressions)
            return tuple(name for name in names if name not in ("person", "during"))
    return ()


def in_the_way(
    model: type[FactT], *, person: YoungPerson, during: Any, values: dict[str, Any]
) -> list[FactT]:
    """Believed facts that may not stand beside one with these values and this time."""
    if model is Name and values.get("kind") == Name.Kind.FORMER:
        return []
    same = {}
    for name in sole_by(model):
        attname = model._meta.get_field(name).attname  # type: ignore[union-attr]
        same[attname] = values[attname] if attname in values else values.get(name)
    if any(value is None for value in same.values()):
        return []
    return facts.overlapping(model, person=person, during=during, **same)


def _make_room(other: Fact, *, started_on: date, ended_on: date | None, change: Change) -> None:
    """End what goes on as the new fact begins; refuse any other overlap."""
    starts = other.during.lower
    follows = starts is None or starts < started_on
    if follows and (other.during.upper is None or ended_on is None):
        facts.end(other, change=change, on=started_on - timedelta(days=1))
        return
    raise _overlap(other, started_on)


def _overlap(other: Fact, started_on: date) -> CannotRecord:
    day = max(other.during.lower or started_on, started_on)
    return CannotRecord(
        f"Another {_noun(type(other))} of this kind already held on {date_in_words(day)}. "
        "End that first, or correct its dates",
        field="started_on",
    )
