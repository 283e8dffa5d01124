"""The pupil extract of the school census, as an authority holds it (PIA-02)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace as altered
from datetime import date
from typing import Any, NamedTuple

from caseload.intake.directory import Given
from caseload.intake.holdings import CENSUS_FACTS, Held
from caseload.intake.kinds import reading, sayings, shared
from caseload.intake.kinds.base import (
    Column,
    Kind,
    NeedsPerson,
    Problem,
    Read,
    Staged,
    register,
)
from caseload.intake.planning import (
    DAY,
    CannotPlan,
    Instruction,
    SaidActivity,
    Version,
    begin,
    end,
    plan_activity,
    say_from,
)
from caseload.intake.rules import Outcome, Reason, census_day_before
from ccis.calendar.academic import academic_year_start, end_of_compulsory_school_age, year_group
from ccis.calendar.words import date_in_words
from ccis.files.values import Cell, as_text

TAKEN_FROM_YEAR = 9
"""New people are taken from this year group on (PIA-02)."""

ENROLMENTS = {letter: letter for letter in "CMSGFO"}
MAIN = frozenset({"", "C", "M"})
"""Enrolments that say where someone mainly learns; the others are beside another."""

SEN = {"E": "E", "K": "K", "N": "N", "S": "E", "A": "K", "P": "K"}
"""Provision today, and the letters of before 2014 for the same."""


def year_of(cell: Cell, given: Given) -> object:
    """A National Curriculum year as a number; reception and nursery are none of ours."""
    text = as_text(cell).upper().removeprefix("YEAR").strip()
    return int(text) if text.isdecimal() and int(text) <= 14 else None


def _address_lines() -> tuple[Column, ...]:
    return tuple(
        Column(
            f"address_{number}",
            f"AddressLine{number}",
            f"Line {number} of the home address",
            aliases=(f"Address line {number}",),
            reads=reading.text_of(100 if number < 5 else 60),
        )
        for number in range(1, 6)
    )


def _left(key: str, heading: str, meaning: str, *aliases: str) -> Column:
    return Column(key, heading, meaning, aliases=aliases, kept=False)


@register
class SchoolCensus(Kind):
    """A school roll: who is on it, where they live, what support they have."""

    name = "school-census"
    label = "School census pupil extract"
    meaning = (
        "The pupils on schools' rolls on a census day, from the authority's school database. "
        "New people are added after review."
    )
    accepting = (
        "Names, date of birth, gender, ethnicity, UPN and ULN are put right where they differ.",
        "A new address, school or kind of support holds from the census day on.",
        "Being on the roll confirms what they are doing: registered at school up to Year 11, "
        "school sixth form after.",
        "Someone whom we do not know is added, from Year 9 on.",
        "Someone new who learns outside the area waits until the end of Year 11.",
        sayings.ACCEPTING,
    )
    creates = True
    is_roll = True
    facts = CENSUS_FACTS
    one_of = (("dfe_number",),)
    speaks_as = "school"
    columns = (
        Column(
            "dfe_number",
            "Estab",
            "The school's DfE number, with or without the authority's three digits",
            "3064001",
            aliases=("DfENo", "DfE number", "LAEstab", "Establishment number"),
            reads=reading.dfe_number,
        ),
        altered(shared.UPN, required=True),
        shared.FAMILY,
        shared.GIVEN,
        Column(
            "middle",
            "Middlenames",
            "Middle names",
            "Grace",
            aliases=("Middle names", "MiddleName"),
            reads=reading.name,
        ),
        Column(
            "known_family",
            "PreferredSurname",
            "Family name that they go by, kept when it differs",
            "Oduya-Hart",
            aliases=("Preferred surname",),
            reads=reading.name,
        ),
        Column(
            "known_given",
            "PreferredForename",
            "First name that they go by, kept when it differs",
            "Mari",
            aliases=("Preferred forename", "KnownAs"),
            reads=reading.name,
        ),
        Column(
            "former_family",
            "FormerSurname",
            "A family name from before",
            aliases=("Former surname",),
            reads=reading.name,
        ),
        Column("gender", "Gender", "F, M, U or W", "F", ("Sex",), reading.gender, sensitive=True),
        altered(shared.BIRTH, heading="DoB"),
        Column(
            "status",
            "EnrolStatus",
            "C current, M main of two, S second of two, G guest, F at a college, O elsewhere",
            "C",
            aliases=("Enrolment status", "EnrolmentStatus"),
            reads=reading.one_of(ENROLMENTS, "This enrolment status is not one of C M S G F O"),
        ),
        Column(
            "entered",
            "EntryDate",
            "The day on which they joined the school",
            "03/09/2024",
            aliases=("Entry date", "DateOfEntry"),
            reads=reading.day,
            is_date=True,
        ),
        Column(
            "year",
            "NCyearActual",
            "National Curriculum year",
            "11",
            aliases=("NC year actual", "NCYear", "Year group"),
            reads=year_of,
        ),
        Column(
            "ethnicity",
            "Ethnicity",
            "Four letters, as in the national list",
            "WBRI",
            reads=reading.ethnicity,
            sensitive=True,
        ),
        _left("language", "Language", "First language"),
        Column(
            "send",
            "SENprovision",
            "E plan, K support, N none",
            "N",
            aliases=("SEN provision", "SENStatus"),
            reads=reading.one_of(SEN, "This SEN provision is not one of E K N"),
            sensitive=True,
        ),
        Column(
            "need",
            "SENneed1",
            "Main need",
            "SPLD",
            aliases=("SEN need 1", "SENtype1"),
            reads=reading.text_of(10),
            sensitive=True,
        ),
        _left("need_2", "SENneed2", "Second need", "SEN need 2", "SENtype2"),
        _left("sen_unit", "SENunitIndicator", "In a special unit", "SEN unit indicator"),
        _left("resourced", "ResourcedProvisionIndicator", "In resourced provision"),
        *sayings.COLUMNS,
        altered(shared.ULN, heading="UniqueLearnerNumber"),
        shared.POSTCODE,
        Column("saon", "SAON", "Flat or part of a building", "Flat 2", reads=reading.text_of(100)),
        Column("paon", "PAON", "House number or name", "12", reads=reading.text_of(90)),
        Column("street", "Street", "Street", "Castle Street", reads=reading.text_of(100)),
        Column("locality", "Locality", "Locality", reads=reading.text_of(100)),
        Column("town", "Town", "Town", "Northgate", reads=reading.text_of(60)),
        Column(
            "county",
            "AdministrativeArea",
            "County or administrative area",
            aliases=("Administrative area", "County"),
            reads=reading.text_of(60),
        ),
        *_address_lines(),
        _left("native_id", "NativeID", "The sender's own number"),
        _left("fsm", "FSME on Census Day", "Free school meals", "FSME", "FSMeligible"),
        _left("age", "Age", "Age, which we work out ourselves"),
    )

    def default_as_at(self, received_on: date) -> date:
        """The last census day."""
        return census_day_before(received_on)

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """A date of birth must fit, and nobody joins a school before being born."""
        yield from shared.check_birth(read, given)
        born, entered = read.get("birth"), read.get("entered")
        if born and entered and entered < born:
            yield Problem(
                "entered", "entry before birth", "Give a real date. It is before their birth."
            )

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """Everything that the roll says differently from what we hold."""
        roll = roll_of(read, given)
        try:
            return [
                *shared.plan_identifiers(held.identifier, read, given, learn_only=False),
                *shared.plan_names(held.name, read, given),
                *shared.plan_particulars(held.particulars, read, given),
                *shared.plan_address(held.address, address_of(read), given),
                *plan_enrolment(held.enrolment, roll, given.as_at),
                *plan_send(held.sendprovision, read, given.as_at),
                *plan_learning(held, read, roll, given),
            ]
        except CannotPlan as error:
            raise NeedsPerson(Reason.CONFLICT, str(error)) from None

    def plan_new(self, read: Read, given: Given) -> Staged:
        """Add them, unless they are too young or learn elsewhere and are not yet of age."""
        born = shared.day_of(read, "birth") or given.as_at
        roll = roll_of(read, given)
        year = year_group(born, max(given.as_at, given.today))
        if year < TAKEN_FROM_YEAR:
            return Staged(
                Outcome.SET_ASIDE,
                Reason.TOO_YOUNG,
                f"In Year {year}: new people are taken from Year {TAKEN_FROM_YEAR}",
            )
        wait_until = end_of_compulsory_school_age(born)
        if roll.authority != given.authority and given.today < wait_until:
            return Staged(
                Outcome.WAITS,
                Reason.LEARNS_ELSEWHERE,
                f"Learns outside the area: waits until {date_in_words(wait_until)}",
                wait_until=wait_until,
            )
        return Staged(Outcome.WILL_ADD, instructions=_everything(read, roll, given))


class Roll(NamedTuple):
    """On which roll someone is, and how."""

    provider: int | None
    authority: int | None
    year: int | None
    status: str
    entered: date


def roll_of(read: Read, given: Given) -> Roll:
    """Where a row says that someone is on the roll.

    A school outside the area need not be in the directory: then only the area is kept. Raises
    ``NeedsPerson`` for any other number that we do not know.
    """
    number = read.get("dfe_number", "")
    area = number[:3] if len(number) == 7 else given.authority_code
    place = given.directory.school(number, given.authority_code) if number else given.sender
    authority = given.directory.authorities.get(area)
    if number and place is None and (area == given.authority_code or authority is None):
        raise NeedsPerson(
            Reason.PROVIDER_UNKNOWN,
            f"The directory has no school with the number {number}. Add it, then look again",
        )
    if not number and place is None:
        raise NeedsPerson(Reason.PROVIDER_MISSING, "The row does not say which school")
    return Roll(
        provider=place.pk if place else None,
        authority=(place.authority if place else None) or authority,
        year=read.get("year"),
        status=read.get("status", ""),
        entered=shared.day_of(read, "entered") or academic_year_start(given.as_at),
    )


def address_of(read: Read) -> dict[str, str]:
    """The home address, from its parts or from its lines."""
    if any(read.get(f"address_{number}") for number in range(1, 6)):
        lines = [read.get(f"address_{number}", "") for number in range(1, 5)]
        town = read.get("town") or read.get("address_5", "")
    else:
        house = f"{read.get('paon', '')} {read.get('street', '')}".strip()[:100]
        lines = [part for part in (read.get("saon"), house, read.get("locality")) if part]
        town = read.get("town", "")
    said = {f"line_{at}": line for at, line in enumerate(lines, start=1) if line}
    more = {"town": town, "county": read.get("county", ""), "postcode": read.get("postcode", "")}
    said |= {key: value for key, value in more.items() if value}
    return said if said.keys() - {"county", "town"} else {}


def plan_enrolment(held: Sequence[Version], roll: Roll, as_at: date) -> list[Instruction]:
    """On the roll: said again, with another year or status, or at another school than before."""
    values = {
        "provider_id": roll.provider,
        "authority_id": roll.authority,
        "year_group": roll.year,
        "status": roll.status,
    }
    values = {key: value for key, value in values.items() if value}
    here = [version for version in held if _is_here(version, roll)]
    same = next((v for v in reversed(here) if v.stop is None or v.stop > as_at), None)
    if same is not None:
        on = min(as_at, max(academic_year_start(as_at), roll.entered, same.start))
        return say_from(
            "enrolment", here, on=max(on, same.start), values=values, is_same=_same_roll
        )
    start = max([roll.entered, *(v.stop for v in here if v.stop is not None)])
    ended, until = _off_the_others(held, roll, start, as_at)
    return [*ended, begin("enrolment", values, start, until)]


def _is_here(version: Version, roll: Roll) -> bool:
    if roll.provider is not None:
        return bool(version.values["provider_id"] == roll.provider)
    return (
        version.values["provider_id"] is None and version.values["authority_id"] == roll.authority
    )


def _same_roll(held: dict[str, Any], said: dict[str, Any]) -> bool:
    return all(held[key] == said[key] for key in ("year_group", "status") if key in said)


def _off_the_others(
    held: Sequence[Version], roll: Roll, start: date, as_at: date
) -> tuple[list[Instruction], date | None]:
    """End being mainly on the roll of another school; with the last day, where we know newer."""
    if roll.status not in MAIN:
        return [], None
    ended: list[Instruction] = []
    until = None
    for other in held:
        if other.values["status"] not in MAIN or (other.stop is not None and other.stop <= start):
            continue
        if other.start > as_at:
            until = min(until or other.start - DAY, other.start - DAY)
        elif other.start >= start:
            raise CannotPlan(
                "We hold that they went to another school on "
                f"{date_in_words(other.start)}, after they joined this one"
            )
        else:
            ended.append(end("enrolment", other, until=start - DAY))
    return ended, until


def plan_send(held: Sequence[Version], read: Read, as_at: date) -> list[Instruction]:
    """Special educational needs. That there are none is kept only where there were some."""
    provision = read.get("send")
    if not provision or (provision == "N" and not any(v.holds_on(as_at) for v in held)):
        return []
    values = {"provision": provision}
    if read.get("need") and provision != "N":
        values["need"] = read["need"]
    return say_from("sendprovision", held, on=as_at, values=values, is_same=_same_send)


def _same_send(held: dict[str, Any], said: dict[str, Any]) -> bool:
    return all(held[key] == said[key] for key in said)


def said_learning(read: Read, roll: Roll, given: Given) -> SaidActivity | None:
    """What being on the roll says of what someone does; nothing for a second or guest place."""
    if roll.status not in MAIN:
        return None
    born = shared.day_of(read, "birth")
    year = year_group(born, given.as_at) if born else roll.year or 11
    start = roll.entered
    code = "110"
    if year > 11:
        code = "210"
        sixth_form = academic_year_start(given.as_at)
        start = max(start, sixth_form.replace(year=sixth_form.year - (year - 12)))
    activity = given.directory.activities.get(code)
    return SaidActivity(
        code=code,
        group=activity.group if activity else "",
        provider=roll.provider,
        start=min(start, given.as_at),
        until=None,
        seen_on=given.as_at,
        birth=born,
    )


def plan_learning(held: Held, read: Read, roll: Roll, given: Given) -> list[Instruction]:
    """Being on the roll confirms or begins what they are doing."""
    said = said_learning(read, roll, given)
    return plan_activity(held.activity, said) if said is not None else []


def _everything(read: Read, roll: Roll, given: Given) -> list[Instruction]:
    """All that a row says about someone we did not know."""
    born = shared.day_of(read, "birth") or given.as_at
    nobody = Held()
    instructions = shared.new_names(read, given)
    particulars = shared.said_particulars(read)
    if particulars:
        instructions.append(begin("particulars", particulars, born))
    return [
        *instructions,
        *shared.plan_identifiers([], read, given, learn_only=False),
        *shared.plan_address([], address_of(read), given),
        *plan_enrolment([], roll, given.as_at),
        *plan_send([], read, given.as_at),
        *plan_learning(nobody, read, roll, given),
    ]
