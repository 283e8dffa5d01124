"""What a record of another CCIS becomes here: facts from which the same return follows.

Nothing that the return works out is kept as a fact. An extract says what was so at the end of a
month, and mostly not since when: such a fact begins with that month, so that nothing is said of the
months before. Someone who left in the month is taken to have left on its last day, the latest that
their record allows; someone who came of age leaves on 1 September by the rules themselves
(docs/nccis.md §5.3), and their facts begin on the day before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from caseload.intake.directory import Given, Place
from caseload.intake.holdings import Held
from caseload.intake.kinds import shared
from caseload.intake.kinds.base import NeedsPerson, Read
from caseload.intake.planning import (
    CannotPlan,
    Instruction,
    SaidActivity,
    Version,
    begin,
    end,
    plan_activity,
    say_from,
)
from caseload.intake.rules import Reason
from ccis.calendar.periods import Period
from returns import editions
from returns.editions.model import Edition
from returns.moving.columns import OUTSIDE

DAY: Final = timedelta(days=1)

DEPARTED: Final = frozenset("TEMD")
"""Cohort statuses that are facts of their own here; A and L follow from age and plan."""

NOT_KNOWN_WHERE: Final = "004"
"""Lives outside the area, and the file does not say where."""


class Told:
    """One record, with the days on which its facts begin."""

    def __init__(self, read: Read, given: Given) -> None:
        self.read = read
        self.given = given
        self.period = Period.of(shared.day_of(read, "period_end") or given.as_at)
        self.status = str(read.get("cohort_status", ""))
        self.born = shared.day_of(read, "birth")
        start = self.period.start
        self.since: date = start - DAY if self.status == "A" else start

    @property
    def born_or_since(self) -> date:
        """From when names and numbers hold."""
        return min(self.born, self.since) if self.born else self.since

    @property
    def edition(self) -> Edition:
        """The edition in force in the file's month."""
        return editions.for_period(self.period.end)

    def day(self, key: str) -> date | None:
        """One of its dates."""
        return shared.day_of(self.read, key)

    def text(self, key: str) -> str:
        """One of its values as text; empty for none."""
        return str(self.read.get(key) or "")


def of_new_person(told: Told) -> list[Instruction]:
    """Everything that a record says about someone we did not know."""
    return [
        *_names(told),
        *_particulars(told),
        *_identifiers(told, [], ""),
        *_address(told, []),
        *_at_year_11(told, []),
        *_send(told, []),
        *_coded(told, Held()),
        *_guarantees(told, []),
        *_new_activity(told),
        *_departure(told, []),
    ]


def of_known_person(told: Told, held: Held) -> list[Instruction]:
    """What a record says differently from what we hold. Raises ``NeedsPerson``.

    What we hold from a later day is newer and stays; circumstances are added, never taken away.
    """
    given, read = told.given, told.read
    if (lead := told.text("lead_lea")) and lead != given.authority_code:
        raise NeedsPerson(
            Reason.CONFLICT,
            f"Authority {lead} keeps this record by the file's LeadLEA, and we keep it here",
        )
    try:
        return [
            *(shared.plan_names(held.name, read, given) if _is_named(told) else []),
            *shared.plan_particulars(held.particulars, read, given),
            *_identifiers(told, held.identifier, held.young_persons_id),
            *_address(told, held.address),
            *_at_year_11(told, held.enrolment),
            *_send(told, held.sendprovision),
            *_coded(told, held),
            *_guarantees(told, held.guarantee),
            *_activity(told, held),
            *_departure(told, held.departure),
        ]
    except CannotPlan as error:
        raise NeedsPerson(Reason.CONFLICT, str(error)) from None


# Who they are


def _is_named(told: Told) -> bool:
    return bool(told.text("given") or told.text("family"))


def _names(told: Told) -> list[Instruction]:
    said = {
        "kind": "legal",
        "given": told.text("given"),
        "middle": told.text("middle"),
        "family": told.text("family"),
    }
    return [begin("name", said, told.born_or_since)] if _is_named(told) else []


def _particulars(told: Told) -> list[Instruction]:
    said = shared.said_particulars(told.read)
    return [begin("particulars", said, told.born_or_since)] if said else []


def _identifiers(told: Told, held: Sequence[Version], ours: str) -> list[Instruction]:
    """UPN, ULN and the id before. Someone known here by another NCCIS id keeps theirs as that."""
    made = shared.plan_identifiers(held, told.read, told.given, learn_only=True)
    theirs = told.text("young_persons_id")
    before = theirs if ours and theirs != ours else told.text("previous_id")
    held_before = [version for version in held if version.values["kind_id"] == "previous-nccis"]
    if not before or before == ours:
        return made
    if any(version.values["value"] == before for version in held_before):
        return made
    return made + say_from(
        "identifier",
        held_before,
        on=told.period.end if held_before else told.born_or_since,
        values={"kind_id": "previous-nccis", "value": before},
        is_same=lambda version, said: bool(version["value"] == said["value"]),
    )


