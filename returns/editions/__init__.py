"""Editions of the national return: code lists, layout, currency, cohort and checks, as data.

An edition is a folder of TOML files that says only what it changes in the one before it. What is
known of each, and how surely, is in ``docs/nccis.md``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Literal

from returns.editions.model import Codes, Edition, EditionError
from returns.editions.reading import folders, read

__all__ = [
    "Difference",
    "Edition",
    "EditionError",
    "available",
    "diff",
    "for_period",
    "load",
    "newest",
]


@cache
def load(name: str) -> Edition:
    """The edition of this name ("2026-27"); EditionError if there is none or it is not sound."""
    return read(name)


@cache
def available() -> tuple[str, ...]:
    """The names of all editions, oldest first."""
    return tuple(sorted(folders(), key=lambda name: load(name).valid_from))


def newest() -> Edition:
    """The edition that a new return is made in unless another is asked for."""
    return load(available()[-1])


def for_period(period_end: date) -> Edition:
    """The edition in force at the end of a month; the oldest for months before all of them."""
    in_force = [name for name in available() if load(name).valid_from <= period_end]
    return load(in_force[-1] if in_force else available()[0])


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two editions.

    ``what`` is the list ("activity", "rule", "element" and so on), ``key`` the code or name in it,
    ``fields`` which of its fields changed.
    """

    what: str
    key: str
    change: Literal["added", "removed", "changed"]
    fields: tuple[str, ...] = ()


def diff(old: Edition, new: Edition) -> tuple[Difference, ...]:
    """What the new edition has added, removed and changed, list by list."""
    return tuple(_differences(_parts(old), _parts(new)))


def _parts(edition: Edition) -> dict[str, Mapping[str, object]]:
    lists: dict[str, Mapping[str, object]] = {
        field.name: getattr(edition.codes, field.name) for field in dataclasses.fields(Codes)
    }
    lists["element"] = {element.name: element for element in edition.layout.elements}
    lists["period"] = edition.periods
    lists["rule"] = edition.rules
    return lists


def _differences(
    old: dict[str, Mapping[str, object]], new: dict[str, Mapping[str, object]]
) -> Iterator[Difference]:
    for what, entries in new.items():
        before = old[what]
        for key in before:
            if key not in entries:
                yield Difference(what, key, "removed")
        for key, entry in entries.items():
            if key not in before:
                yield Difference(what, key, "added")
            elif entry != before[key]:
                yield Difference(what, key, "changed", _changed_fields(before[key], entry))


def _changed_fields(old: object, new: object) -> tuple[str, ...]:
    names = [field.name for field in dataclasses.fields(new)]  # type: ignore[arg-type]
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
