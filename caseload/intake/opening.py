"""Opening what arrived as a table: a CSV or workbook, or a form that another app reads as one.

The national return as XML is read by ``returns``, which owns its meaning; it registers a reader
here, and everything after sees headings and rows like any other file's.
"""

from collections.abc import Callable, Collection
from typing import TypeAlias

from ccis.files import reading
from ccis.files.reading import Table
from ccis.files.storage import Readable

LOOKED_AT = 4_096
"""Bytes by which a reader tells whether a file is its own."""


class Rejoined:
    """A stream whose beginning was read already, to be read from its start again, once."""

    def __init__(self, beginning: bytes, rest: Readable) -> None:
        self._beginning = beginning
        self._rest = rest

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, fewer than asked for where the beginning ends; all for a size below 0."""
        if size is None or size < 0:
            taken, self._beginning = self._beginning, b""
            return taken + self._rest.read()
        if self._beginning:
            taken, self._beginning = self._beginning[:size], self._beginning[size:]
            return taken if len(taken) == size else taken + self._rest.read(size - len(taken))
        return self._rest.read(size)


Opener: TypeAlias = Callable[[bytes, Readable], Table | None]
"""Given a file's beginning and the whole as a stream, its table; ``None`` for somebody else's.

Raises ``ccis.files.reading.CannotRead`` for a file that is its own and cannot be read."""

OPENERS: list[Opener] = []


def register_opener(opener: Opener) -> Opener:
    """Add a reader of files that are neither a CSV nor a workbook."""
    OPENERS.append(opener)
    return opener


def read_table(source: Readable, *, filename: str, headings: Collection[str] = ()) -> Table:
    """Read the headings of a file of any known form, and its rows as they are asked for.

    ``headings`` (normalised) are those to look for, where other rows stand above them.
    """
    beginning = source.read(LOOKED_AT)
    for opener in OPENERS:
        table = opener(beginning, Rejoined(beginning, source))
        if table is not None:
            return table
    return reading.read_table(Rejoined(beginning, source), filename=filename, headings=headings)
