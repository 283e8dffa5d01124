"""The tree of one record, for the ways that build trees: lxml's and the plain one.

What goes where is worked out once from the edition's layout, so that neither way loses time on
looking it up: they are to be rivals at their best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from returns.editions.model import Layout

Make = Callable[[str], Any]
MakeBelow = Callable[[Any, str], Any]

Step = tuple[int, str, int, slice | None]
"""Number of the parent node, name, place of the value (-1 for a node of its own), and the places
that must hold a value for this to be there at all."""


class Shape:
    """Builds records with any library that has ``Element`` and ``SubElement``."""

    def __init__(self, layout: Layout, element: Make, sub_element: MakeBelow) -> None:
        self._record = layout.record
        self._element = element
        self._sub = sub_element
        self._list = next(
            place for place, one in enumerate(layout.elements) if one.format == "codes"
        )
        self._steps = _steps(layout)

    def record(self, values: Sequence[str]) -> Any:
        """The tree of one record from its values in the order of the file, "" for none.

        A list of codes comes as PostgreSQL writes it: {110,120}, or {} for none.
        """
        if values[self._list] == "{}":
            values = [*values[: self._list], "", *values[self._list + 1 :]]
        sub = self._sub
        nodes = [self._element(self._record)]
        for parent, name, place, needed in self._steps:
            if needed is not None and not any(values[needed]):
                if place < 0:
                    nodes.append(None)
            elif place < 0:
                nodes.append(sub(nodes[parent], name))
            elif place == self._list:
                for code in values[place].strip("{}").split(","):
                    sub(nodes[parent], name).text = code
            elif value := values[place]:
                sub(nodes[parent], name).text = value
            else:
                sub(nodes[parent], name)
        return nodes[0]


def _steps(layout: Layout) -> list[Step]:
    """Every node and every value in the order of the file; nodes are numbered from the record."""
    numbers: dict[tuple[str, ...], int] = {(): 0}
    steps: list[Step] = []
    for place, element in enumerate(layout.elements):
        for depth in range(1, len(element.path)):
            path = element.path[:depth]
            if path not in numbers:
                numbers[path] = len(numbers)
                steps.append((numbers[path[:-1]], path[-1], -1, _needed(layout, path)))
        parent = element.path[:-1]
        steps.append((numbers[parent], element.path[-1], place, _needed(layout, parent)))
    return steps


def _needed(layout: Layout, path: tuple[str, ...]) -> slice | None:
    """The values that lie in a block which is left out when none of them is there."""
    if not layout.omit.intersection(path):
        return None
    places = [place for place, one in enumerate(layout.elements) if one.path[: len(path)] == path]
    return slice(places[0], places[-1] + 1)
