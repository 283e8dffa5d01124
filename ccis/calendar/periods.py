"""The months of the national return."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

from ccis.calendar.words import MONTHS

_WRITTEN = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """One calendar month, written ``2026-10``. Periods sort by time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError("A period's month must be between 01 and 12")
        if not 1900 <= self.year <= 2999:
            raise ValueError("A period's year must be between 1900 and 2999")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-10``; ``ValueError`` for anything else."""
        found = _WRITTEN.fullmatch(text)
        if not found:
            raise ValueError("A period is a year and a month, like 2026-10")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, on: date) -> Self:
        """The period that a date is in."""
        return cls(on.year, on.month)

    @classmethod
    def latest_ended(cls, on: date) -> Self:
        """The newest period that is over on a date: the month before the date's own.

        On the last day of a month that month is not over yet.
        """
        return cls.of(on).previous()

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        """Last day, which the return calls ``PeriodEnd``."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def label(self) -> str:
        """In words: October 2026."""
        return f"{MONTHS[self.month]} {self.year}"

    def previous(self) -> Self:
        """The month before."""
        return self._moved(-1)

    def next(self) -> Self:
        """The month after."""
        return self._moved(1)

    def _moved(self, months: int) -> Self:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, month + 1)

    def __contains__(self, on: date) -> bool:
        """Say whether a date falls in this month."""
        return (on.year, on.month) == (self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"
