"""A table once, as a page shows it and as a file of it says the same (pages §3.1, §3.12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ccis.govuk.words import number, percentage
from ccis.small_numbers import HIDDEN

Value: TypeAlias = str | int | float | None
"""A text, a count, a percentage; ``None`` for a small number that is hidden."""

IN_FILES = "c"
"""What stands in a file for a number that is hidden."""


@dataclass(frozen=True)
class Table:
    """Rows under headings, the last perhaps a total."""

    key: str
    """Its word in addresses and file names."""
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    total: Sequence[Value] | None = None
    note: str = ""

    @property
    def shown(self) -> list[list[str]]:
        """The rows in words."""
        return [[_shown(value) for value in row] for row in self.rows]

    @property
    def shown_total(self) -> list[str] | None:
        """The total in words."""
        return None if self.total is None else [_shown(value) for value in self.total]

    @property
    def in_file(self) -> list[list[str | int | float]]:
        """The same rows and total, as a file holds them."""
        rows = [*self.rows, *([self.total] if self.total is not None else [])]
        return [[_filed(value) for value in row] for row in rows]


def _shown(value: Value) -> str:
    if value is None:
        return HIDDEN
    if isinstance(value, str):
        return value
    return number(value) if isinstance(value, int) else percentage(value)


def _filed(value: Value) -> str | int | float:
    if value is None:
        return IN_FILES
    return round(value, 1) if isinstance(value, float) else value
