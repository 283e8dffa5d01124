"""What there is to do for an organisation: each app says its own, the portal's home shows all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from providers.portal.models import Seat


@dataclass(frozen=True)
class ToDo:
    """One thing to do. Neither words hold a person's name: anyone may look over a shoulder."""

    title: str
    """What to do, as a link: "Send October's drop-outs"."""
    href: str
    due: date | None
    """The day by which; ``None`` for no day."""
    words: str = ""
    """A few words more, under the link."""


@dataclass(frozen=True)
class Coming:
    """What there will be to do, once it is time for it: "October drop-outs", and by which day."""

    title: str
    due: date


Find = Callable[[Seat, datetime], list[ToDo]]
FindComing = Callable[[Seat, datetime], Coming | None]

_finders: list[Find] = []
_coming: list[FindComing] = []


def register(find: Find, *, coming: FindComing | None = None) -> None:
    """Have something asked for what there is to do; call it in an ``AppConfig.ready``.

    ``find`` is given a seat and the moment. It leaves out what this person's role may not do.
    ``coming`` is asked in the same way for what comes next, where there is nothing to do.
    """
    if find not in _finders:
        _finders.append(find)
    if coming is not None and coming not in _coming:
        _coming.append(coming)


def to_do(seat: Seat, at: datetime) -> list[ToDo]:
    """All that there is to do, what is due first in front and what has no day last."""
    found = [one for find in _finders for one in find(seat, at)]
    return sorted(found, key=lambda one: (one.due is None, one.due or date.max, one.title))


def coming_next(seat: Seat, at: datetime) -> Coming | None:
    """What will be due first of all that is known to come; ``None`` where nothing ever is."""
    found = [one for find in _coming if (one := find(seat, at)) is not None]
    return min(found, key=lambda one: (one.due, one.title), default=None)
