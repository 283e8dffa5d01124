"""How what two records say is read again as one: by one rule, stated here (PIA-14).

What was found out last is believed. A fact found out earlier keeps the days that the later one
leaves free. Where both say the same, they are one: it begins with the earlier and ends as the
later says. Nothing is thrown away: what is not believed any more stays in the history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Weight = tuple[bool, date, int]
"""Whether someone chose it, the day on which it was found out, the number of the change."""


@dataclass(frozen=True)
class Told:
    """One fact as the rule sees it: what it says, from ``lower`` until before ``upper``."""

    says: Mapping[str, Any]
    lower: date | None
    upper: date | None
    weight: Weight
    stays: bool
    """Whether it is the staying record's own."""


@dataclass
class Piece:
    """What is believed afterwards: ``told[at]``, from ``lower`` until before ``upper``."""

    at: int
    lower: date | None
    upper: date | None
    with_: list[int] = field(default_factory=list)
    """Others that say the same and are one with it, the heaviest first."""


Span = tuple[date | None, date | None]


@dataclass(frozen=True)
class Reading:
    """How facts of one kind are read. Facts of which two may stand at a time do not exclude."""

    excludes: bool = True
    """Whether no two may overlap."""
    union: bool = False
    """Whether what says the same holds for as long as either says: the strictest wins."""
    of_who: bool = False
    """Whether it says who someone is: what is not believed keeps no days before what is."""


def read_again(told: Sequence[Told], how: Reading) -> list[Piece]:
    """Read facts of which some are one record's and some another's: what is believed of them.

    Facts of one record that exclude one another do not overlap. Pieces come in order of weight.
    """
    order = sorted(range(len(told)), key=lambda at: (told[at].weight, told[at].stays), reverse=True)
    placed: list[Piece] = []
    for at in order:
        _place(at, told, placed, how)
    return placed


def _place(at: int, told: Sequence[Told], placed: list[Piece], how: Reading) -> None:
    one = told[at]
    same = [piece for piece in placed if _overlap(one, piece) and agree(told[piece.at], one)]
    in_the_way = placed if how.excludes else same
    for piece in same[:1]:
        piece.with_.append(at)
    for lower, upper in _left_over((one.lower, one.upper), in_the_way):
        next_ = next((p for p in in_the_way if upper is not None and p.lower == upper), None)
        last = next((p for p in in_the_way if lower is not None and p.upper == lower), None)
        if next_ is not None and (next_ in same or (how.of_who and _overlap(one, next_))):
            next_.lower = lower
        elif last is not None and last in same:
            last.upper = upper if how.union else last.upper
        else:
            placed.append(Piece(at, lower, upper))


def agree(one: Told, other: Told) -> bool:
    """Whether nothing that both say differs."""
    return all(
        value == other.says.get(name) or value in EMPTY or other.says.get(name) in EMPTY
        for name, value in one.says.items()
    )


EMPTY: tuple[object, ...] = (None, "")


def _overlap(one: Told | Piece, other: Told | Piece) -> bool:
    return _before(one.lower, other.upper) and _before(other.lower, one.upper)


def _before(lower: date | None, upper: date | None) -> bool:
    return lower is None or upper is None or lower < upper


def _left_over(span: Span, taken: Sequence[Piece]) -> list[Span]:
    """The days of a span that nothing has taken."""
    free = [span]
    for piece in taken:
        free = [left for one in free for left in _cut(one, piece)]
    return free


def _cut(span: Span, piece: Piece) -> list[Span]:
    lower, upper = span
    if not (_before(lower, piece.upper) and _before(piece.lower, upper)):
        return [span]
    rest: list[Span] = []
    if piece.lower is not None and (lower is None or lower < piece.lower):
        rest.append((lower, piece.lower))
    if piece.upper is not None and (upper is None or piece.upper < upper):
        rest.append((piece.upper, upper))
    return rest


def stricter(one: int, other: int) -> int:
    """Of two restrictions the higher."""
    return max(one, other)


def narrower(
    one: frozenset[int], other: frozenset[int], *, restricts_one: bool, restricts_other: bool
) -> frozenset[int]:
    """Who may open the record that stays: whoever might open every restricted one of the two."""
    if restricts_one and restricts_other:
        return one & other
    if restricts_other:
        return other
    return one
