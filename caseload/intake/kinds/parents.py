"""Parents and carers, as a school information system sends them with a pupil (ISA-04)."""

import json
from collections.abc import Iterable, Sequence

from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds import reading
from caseload.intake.kinds.base import Advice, Column, Level, Problem, Read
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.planning import DAY, Instruction, Version, begin, end, give_way
from caseload.intake.queries import update_rows
from caseload.terms import read_phone
from ccis.files import values
from ccis.files.values import Cell

CONTACTS = range(1, 5)
"""Parents and carers of one pupil in one row."""

BARRED = "barred_held"
"""Of a row as read: ids of the contact points that we hold of a parent whom it bars."""


def phone(cell: Cell, given: Given) -> object:
    """A phone number; one that is not real is noted and not used."""
    text = values.as_text(cell)
    if not text:
        return None
    number = read_phone(text) or read_phone(f"0{text}")
    if number is None:
        raise Advice("This is not a UK phone number. We did not use it.", "phone not real")
    return number


def email(cell: Cell, given: Given) -> object:
    """An email address; what is none is noted and not used."""
    text = values.as_text(cell)
    if text and ("@" not in text or " " in text or len(text) > 254):
        raise Advice("This is not an email address. We did not use it.", "email not real")
    return text or None


PARTS = (
    ("title", "Title", "Mr, Mrs, Ms and so on", reading.text_of(20)),
    ("given", "First Name", "First name", reading.text_of(100)),
    ("family", "Last Name", "Last name", reading.text_of(100)),
    ("email", "Email", "Main email address", email),
    ("mobile", "Mobile", "Mobile phone", phone),
    ("address", "Address", "Address", reading.text_of(300)),
    ("lives_with", "Lives With", "Whether the pupil lives at this address", reading.yes_or_no),
    (
        "responsible",
        "Parental Responsibility",
        "Whether they have responsibility",
        reading.yes_or_no,
    ),
    ("relationship", "Relationship", "What they are to the pupil", reading.text_of(60)),
    ("barred", "Court Order", "Whether a court order bars contact", reading.yes_or_no),
)
"""What the agreement has of each contact: end of the key, of the heading, meaning, reader."""

KEPT_UNDER_AN_INSTRUCTION = frozenset(
    {"title", "given", "family", "address", "responsible", "relationship", "barred"}
)
"""Section 72 leaves the name and address of a parent, and nothing else of theirs."""


def columns() -> tuple[Column, ...]:
    """The columns of every contact."""
    return tuple(
        Column(
            f"contact_{number}_{part}",
            f"Contact {number} {heading}",
            f"Contact {number}: {meaning[:1].lower()}{meaning[1:]}",
            reads=reads,
            kept=part in ("title", "given", "family", "email", "mobile", "relationship"),
        )
        for number in CONTACTS
        for part, heading, meaning, reads in PARTS
    )


def note_barred(file: InboundFile) -> None:
    """Say on each row what we hold of a parent whom it bars, as was seen when the file came."""
    ends: dict[str, list[int]] = file.dropped.get("ends", {})
    rows = InboundRow.objects.filter(file=file, number__in=[int(number) for number in ends])
    update_rows(
        file,
        (("read", "jsonb"),),
        [(row.number, json.dumps({**row.read, BARRED: ends[str(row.number)]})) for row in rows],
    )


def check_barred(read: Read, held: Held | None) -> Iterable[Problem]:
    """Say of a barred parent's phone or email when it is not where it was as the file came."""
    there = {version.pk for version in held.contactpoint} if held is not None else set()
    if set(read.get(BARRED, ())) - there:
        yield Problem(
            "",
            "barred contact",
            "A parent in this row is barred or has no responsibility, and what we hold of their "
            "phones and emails has changed since. End what is theirs on the person's page, then "
            "accept the row and say so.",
            Level.SOFT,
        )


def plan_contacts(held: Sequence[Version], read: Read, given: Given) -> list[Instruction]:
    """Phones and emails of parents and carers, of those that we do not hold.

    What we hold of a parent whom the row bars ends, whoever recorded it.
    """
    barred = set(read.get(BARRED, ()))
    known = {(v.values["kind"], v.values["value"]) for v in held if v.pk not in barred}
    instructions = [
        end("contactpoint", version, until=given.as_at - DAY)
        if version.start < given.as_at
        else give_way("contactpoint", version)
        for version in held
        if version.pk in barred and (version.stop is None or version.stop > given.as_at)
    ]
    for number in CONTACTS:
        of = {part: read.get(f"contact_{number}_{part}") for part, *_ in PARTS}
        name = " ".join(str(of[part]) for part in ("title", "given", "family") if of[part])
        note = ", ".join(str(one) for one in (name, of["relationship"]) if one)[:100]
        for kind in ("mobile", "email"):
            value = of[kind]
            if not of["responsible"] or not value or (kind, value) in known:
                continue
            known.add((kind, value))
            said = {"kind": kind, "value": value, "whose": "parent", "note": note}
            instructions.append(begin("contactpoint", said, given.as_at))
    return instructions
