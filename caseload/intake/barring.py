"""What we hold of a parent whom a later file bars, or says to have no responsibility (ISA-04).

Such a parent is dropped before anything of the file is kept. What an earlier file gave of them
must then not be used either. While the file is still in memory alone, the people of its rows
are found among those of whom we hold parents' phones and emails, and it is noted *which of what
we hold* ends: numbers of ours, and nothing that the file says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from caseload.intake.kinds.shared import fold
from caseload.terms import read_phone
from ccis.files.values import BadValue, Cell, as_text, parse_date, parse_postcode

Key: TypeAlias = tuple[str, str, str, str]
"""By what someone may be known again: a number, or date of birth or postcode with their name."""


def keys_said(said: Mapping[str, Cell]) -> set[Key]:
    """By what the person of a row, by our column, may be known (ISA-02), each key alone."""
    keys = {
        ("number", number, "", "")
        for key in ("upn", "uln", "former_upn")
        if (number := "".join(as_text(said.get(key)).upper().split()))
    }
    name = (fold(as_text(said.get("family"))), fold(as_text(said.get("given")))[:3])
    if born := day(said.get("birth")):
        keys.add(("birth", born, *name))
    if home := postcode(said.get("postcode")):
        keys.add(("home", home, *name))
    return keys


def day(cell: Cell) -> str:
    """A date in ISO form; empty for none, and for what is not one."""
    try:
        found = parse_date(cell)
    except BadValue:
        return ""
    return found.isoformat() if found else ""


def postcode(cell: Cell) -> str:
    """A postcode as we hold it; empty for none, and for what is not one."""
    try:
        return parse_postcode(cell) or ""
    except BadValue:
        return ""


@dataclass(frozen=True)
class Barred:
    """A parent whom a row bars: the name, folded, and how they are reached. Never kept."""

    name: str
    values: frozenset[str]


def barred_contact(said: Mapping[str, Cell]) -> Barred:
    """A barred parent, by the ends of the keys of their columns."""
    phone, email = as_text(said.get("mobile")), as_text(said.get("email")).casefold()
    number = read_phone(phone) or read_phone(f"0{phone}") if phone else ""
    return Barred(
        name=fold(as_text(said.get("given")) + as_text(said.get("family"))),
        values=frozenset(value for value in (number, email) if value),
    )


@dataclass(frozen=True)
class Point:
    """A phone or email of a parent that we hold, with the beginning of its note: whose it is."""

    pk: int
    value: str
    whose: str

    def is_of(self, barred: Barred) -> bool:
        """Whether it is the barred parent's: the same number or address, or the same name."""
        named = fold(self.whose)
        return self.value.casefold() in barred.values or bool(
            barred.name and named.endswith(barred.name)
        )


@dataclass(frozen=True)
class HeldOfParents:
    """Parents' phones and emails that we hold, and by what to know the people they are of."""

    people: Mapping[Key, frozenset[int]] = field(default_factory=dict)
    points: Mapping[int, tuple[Point, ...]] = field(default_factory=dict)
    """By the id of the young person."""

    def ended_by(self, keys: Iterable[Key], barred: Iterable[Barred]) -> list[int]:
        """Ids of what a row ends, given by what its person is known and whom it bars."""
        parents = list(barred)
        people = {person for key in keys for person in self.people.get(key, ())}
        return sorted(
            point.pk
            for person in people
            for point in self.points[person]
            if any(point.is_of(parent) for parent in parents)
        )