def _address(told: Told, held: Sequence[Version]) -> list[Instruction]:
    """The home. Someone covered by the guarantee alone lives elsewhere, nobody says where."""
    parts = {f"line_{n}": told.text(f"address_line_{n}") for n in range(1, 5)}
    parts |= {key: told.text(key) for key in ("town", "county", "postcode")}
    said: dict[str, Any] = {key: value for key, value in parts.items() if value}
    if told.status == "G":
        said["outside_code"] = NOT_KNOWN_WHERE
    if not said:
        return []
    homes = [version for version in held if version.values["kind"] == "home"]
    lives_elsewhere = told.status == "G" and any(
        version.values["authority_id"] not in (None, told.given.authority) for version in homes
    )
    if lives_elsewhere:
        said.pop("outside_code")
    return say_from(
        "address",
        homes,
        on=told.period.end if homes else told.since,
        values={"kind": "home", **said},
        is_same=_same_home,
    )


def _same_home(held: dict[str, Any], said: dict[str, Any]) -> bool:
    outside = said.get("outside_code", held["outside_code"])
    return outside == held["outside_code"] and shared.same_address(held, said)


# Where they learned, what they need


def _at_year_11(told: Told, held: Sequence[Version]) -> list[Instruction]:
    """Where they were in Year 11: only the area is told, so only the area is kept."""
    code = told.text("lea_at_year_11")
    area = told.given.directory.authorities.get(code)
    if not code or (area is None and code not in OUTSIDE):
        return []
    year = told.born.year + (told.born.month > 8) if told.born else None
    start = date(year + 15, 9, 1) if year else told.since
    until = date(year + 16, 8, 31) if year else None
    if any(version.start <= (until or start) and start < _stop(version) for version in held):
        return []  # we hold where, which says more
    where = {"authority_id": area} if area is not None else {"outside_code": code}
    return [begin("enrolment", {**where, "year_group": 11}, start, until)]


def _stop(version: Version) -> date:
    return version.stop or date.max


def _send(told: Told, held: Sequence[Version]) -> list[Instruction]:
    """A plan, support or neither; the plan of someone who left with its end ends with them."""
    if told.status == "L":
        if not held:
            return [begin("sendprovision", {"provision": "E"}, told.since, told.period.end - DAY)]
        plans = [v for v in held if v.values["provision"] == "E" and v.holds_on(told.period.end)]
        return [end("sendprovision", plan, until=told.period.end - DAY) for plan in plans]
    provision = "E" if told.text("send_flag") == "Y" else None
    provision = provision or ("K" if told.text("sen_support_flag") == "Y" else "N")
    if provision == "N" and not held:
        return []
    return say_from(
        "sendprovision",
        held,
        on=told.period.end if held else told.since,
        values={"provision": provision},
        is_same=lambda version, said: bool(version["provision"] == said["provision"]),
    )


def _coded(told: Told, held: Held) -> list[Instruction]:
    """Level of need, intended destination, circumstances."""
    made: list[Instruction] = []
    for fact, key in (
        ("levelofneed", "level_of_need"),
        ("intendeddestination", "intended_destination"),
    ):
        if code := told.text(key):
            versions: list[Version] = getattr(held, fact)
            made += say_from(
                fact,
                versions,
                on=told.period.end if versions else told.since,
                values={"code_id": code},
                is_same=_same_code,
            )
    for code in told.read.get("characteristics") or ():
        versions = [v for v in held.characteristic if v.values["code_id"] == code]
        if not any(version.holds_on(told.period.end) for version in versions):
            later = min((v.start for v in versions if v.start > told.period.end), default=None)
            start = max([told.since, *(v.stop for v in versions if v.stop and not later)])
            until = later - DAY if later else None
            made.append(begin("characteristic", {"code_id": code}, start, until))
    return made


def _same_code(held: dict[str, Any], said: dict[str, Any]) -> bool:
    return bool(held["code_id"] == said["code_id"])


def _guarantees(told: Told, held: Sequence[Version]) -> list[Instruction]:
    made: list[Instruction] = []
    for year in (11, 12):
        status = told.text(f"y{year}_guarantee_status")
        if not status:
            continue
        said: dict[str, Any] = {"for_year": year, "status_id": status}
        leads = told.given.directory.authorities.get(told.text(f"y{year}_guarantee_lea"))
        if leads is not None:
            said["authority_id"] = leads
        versions = [version for version in held if version.values["for_year"] == year]
        made += say_from(
            "guarantee",
            versions,
            on=told.period.end if versions else told.since,
            values=said,
            is_same=lambda version, new: all(version[key] == new[key] for key in new),
        )
    return made


