"""Counts of people as they may be shown outside: what is small, or would tell it, is hidden."""

from collections.abc import Collection, Mapping
from typing import Final

SMALL: Final = 5
"""Counts from 1 up to, but not including, this are not shown outside."""

HIDDEN: Final = "hidden (small number)"
"""What stands in a table in the place of one."""


def suppress(count: int) -> int | None:
    """A count as it may be shown to the public; None where it is too small. None of nobody is 0."""
    return None if 0 < count < SMALL else count


def suppress_parts(
    parts: Mapping[str, int], *, always: Collection[str] = ()
) -> dict[str, int | None]:
    """The parts of a total that is itself shown, so that no hidden part follows by subtraction.

    Where only one part is hidden, or the hidden ones add up to less than ``SMALL``, the next
    smallest is hidden too. ``always`` names parts to hide whatever their size.
    """
    hidden = {name for name, count in parts.items() if suppress(count) is None or name in always}
    others = sorted(parts.keys() - hidden, key=lambda name: (parts[name] == 0, parts[name], name))
    while hidden and others and (len(hidden) == 1 or sum(parts[n] for n in hidden) < SMALL):
        hidden.add(others.pop(0))
    return {name: None if name in hidden else count for name, count in parts.items()}


def suppress_rows(rows: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int] | None]:
    """The rows of a table whose totals are shown; ``None`` for one that is hidden whole.

    A row with a small count is hidden. Where only one is, or those hidden are few together in any
    column, so is the next smallest, so that nothing follows by subtraction.
    """
    hidden = {name for name, row in rows.items() if any(suppress(n) is None for n in row.values())}
    sums = {name: sum(row.values()) for name, row in rows.items()}
    rest = sorted(rows.keys() - hidden, key=lambda name: (not sums[name], sums[name], name))

    def few() -> bool:
        columns = {column for name in hidden for column in rows[name]}
        totals = (sum(rows[name].get(column, 0) for name in hidden) for column in columns)
        return len(hidden) == 1 or any(suppress(total) is None for total in totals)

    while hidden and rest and few():
        hidden.add(rest.pop(0))
    return {name: None if name in hidden else row for name, row in rows.items()}
