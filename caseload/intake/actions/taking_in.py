"""What is done to a file while it is received, before any of it is stored (design §5)."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from django.db import connection

from caseload.intake import reducing
from caseload.intake.barring import HeldOfParents, Key, Point
from caseload.intake.columns import guess_kind, headings_known, recognise
from caseload.intake.errors import IntakeError
from caseload.intake.kinds import KINDS, Kind
from caseload.intake.taking import taken_of
from ccis.authorities.models import Authority
from ccis.files.reading import CannotRead, Table, read_table
from ccis.files.storage import Readable


@dataclass(frozen=True)
class Kept:
    """A file with what may not be kept left out."""

    content: bytes
    kind: str
    file_name: str
    sha256: str
    """Of what was sent and of the version of the switches: the same file again is known, and
    one that is sent again because more was switched on is not."""
    dropped: dict[str, Any]


SEND_IT_AS = (
    "This file has the column “{heading}”, which only a file of the kind “{label}” may have. "
    "Nothing of it was kept. Send it again as that"
)
NOTHING_ON = (
    "Nothing of the kind “{label}” is switched on, so nothing of this file was kept. Someone who "
    "may switch fields on says first what it is taken for"
)
NOTHING_LEFT = (
    "No row of this file is of a year group that is switched on, so nothing of it was kept"
)
MISSING = "Row 1 should have the heading {heading}. Nothing of this file was kept"


@dataclass(frozen=True)
class Arrival:
    """What is known of a file when it comes."""

    authority: Authority
    kind: str
    """Empty for the headings to tell."""
    file_name: str
    as_at: date
    today: date
    has_sender: bool
    """Whether where they learn is known without a column for it."""


def whole(content: Readable | bytes, *, limit: int) -> bytes:
    """All of what came, or one byte more than ``limit``, in memory."""
    return content if isinstance(content, bytes) else content.read(limit + 1)


def keep_what_may_be_kept(data: bytes, came: Arrival) -> Kept | None:
    """Leave out of a school's file what may not be kept; ``None`` for a file to keep as it is.

    Nothing but memory holds the file meanwhile. Raises ``IntakeError`` for a file that cannot
    be reduced, of which nothing is kept then.
    """
    reduced_kinds = [one for one in KINDS.values() if one.fields]
    if not data:
        return None
    kind = next((one for one in reduced_kinds if one.name == came.kind), None)
    try:
        with read_table(data, filename=came.file_name, headings=headings_known()) as table:
            kind = _kind_of(table, came, reduced_kinds)
            return _reduced(data, table, kind, came) if kind else None
    except CannotRead as error:
        if kind is not None:  # told, or known by the headings above rows that cannot be read
            raise IntakeError(f"{str(error).rstrip('.')}. Nothing of it was kept") from None
        return None


def _kind_of(table: Table, came: Arrival, reduced_kinds: list[Kind]) -> Kind | None:
    """The kind by which a file must be reduced, if by any."""
    for one in reduced_kinds:
        if came.kind == one.name:
            return one
    if not came.kind:
        header = [heading.text for heading in table.header]
        guessed = guess_kind(header, has_sender=came.has_sender)
        if guessed is not None and guessed.fields:
            return guessed
    for one in reduced_kinds:
        if heading := reducing.protected_heading(table.header, one):
            raise IntakeError(SEND_IT_AS.format(heading=heading, label=one.label))
    return None


def _reduced(data: bytes, table: Table, kind: Kind, came: Arrival) -> Kept:
    header = [heading.text for heading in table.header]
    found = recognise(kind, header, has_sender=came.has_sender)
    if found.missing:
        raise IntakeError(MISSING.format(heading=found.missing[0]))
    if found.twice:
        raise IntakeError(
            f"Row 1 has more than one column for {found.twice[0]}. Nothing of this file was kept"
        )
    taken = taken_of(came.authority, kind)
    if not taken.suffices_for(kind):
        raise IntakeError(NOTHING_ON.format(label=kind.label))
    reducer = reducing.Reducer(
        kind,
        table.header,
        taken=taken,
        instructed=instructed_people(came.authority, on=came.today),
        parents=held_of_parents(came.authority, as_at=came.as_at)
        if any(taken.columns_of(kind).intersection(contact) for contact in kind.contacts)
        else None,
        as_at=came.as_at,
        counts_from_1904=table.date_system == 1904,
    )
    content = reducing.rewritten(table, reducer)
    dropped = reducer.dropped
    left_out = dropped.rows or dropped.rows_without_year
    if left_out and not dropped.kept and not dropped.not_whole:
        raise IntakeError(NOTHING_LEFT)
    return Kept(
        content=content,
        kind=kind.name,
        file_name=f"{PurePath(came.file_name).stem}.csv",
        sha256=hashlib.sha256(data + f"|{kind.name}|{taken.version}".encode()).hexdigest(),
        dropped=dropped.as_data(version=taken.version, notices=table.notices),
    )


INSTRUCTED = """
SELECT s.person_id FROM caseload_section72 s
JOIN caseload_youngperson p ON p.id = s.person_id AND p.lead_authority_id = %(authority)s
WHERE s.superseded_id IS NULL AND s.during @> %(on)s::date
"""

KNOWN_BY = """
SELECT i.person_id, 'number', i.value, '', '' FROM caseload_identifier i
WHERE i.superseded_id IS NULL AND i.kind_id IN ('upn', 'uln') AND i.person_id = ANY (%(people)s)
UNION
SELECT n.person_id, 'birth', b.date_of_birth::text, n.family_folded, left(n.given_folded, 3)
FROM caseload_name n JOIN caseload_particulars b USING (person_id)
WHERE n.superseded_id IS NULL AND b.superseded_id IS NULL AND b.date_of_birth IS NOT NULL
  AND n.person_id = ANY (%(people)s)
