"""What several kinds say about a person in the same way: identifiers, names, where they learn."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from caseload.intake.directory import Given, Place
from caseload.intake.kinds import reading
from caseload.intake.kinds.base import Column, Level, NeedsPerson, Problem, Read
from caseload.intake.planning import (
    DAY,
    Instruction,
    Version,
    begin,
    end,
    replace,
    say_from,
)
from caseload.intake.rules import Reason
from ccis.calendar.academic import academic_age

NO_INFORMATION = frozenset({"NOBT", "REFU", "U", "W"})
"""Gender and ethnicity that say nothing, and so never take the place of something."""

UPN = Column(
    "upn",
    "UPN",
    "Unique pupil number, 13 characters",
    "A123456789012",
    aliases=("Unique pupil number", "UniquePupilNumber"),
    reads=reading.upn,
)
ULN = Column(
    "uln",
    "ULN",
    "Unique learner number, 10 digits",
    "1234567890",
    aliases=("UniqueLearnerNumber", "UniqueLearnerNo", "Unique learner number"),
    reads=reading.uln,
)
FAMILY = Column(
    "family",
    "Surname",
    "Legal family name",
    "Oduya",
    aliases=("Family name", "FamilyName", "LegalSurname", "Last name", "LastName"),
    reads=reading.name,
    required=True,
    filled="Give their family name.",
)
GIVEN = Column(
    "given",
    "Forename",
    "Legal first name",
    "Amara",
    aliases=("First name", "FirstName", "GivenName", "LegalForename"),
    reads=reading.name,
    required=True,
    filled="Give their first name.",
)
BIRTH = Column(
    "birth",
    "DOB",
    "Date of birth, day first",
    "14/03/2010",
    aliases=("DoB", "Date of birth", "DateOfBirth", "Birth date"),
    reads=reading.birth,
    is_date=True,
    required=True,
    filled="Give their date of birth.",
)
POSTCODE = Column(
    "postcode",
    "Postcode",
    "Home postcode",
    "NG1 4AB",
    aliases=("Post code", "Home postcode"),
    reads=reading.postcode,
)

YOUNGEST, OLDEST = 3, 26
"""Academic ages beyond which a date of birth must be a mistake."""


def check_birth(read: Read, given: Given) -> Iterable[Problem]:
    """A date of birth must be of someone who could be at school or college."""
    born = read.get("birth")
    if born is not None and not YOUNGEST <= academic_age(born, given.as_at) <= OLDEST:
        yield Problem(
            "birth",
            "birth not of a pupil",
            "Give a real date of birth. Nobody of this age is at school or college.",
        )


def check_days(read: Read, given: Given) -> Iterable[Problem]:
    """Of something that begins and ends: not the end first, and no beginning that is to come."""
    start, end = read.get("start"), read.get("end")
    if start and end and end < start:
        yield Problem(
            "end", "end before start", "The end must be the same day as the start or later."
        )
    if start and start > given.as_at:
        yield Problem(
            "start",
            "start to come",
            "Starts after the day of the file. Accept it if it is right, and say why.",
            Level.SOFT,
        )


def day_of(read: Read, key: str) -> date | None:
    """A date of a kept row, which holds it as ISO text."""
    text = read.get(key)
    return date.fromisoformat(text) if text else None


# -- identifiers ---------------------------------------------------------------------------------


def plan_identifiers(
    held: Sequence[Version], read: Read, given: Given, *, learn_only: bool
) -> list[Instruction]:
    """Take over a UPN and ULN that we do not hold.

    One that differs takes the place of ours only where a person has said who the row is, and
    then only for a kind that vouches for identifiers; ``learn_only`` leaves ours alone.
    """
    instructions: list[Instruction] = []
    start = day_of(read, "birth") or given.as_at
    for kind in ("upn", "uln"):
        value = read.get(kind)
        if not value:
            continue
        ours = [version for version in held if version.values["kind_id"] == kind]
        if any(version.values["value"] == value for version in ours):
            continue
        values = {"kind_id": kind, "value": value}
        if not ours:
            instructions.append(begin("identifier", values, start))
        elif not learn_only:
            instructions += say_from(
                "identifier", ours, on=given.as_at, values=values, is_same=_never
            )
    return instructions


def _never(held: dict[str, Any], said: dict[str, Any]) -> bool:
    return False


# -- names ---------------------------------------------------------------------------------------

_BETWEEN = re.compile(r"[\s''’‘`.,/_-]+")


def fold(text: str) -> str:
    """Lower case, no accents, no spaces or marks: as ``ccis_fold`` in the database."""
    if text.isascii():
        return _BETWEEN.sub("", text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _BETWEEN.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


def same_name(held: dict[str, Any], said: dict[str, Any]) -> bool:
    """Whether two names are the same but for capitals, accents and hyphens."""
    return all(
        held[part] == said[part] or fold(held[part] or "") == fold(said[part])
        for part in ("given", "family", "middle")
        if part in said
    )


def plan_names(held: Sequence[Version], read: Read, given: Given) -> list[Instruction]:
    """The legal name, the one they are known by, and a former family name."""
    parts = {part: read[part] for part in ("given", "middle", "family") if read.get(part)}
    legal = {"kind": "legal", **parts}
    instructions = say_from(
        "name",
        _of_kind(held, "legal"),
        on=given.as_at,
        values=legal,
        is_same=same_name,
        keep=True,
    )
    known_as = known_as_name(read)
    if known_as is not None:
        instructions += say_from(
            "name",
            _of_kind(held, "known-as"),
            on=given.as_at,
            values=known_as,
            is_same=same_name,
        )
    former = former_name(read)
    if former is not None and all(
        fold(version.values["family"]) != fold(former["family"]) for version in held
    ):
        instructions.append(_former(read, given, former))
    return instructions


def _of_kind(held: Sequence[Version], kind: str) -> list[Version]:
    return [version for version in held if version.values["kind"] == kind]


def known_as_name(read: Read) -> dict[str, str] | None:
    """The name that a row says someone goes by, when it is not the legal one."""
    family = read.get("known_family") or read.get("family", "")
    first = read.get("known_given") or read.get("given", "")
    if fold(family) == fold(read.get("family", "")) and fold(first) == fold(read.get("given", "")):
        return None
    return {"kind": "known-as", "given": first, "family": family}


def former_name(read: Read) -> dict[str, str] | None:
    """A former family name, when it is not the present one."""
    former = read.get("former_family")
    if not former or fold(former) == fold(read.get("family", "")):
        return None
    return {"kind": "former", "given": read.get("given", ""), "family": former}


def _former(read: Read, given: Given, values: dict[str, str]) -> Instruction:
    start = day_of(read, "birth") or given.as_at
    return begin("name", values, min(start, given.as_at - DAY), given.as_at - DAY)


def new_names(read: Read, given: Given) -> list[Instruction]:
    """The names of someone we did not know."""
    start = day_of(read, "birth") or given.as_at
    legal = {
        "kind": "legal",
        "given": read.get("given", ""),
        "middle": read.get("middle", ""),
        "family": read.get("family", ""),
    }
    names = [begin("name", legal, start)]
    if (known_as := known_as_name(read)) is not None:
        names.append(begin("name", known_as, given.as_at))
    if (former := former_name(read)) is not None:
        names.append(_former(read, given, former))
    return names


# -- date of birth, gender, ethnicity ------------------------------------------------------------


def said_particulars(read: Read) -> dict[str, Any]:
    """What a row says of date of birth, gender and ethnicity."""
    pairs = (("date_of_birth", "birth"), ("gender_id", "gender"), ("ethnicity_id", "ethnicity"))
    return {column: read[key] for column, key in pairs if read.get(key)}


def plan_particulars(held: Sequence[Version], read: Read, given: Given) -> list[Instruction]:
    """Fill what was not known; a change of gender or ethnicity holds from the file's day on."""
    said = said_particulars(read)
    present = next((version for version in held if version.holds_on(given.as_at)), None)
    if present is None:
        start = day_of(read, "birth") or given.as_at
        return say_from("particulars", held, on=start, values=said, is_same=_never) if said else []
    ours = {key: str(value) if value is not None else None for key, value in present.values.items()}
    changed = {
        column: value
        for column, value in said.items()
        if ours[column] != value and not (value in NO_INFORMATION and ours[column])
    }
    if not changed:
        return []
    if "date_of_birth" in changed:
        start = min(present.start, date.fromisoformat(changed["date_of_birth"]))
        return [_corrected(present, start, changed)]
    if all(ours[column] is None or ours[column] in NO_INFORMATION for column in changed):
        return [_corrected(present, present.start, changed)]
    carried = {key: value for key, value in ours.items() if value is not None}
    return say_from(
        "particulars",
        held,
        on=given.as_at,
        values={**carried, **changed},
        is_same=_never,
    )


