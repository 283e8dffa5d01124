"""Who was told how their information is used: by a notice that was given, or by a letter (PIA-12).

What a letter told is known by the letter itself, so that one that comes back told nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from caseload.models import NoticeGiven


@dataclass(frozen=True)
class Told:
    """That one person was told on a day, by what: the notice or letter, with its version."""

    person: int
    on: date
    by: str


Tells = Callable[[Collection[int], date], Iterable[Told]]

_tells: list[Tells] = []


def register_telling(source: Tells) -> Tells:
    """Say who of some people was told by a day: for whatever else tells them."""
    if source not in _tells:
        _tells.append(source)
    return source


def told_of_use(people: Collection[int], on: date) -> dict[int, list[Told]]:
    """All that each was told by a day, the last first; nothing of whoever was told nothing."""
    found = defaultdict(list)
    for source in (_by_notices, *_tells):
        for one in source(people, on):
            found[one.person].append(one)
    return {
        person: sorted(told, key=lambda one: one.on, reverse=True) for person, told in found.items()
    }


def _by_notices(people: Collection[int], on: date) -> Iterable[Told]:
    given = NoticeGiven.objects.believed().filter(person__in=people, during__startswith__lte=on)
    return [
        Told(notice.person_id, notice.starts_on or on, notice.notice)
        for notice in given.order_by("pk")
    ]
