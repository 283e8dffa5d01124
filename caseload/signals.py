"""What the record announces to those above it, inside the same transaction (design §3)."""

from dataclasses import dataclass
from datetime import date

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class Said:
    """Someone's yes or no to sharing with organisations, as it came to the record.

    ``said_by`` and ``how`` are words of ``optout``'s statements: ``own``, ``school``; ``phone``,
    ``file``. ``row`` is the row of the file that ``source`` sent; ``is_dated`` is whether the row
    itself gives the day, so that a later one is something said anew.
    """

    person: int
    says_no: bool
    said_on: date
    said_by: str
    how: str
    source: str = ""
    row: int | None = None
    is_dated: bool = False


said_about_sharing = Signal()
"""People said yes or no to sharing. Sent with ``said`` (a list of ``Said``) and ``change``, with
the people's rows locked. Whoever keeps statements writes them; one that fails undoes the whole."""

died = Signal()
"""People have died. Sent with ``people`` (a frozenset of ids), ``change``, ``by`` and ``at``: what
was still to go out to them stops."""

worked_on = Signal()
"""A worker has taken a file as far as it goes for now. Sent with ``file`` (of intake) and ``at``,
outside any transaction: a listener's own work is safe to do again."""

stopped = Signal()
"""A worker could not go on with a file, which waits for a person to carry it on. Sent with
``file`` (of intake), outside any transaction."""

people_left = Signal()
"""People are another authority's from now on. Sent with ``people`` (a frozenset of ids) and
``change``."""
