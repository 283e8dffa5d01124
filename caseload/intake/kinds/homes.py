"""Where a row says that someone lives and how they are reached, and whose area that is."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from caseload.intake.directory import Given
from caseload.intake.kinds.base import Advice, Column, Read
from caseload.intake.models import InboundFile
from caseload.intake.planning import Instruction, Version, begin
from caseload.terms import read_phone
from ccis.files.values import Cell, as_text

HOME = "home_authority"
"""Of a row as read: the code of the authority in whose area its postcode lies, and empty for a
postcode outside England; left out when the postcode is not known."""

LONGEST_LINE = 100


def address_text(cell: Cell, given: Given) -> object:
    """An address in one cell, as it is written: its parts stand between commas or line ends."""
    parts = [" ".join(part.split()) for part in as_text(cell).replace("\n", ",").split(",")]
    return ", ".join(part for part in parts if part) or None


def phone(cell: Cell, given: Given) -> object:
    """A phone number in digits; a spreadsheet drops the leading nought, which is put back."""
    text = as_text(cell).strip()
    if not text:
        return None
    number = read_phone(text) or read_phone(f"0{text}")
    if number is None:
        raise Advice(
            "This is not a phone number with its area code. We kept it with the row and did not "
            "use it.",
            "phone form",
        )
    return number


def email(cell: Cell, given: Given) -> object:
    """An email address in small letters."""
    text = as_text(cell).strip().lower()
    if not text:
        return None
    name, at, host = text.partition("@")
    if not (name and at and "." in host) or " " in text or len(text) > 254:
        raise Advice(
            "This is not an email address. We kept it with the row and did not use it.",
            "email form",
        )
    return text


ADDRESS = Column(
    "address",
    "Address",
    "Home address, its parts between commas",
    "12 Castle Street, Northgate",
    aliases=("Home address", "Full address"),
    reads=address_text,
)
EMAIL = Column(
    "email",
    "Email",
    "Their own email address",
    "amara@example.org",
    aliases=("E-mail", "Contact e-mail", "Contact email", "Email address"),
    reads=email,
)
PHONE = Column(
    "phone",
    "Phone",
    "A phone number",
    "0115 496 0123",
    aliases=("Phone number", "Telephone", "Telephone number", "Home phone", "Home telephone"),
    reads=phone,
)
MOBILE = Column(
    "mobile",
    "Mobile",
    "Mobile phone number",
    "07700 900123",
    aliases=("Mobile number", "Mobile phone", "Mobile telephone"),
    reads=phone,
)


def address_of(read: Read) -> dict[str, str]:
    """The home address of a row that has it in one cell; nothing when it says no more than a town.

    The first four parts are its lines, and what is over joins the fourth.
    """
    postcode = read.get("postcode", "")
    parts = [part for part in read.get("address", "").split(", ") if part]
    bare = postcode.replace(" ", "")
    parts = [part for part in parts if part.replace(" ", "").upper() != bare or not bare]
    if len(parts) > 4:
        parts[3:] = [", ".join(parts[3:])]
    said = {f"line_{at}": line[:LONGEST_LINE] for at, line in enumerate(parts, start=1)}
    if postcode:
        said["postcode"] = postcode
    return said


def plan_contacts(held: Sequence[Version], read: Read, given: Given) -> list[Instruction]:
    """Phone numbers and email addresses that we do not hold, from the file's day on."""
    made: list[Instruction] = []
    known = {version.values["value"] for version in held if version.stop is None}
    for key in ("mobile", "phone", "email"):
        value = read.get(key)
        if not value or value in known:
            continue
        kind = "email" if key == "email" else "mobile" if value.startswith("07") else "phone"
        values: dict[str, Any] = {"kind": kind, "value": value, "whose": "own"}
        made.append(begin("contactpoint", values, given.as_at))
        known.add(value)
    return made


HOMES = f"""
UPDATE intake_inboundrow r
SET read = r.read || jsonb_build_object('{HOME}', coalesce(a.code, ''))
FROM authorities_postcode p LEFT JOIN authorities_authority a ON a.id = p.authority_id
WHERE r.file_id = %s AND r.outcome = 'undecided' AND p.postcode = r.read->>'postcode'
"""  # noqa: S608 - the name of a key of ours


def note_homes(file: InboundFile) -> None:
    """Say on each row in whose area its postcode lies: one statement, whatever the number."""
    with connection.cursor() as cursor:
        cursor.execute(HOMES, [file.pk])


def other_home(read: Read, authority_code: str) -> str:
    """The code of another authority in whose area the postcode lies; empty for none."""
    code = str(read.get(HOME, ""))
    return code if code != authority_code else ""


def lives_elsewhere(read: Read, given: Given) -> bool:
    """Whether the postcode is known and lies in another authority's area, or outside England."""
    return bool(read.get(HOME, given.authority_code) != given.authority_code)
