"""A file that was checked, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ccis.calendar.periods import Period
from returns import editions
from returns.editions import Edition
from returns.editions.model import URGENCY, Header


@dataclass(frozen=True)
class Belongs:
    """Of which edition a file is by its month, when it was checked by another."""

    edition: str
    words: str


def belongs_to(header: Header, checked_by: Edition) -> Belongs | None:
    """What the file itself claims, if that is another edition than it was checked by.

    A file does not name its edition; its month says which was in force.
    """
    if header.period_end is None:
        return None
    own = editions.for_period(header.period_end)
    if own.name == checked_by.name:
        return None
    month = Period.of(header.period_end).label
    if header.period_end < own.valid_from:
        return Belongs(
            own.name,
            f"The file is for {month}, before every edition here; the oldest is {own.name}.",
        )
    return Belongs(own.name, f"The file is for {month}, when edition {own.name} was in force.")


def not_asked_in_words(not_asked: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence for each reason for which rules were not asked."""
    for reason, codes in not_asked.items():
        yield f"Not asked, because {reason}: {', '.join(codes)}."


def urgency_of(priority: int | None) -> str:
    """What a priority asks of people."""
    return URGENCY.get(priority, "Priority not known")
