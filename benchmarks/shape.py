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


class Shape:
    """Builds records with any library that has ``Element`` and ``SubElement``."""

    def __init__(self, layout: Layout, element: Make, sub_element: MakeBelow) -> None:
        self._record = layout.record
        self._element = element
        self._sub = sub_element
        self._steps = [self._step(layout, place) for place in range(len(layout.elements))]

    @staticmethod
    def _step(layout: Layout, place: int) -> tuple[int, tuple[str, ...], str, slice, bool]:
        """Place, path of the parent, name, the places of a block that may be left out, a list?"""
        element = layout.elements[place]
        parent = element.path[:-1]
        block = slice(0)
        if layout.omit.intersection(parent):
            places = [other for other, one in enumerate(layout.elements) if one.path[:-1] == parent]
            block = slice(places[0], places[-1] + 1)
        return place, parent, element.path[-1], block, element.format == "codes"

    def record(self, values: Sequence[str]) -> Any:
        """The tree of one record from its values in the order of the file, "" for none.

        A list of codes comes as PostgreSQL writes it: {110,120}.
        """
        record = self._element(self._record)
        nodes: dict[tuple[str, ...], Any] = {(): record}
        sub = self._sub
        for place, parent, name, block, is_list in self._steps:
            value = values[place]
            if block.stop and not any(one not in ("", "{}") for one in values[block]):
                self._node(nodes, parent[:-1])
                continue
            node = nodes.get(parent)
            if node is None:
                node = self._node(nodes, parent)
            if is_list:
                for code in value.strip("{}").split(","):
                    sub(node, name).text = code
            else:
                sub(node, name).text = value
        return record

    def _node(self, nodes: dict[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
        """The node at a path, made where it is not there yet."""
        if path not in nodes:
            nodes[path] = self._sub(self._node(nodes, path[:-1]), path[-1])
        return nodes[path]
