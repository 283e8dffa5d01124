"""When drop-outs are due from a source, as the scorecards and all pages of months have it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import TypeAlias

from caseload.dropouts.rules import due_of
from caseload.intake.expecting import Expectation
from caseload.intake.scorecards import expectation_of
from caseload.intake.source_models import Source
from ccis.calendar.periods import Period

KIND = "ldor"

Expected: TypeAlias = tuple[Expectation, ...]
"""What holds of a month is said by ``due_in``."""

Agreed: TypeAlias = Callable[[Sequence[Source]], Mapping[int, Sequence[Expectation]]]
"""Of sources of one authority: on which day of the month a return is, was or will be due by what
was agreed, each with its first and last day."""

_agreed: list[Agreed] = []


def register_agreed(agreed: Agreed) -> Agreed:
    """Have what was agreed on with the other side stand before what a source says."""
    if agreed not in _agreed:
        _agreed.append(agreed)
    return agreed


def expected_of(sources: Sequence[Source]) -> dict[int, Expected]:
    """By source (id), what was agreed about drop-outs; nothing for one that is not asked.

    Agreements that are over are among it: what came to an end does not change when months before
    were due.
    """
    asked = [source for source in sources if KIND in source.kinds]
    before = [agreed(asked) for agreed in _agreed]
    found = {}
    for source in asked:
        said = chain.from_iterable(agreed.get(source.pk, ()) for agreed in before)
        own = expectation_of(source)
        found[source.pk] = (*said, own) if own is not None else tuple(said)
    return found


def due_in(expected: Expected, month: Period) -> date | None:
    """The day by which a month's drop-outs are due; ``None`` where they are not expected.

    By what is in force as the month begins in which they are due, though it ends before the day, so
    that a month keeps its day; by what comes later only where nothing was.
    """
    first = month.next().start
    held = [replace(one, until=None) for one in expected if one.holds(first)]
    later = [one for one in expected if not one.holds(first)]
    days = (due_of(one, month) for one in (*held, *later))
    return next((day for day in days if day), None)