def _corrected(version: Version, start: date, values: dict[str, Any]) -> Instruction:
    return replace(
        "particulars",
        version,
        does="corrects",
        start=start,
        until=version.until,
        values=values,
    )


# -- home ----------------------------------------------------------------------------------------

LINES = ("line_1", "line_2", "line_3", "line_4", "town", "county")
_NUMBERS = re.compile(r"\d+[a-z]?")


def same_address(held: dict[str, Any], said: dict[str, Any]) -> bool:
    """Whether two addresses are one: same postcode, same numbers, or the same words."""
    if said.get("postcode") and held["postcode"] != said["postcode"]:
        return False
    if all(held.get(line) == said[line] for line in LINES if line in said):
        return True
    ours, theirs = (
        " ".join(str(one.get(line) or "") for line in LINES).lower() for one in (held, said)
    )
    if not theirs.strip():
        return True
    if said.get("postcode") and (numbers := set(_NUMBERS.findall(theirs))):
        return numbers == set(_NUMBERS.findall(ours))
    return fold(ours) == fold(theirs)


def plan_address(held: Sequence[Version], said: dict[str, str], given: Given) -> list[Instruction]:
    """A new home address holds from the file's day on."""
    if not said:
        return []
    homes = _of_kind(held, "home")
    return say_from(
        "address",
        homes,
        on=given.as_at,
        values={"kind": "home", **said},
        is_same=same_address,
    )


# -- where they learn ----------------------------------------------------------------------------


def place_of(read: Read, given: Given) -> Place | None:
    """The provider that a row names by number, or else the file's sender.

    Raises ``NeedsPerson`` for a number that the directory does not have.
    """
    directory = given.directory
    if number := read.get("dfe_number"):
        place = directory.school(number, given.authority_code)
    elif number := read.get("ukprn"):
        place = directory.training(number, given.authority)
    else:
        return given.sender
    if place is None:
        raise NeedsPerson(
            Reason.PROVIDER_UNKNOWN,
            f"The directory has no provider with the number {number}, or more than one. "
            "Add it to the directory, then look again",
        )
    return place


def end_at(versions: Iterable[Version], fact: str, until: date) -> list[Instruction]:
    """End versions after a day."""
    return [end(fact, version, until=until) for version in versions]
