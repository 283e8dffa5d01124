"""The code lists of all editions as one, for tables that must hold every code ever sent.

A code keeps the label and attributes of the newest edition that has it; the edition of a return
says which codes are valid when.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from returns import editions
from returns.editions.model import Code, Codes

LISTS: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(Codes))


@dataclasses.dataclass(frozen=True, slots=True)
class MergedCode:
    """A code of any edition: ``first`` and ``last`` are names of the editions that have it.

    ``position`` is its place in the list; ``attributes`` are the list's own fields beside code
    and label, such as an activity's ``group``.
    """

    list_name: str
    code: str
    label: str
    first: str
    last: str
    position: int
    attributes: Mapping[str, str | bool]


@cache
def every_code() -> tuple[MergedCode, ...]:
    """Every code of every list in every edition, list by list."""
    return tuple(code for name in LISTS for code in in_list(name))


@cache
def in_list(list_name: str) -> tuple[MergedCode, ...]:
    """Every code that any edition has in one list; KeyError if there is no such list."""
    if list_name not in LISTS:
        raise KeyError(list_name)
    first: dict[str, str] = {}
    last: dict[str, tuple[str, Code]] = {}
    for name in editions.available():
        for code, entry in getattr(editions.load(name).codes, list_name).items():
            first.setdefault(code, name)
            last[code] = (name, entry)
    return tuple(
        MergedCode(
            list_name=list_name,
            code=code,
            label=entry.label,
            first=first[code],
            last=name,
            position=position,
            attributes=_attributes(entry),
        )
        for position, (code, (name, entry)) in enumerate(last.items(), start=1)
    )


def _attributes(entry: Code) -> Mapping[str, str | bool]:
    values = {
        field.name: getattr(entry, field.name)
        for field in dataclasses.fields(entry)
        if field.name not in {"code", "label"}
    }
    neet = getattr(entry, "neet", None)
    return MappingProxyType(values if neet is None else values | {"neet": neet})