UNION
SELECT n.person_id, 'home', a.postcode, n.family_folded, left(n.given_folded, 3)
FROM caseload_name n JOIN caseload_address a USING (person_id)
WHERE n.superseded_id IS NULL AND a.superseded_id IS NULL AND a.postcode <> ''
  AND n.person_id = ANY (%(people)s)
"""


def known_by(people: Collection[int]) -> dict[Key, set[int]]:
    """By what people (ids) may be known again: the four rules of matching (ISA-02), each alone."""
    found: dict[Key, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_BY, {"people": list(people)})
        for person, how, what, family, given in cursor.fetchall():
            found[how, what, family, given].add(person)
    return found


def instructed_people(authority: Authority, *, on: date) -> reducing.Instructed:
    """By what to know those again for whom an instruction of section 72 holds (LAW-07).

    By each rule of matching alone: where it may be them, it is withheld.
    """
    with connection.cursor() as cursor:
        cursor.execute(INSTRUCTED, {"authority": authority.pk, "on": on})
        people = [person for (person,) in cursor.fetchall()]
    return reducing.Instructed(frozenset(known_by(people)) if people else frozenset())


OF_PARENTS = """
SELECT c.person_id, c.id, c.value, split_part(c.note, ',', 1) FROM caseload_contactpoint c
JOIN caseload_youngperson p ON p.id = c.person_id AND p.lead_authority_id = %(authority)s
WHERE c.superseded_id IS NULL AND c.whose = 'parent'
  AND (upper(c.during) IS NULL OR upper(c.during) > %(as_at)s::date)
"""


def held_of_parents(authority: Authority, *, as_at: date) -> HeldOfParents:
    """Parents' phones and emails that we hold from a day on, and whose parents they are."""
    points: dict[int, list[Point]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(OF_PARENTS, {"authority": authority.pk, "as_at": as_at})
        for person, *point in cursor.fetchall():
            points[person].append(Point(*point))
    keys = known_by(points) if points else {}
    return HeldOfParents(
        people={key: frozenset(people) for key, people in keys.items()},
        points={person: tuple(of) for person, of in points.items()},
    )
