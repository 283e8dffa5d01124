"""September Guarantee offers and intended destinations, as schools report them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from caseload.intake.directory import Given
from caseload.intake.holdings import Held
from caseload.intake.kinds import reading, shared
from caseload.intake.kinds.base import (
    Column,
    Kind,
    Level,
    NeedsPerson,
    Problem,
    Read,
    register,
)
from caseload.intake.planning import Instruction, say_from
from caseload.intake.rules import Reason
from caseload.models import Guarantee, Identifier, IntendedDestination, Particulars
from ccis.calendar.academic import year_group
from ccis.files.values import BadValue, Cell, as_text

BOTH, TWELVE = frozenset({11, 12}), frozenset({12})

STATUSES: dict[str, frozenset[int]] = {
    **dict.fromkeys(("110", "120", "122", "123", "124"), BOTH),
    **dict.fromkeys(("140", "150", "151", "153", "154", "159"), BOTH),
    **dict.fromkeys(("114", "115"), TWELVE),
}
"""Guarantee statuses and the years that each is for (docs/nccis.md §3.8)."""

OFFER_WORDS = {
    "offer made": "110",
    "yes": "110",
    "y": "110",
    "application made": "140",
    "applied": "140",
    "not applied": "151",
    "no appropriate provision": "150",
    "not recorded": "159",
}
DESTINATIONS = frozenset({"111", "121", "211", "311", "321", "411", "511", "611"})
"""Intended destinations (docs/nccis.md §3.7)."""

DESTINATION_WORDS = {
    "same school": "111",
    "school sixth form": "111",
    "other school": "121",
    "college": "121",
    "training": "121",
    "apprenticeship": "211",
    "traineeship": "211",
    "employment with study": "311",
    "employment": "321",
    "other": "411",
    "undecided": "511",
    "not obtained": "611",
}


def offer(cell: Cell, given: Given) -> object:
    """A Guarantee status, as its code or in words."""
    text = " ".join(as_text(cell).lower().split())
    code = OFFER_WORDS.get(text, text)
    if code and code not in STATUSES:
        raise BadValue(
            "Give a September Guarantee code, such as 110 for an offer made.", "offer not known"
        )
    return code or None


def intended(cell: Cell, given: Given) -> object:
    """An intended destination, as its code or in words."""
    text = " ".join(as_text(cell).lower().split())
    code = DESTINATION_WORDS.get(text, text)
    if code and code not in DESTINATIONS:
        raise BadValue(
            "Give an intended destination code, such as 121 for another school or college.",
            "destination not known",
        )
    return code or None


def year(cell: Cell, given: Given) -> object:
    """Year 11 or 12."""
    text = as_text(cell).lower().removeprefix("year").strip()
    if text and text not in ("11", "12"):
        raise BadValue("Give 11 or 12. Offers are made in no other year.", "year not 11 or 12")
    return int(text) if text else None


@register
class GuaranteeOffers(Kind):
    """Who has an offer of learning for September, and what Year 11 means to do next."""

    name = "guarantee-offers"
    label = "September Guarantee offers and intended destinations"
    meaning = (
        "Offers of a place in learning for people in Years 11 and 12, and what people in Year 11 "
        "mean to do next, from schools. It is about people whom we know: it adds nobody."
    )
    accepting = (
        "A Guarantee status holds from the day of the file on, for the year that it is about. "
        "For Year 11 the authority of the school leads on it, for Year 12 this one.",
        "An intended destination of someone in Year 11 holds from the day of the file on.",
        "What we hold from a later day stays. What they do does not change.",
    )
    facts = (Guarantee, IntendedDestination, Identifier, Particulars)
    one_of = (("offer", "intended"),)
    columns = (
        shared.UPN,
        shared.ULN,
        shared.GIVEN,
        shared.FAMILY,
        shared.BIRTH,
        shared.POSTCODE,
        Column(
            "dfe_number",
            "DfENo",
            "The school's DfE number, when the file is not sent as from the school",
            "3064001",
            aliases=("DfE number", "Estab", "LAEstab"),
            reads=reading.dfe_number,
        ),
        Column(
            "year",
            "NCYear",
            "The year that the offer is made in: 11 or 12. By their age, when left empty",
            "11",
            aliases=("Year group", "NCyearActual"),
            reads=year,
        ),
        Column(
            "offer",
            "GuaranteeStatus",
            "September Guarantee status, as its code or in words",
            "110",
            aliases=("Guarantee status", "Offer", "Offer status"),
            reads=offer,
        ),
        Column(
            "intended",
            "IntendedDestination",
            "What someone in Year 11 means to do next, as its code or in words",
            "121",
            aliases=("Intended destination", "IntendedDestinationYr11"),
            reads=intended,
        ),
        Column(
            "offered_by",
            "OfferingInstitution",
            "Who made the offer",
            "Kestrel College",
            aliases=("Offering institution", "Offer from"),
            reads=reading.text_of(200),
            kept=False,
        ),
        Column("course", "Course", "What it is for", reads=reading.text_of(200), kept=False),
    )

    def check(self, read: Read, given: Given) -> Iterable[Problem]:
        """Something must be said, and the status must be one of the year."""
        yield from shared.check_birth(read, given)
        if not read.get("offer") and not read.get("intended"):
            yield Problem("offer", "nothing said", "Give an offer or an intended destination.")
        born = read.get("birth")
        if born is None:
            return
        for_year = _year(read, born, given)
        if for_year not in BOTH:
            yield Problem(
                "birth",
                "not in year 11 or 12",
                "They are not in Year 11 or 12 by this date of birth. Give the year if it is "
                "right.",
            )
        elif year_group(born, given.as_at) - for_year not in (0, 1):
            yield Problem(
                "year",
                "year not of their age",
                f"They are not in Year {for_year}, nor were last year, by this date of birth. "
                "Accept it if it is right, and say why.",
                Level.SOFT,
            )
        if read.get("offer") and for_year in BOTH and for_year not in STATUSES[read["offer"]]:
            yield Problem(
                "offer", "status of another year", f"This status is not one of Year {for_year}."
            )
        if read.get("intended") and for_year == 12:
            yield Problem(
                "intended",
                "destination of year 12",
                "Only people in Year 11 have an intended destination.",
            )

    def plan(self, read: Read, held: Held, given: Given) -> list[Instruction]:
        """A status and a destination that differ from ours, and a number that we did not hold."""
        born = shared.day_of(read, "birth") or given.as_at
        made = shared.plan_identifiers(held.identifier, read, given, learn_only=True)
        if read.get("offer"):
            for_year = _year(read, born, given)
            ours = [v for v in held.guarantee if v.values["for_year"] == for_year]
            values: dict[str, Any] = {
                "for_year": for_year,
                "status_id": read["offer"],
                "authority_id": _leading(read, for_year, given),
            }
            made += say_from("guarantee", ours, on=given.as_at, values=values, is_same=_same)
        if read.get("intended"):
            made += say_from(
                "intendeddestination",
                held.intendeddestination,
                on=given.as_at,
                values={"code_id": read["intended"]},
                is_same=_same,
            )
        return made


def _same(held: dict[str, Any], said: dict[str, Any]) -> bool:
    return all(held[key] == value for key, value in said.items())


def _year(read: Read, born: date, given: Given) -> int:
    return int(read.get("year") or year_group(born, given.as_at))


def _leading(read: Read, for_year: int, given: Given) -> int:
    """The authority that leads on an offer: of the school in Year 11, of the home in Year 12."""
    if for_year == 12:
        return given.authority
    place = shared.place_of(read, given)
    if place is None:
        raise NeedsPerson(Reason.PROVIDER_MISSING, "The row does not say at which school")
    return place.authority or given.authority