# What they do


def _new_activity(told: Told) -> list[Instruction]:
    """What they do, from when it began; and that they were NEET before it, where that is told."""
    code, start = told.text("activity_code"), told.day("start_date")
    if not code or start is None:
        return []
    made = {**begin("activity", _what(told, code), start)}
    if (verified := told.day("verified")) is not None:
        made["verified_on"] = verified.isoformat()
    return [*_neet_before(told, code, start), made]


def _what(told: Told, code: str) -> dict[str, Any]:
    known = told.day("ascertained") or told.day("verified") or told.day("start_date")
    values: dict[str, Any] = {
        "code_id": code,
        "ascertained_on": known.isoformat() if known else None,
        "review_on": told.text("review"),
        "predicted_end_on": told.text("predicted_end"),
        **_where(told),
    }
    return {key: value for key, value in values.items() if value}


def _neet_before(told: Told, code: str, start: date) -> list[Instruction]:
    """NEET from an earlier day than this activity: the file tells since when, not as what.

    The same code is written for the time before, which keeps the spell unbroken.
    """
    since = told.day("neet_start")
    if since is None or since >= start or code not in told.edition.neet_codes:
        return []
    values = {"code_id": code, "ascertained_on": since.isoformat()}
    return [begin("activity", values, since, start - DAY)]


def _activity(told: Told, held: Held) -> list[Instruction]:
    """The same for someone whom we know: confirmed, corrected, or new since."""
    code, start = told.text("activity_code"), told.day("start_date")
    if not code or start is None:
        return []
    if not held.activity:
        return _new_activity(told)
    what = _what(told, code)
    known = told.given.directory.activities.get(code)
    seen = told.day("verified") or told.day("ascertained") or start
    said = SaidActivity(
        code=code,
        group=known.group if known else "",
        provider=what.get("provider_id"),
        start=start,
        until=None,
        seen_on=seen,
        birth=told.born,
        predicted_end=told.day("predicted_end"),
        establishment=str(what.get("establishment_name", "")),
    )
    made = plan_activity(held.activity, said)
    for step in made:
        begins = step["fact"] == "activity" and step["does"] == "begins"
        if begins and step["values"].get("code_id") == code and step["from"] == start.isoformat():
            step["values"] = what
            step.pop("verified_on", None)
            if (verified := told.day("verified")) is not None:
                step["verified_on"] = verified.isoformat()
    return made


def _where(told: Told) -> dict[str, Any]:
    """The provider of the directory or, where the file gives only a name, that name."""
    number, ukprn = told.text("establishment_number"), told.text("ukprn")
    name = told.text("establishment_name")
    if told.text("activity_code") == AT_HOME and number.endswith("9999"):
        number = ""
    place = _place(told, number, ukprn, name)
    if place is not None:
        return {"provider_id": place.pk}
    if number or ukprn:
        raise NeedsPerson(
            Reason.PROVIDER_UNKNOWN,
            f"The directory has no provider with the number {number or ukprn}, or more than one. "
            "Add it to the directory, then look again",
        )
    return {"establishment_name": name}


AT_HOME: Final = "120"


def _place(told: Told, number: str, ukprn: str, name: str) -> Place | None:
    directory = told.given.directory
    if number and (place := directory.by_dfe_number.get(number)):
        return place
    if number:
        return None
    if not ukprn:
        return _by_name(told, name)
    places = directory.by_ukprn.get(ukprn, ())
    named = [place for place in places if _folded(place.name) == _folded(name)]
    areas = [place for place in named or places if _is_in(told, place)]
    for some in (named, areas, places):
        if len(some) == 1:
            return some[0]
    return None


def _by_name(told: Told, name: str) -> Place | None:
    """A provider without numbers, by its name alone, if the directory has just one such."""
    if not name:
        return None
    known = told.given.directory.numberless.get(_folded(name), ())
    in_area = [place for place in known if _is_in(told, place)]
    found = in_area if len(in_area) == 1 else known
    return found[0] if len(found) == 1 else None


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_in(told: Told, place: Place) -> bool:
    code = told.text("educated_lea") or told.given.authority_code
    return place.authority == told.given.directory.authorities.get(code)


# Leaving


def _departure(told: Told, held: Sequence[Version]) -> list[Instruction]:
    """Gone for good: on the last day of the month, the latest that their record allows."""
    if told.status not in DEPARTED or held:
        return []
    values = {"kind": told.status}
    if told.status in "TE":
        values["to_code"] = told.text("transferred_to")
    return [begin("departure", values, told.period.end)]
