"""Why someone is in a return or out of it, and where each value that is sent came from.

Asked of the facts, as they were known when the return was made, by the same SQL that made it; so
the answer is there for anyone, in or out, whether or not the typed records are still kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, models
from django.utils import timezone

from caseload import models as caseload
from caseload.models import YoungPerson
from ccis.access.references import show_reference
from ccis.calendar.words import date_in_words, short_date
from returns import records, sealed
from returns.cohort import AsAt, cohort_sql
from returns.editions.model import Edition
from returns.models import Build

# Who is in, and why


@dataclass(frozen=True)
class Reason:
    """How someone stands: whether that is in, and why in words (docs/nccis.md §5)."""

    is_in: bool
    words: str


REASONS: Final[Mapping[str, Reason]] = {
    "year-11": Reason(True, "lives here and is in Year 11, the last year of compulsory education"),
    "core": Reason(True, "lives here and is aged 16 or 17 at the start of the academic year"),
    "plan": Reason(True, "lives here, is aged 18 to 24 and has an EHC plan"),
    "guarantee": Reason(
        True,
        "lives elsewhere, but was in Year 11 at a school here, and so is covered by the"
        " September Guarantee here",
    ),
    "no-date-of-birth": Reason(
        True, "lives here, and without a date of birth nothing says that they are too young or old"
    ),
    "too-young": Reason(False, "is not yet in Year 11"),
    "not-here-yet": Reason(False, "had not come to live here by the end of the month"),
    "lives-elsewhere": Reason(False, "lives in another authority"),
    "departed": Reason(False, "has left"),
    "aged-out": Reason(False, "was 18 before the academic year began, and had no EHC plan by then"),
    "plan-ended": Reason(False, "was in because of an EHC plan, which has ended"),
    "too-old-with-plan": Reason(False, "was 25 before the academic year began"),
}
"""By the key that the cohort's SQL answers."""

DEPARTED: Final[Mapping[str, str]] = {
    "T": "moved to another authority",
    "E": "left England",
    "M": "was found to be a duplicate, and merged into another record",
    "D": "has died",
}

NOT_KNOWN_THEN: Final = "nothing was known of them when the return was made"


@dataclass(frozen=True)
class Source:
    """Where a fact came from: which officer, or which row of which file, and when."""

    kind: str
    fact_id: int
    change_id: int
    at: datetime
    by: str
    file_ref: str
    row: int | None
    told_by: str

    @property
    def words(self) -> str:
        """In a line: "From file 7F3K-Q29M, row 88, on 3 Nov 2026"."""
        on = short_date(timezone.localdate(self.at))
        if self.file_ref:
            row = f", row {self.row}" if self.row is not None else ""
            return f"From file {show_reference(self.file_ref)}{row}, on {on}"
        who = self.by or "the service itself"
        told = f" (told by {self.told_by})" if self.told_by else ""
        return f"Recorded by {who} on {on}{told}"


@dataclass(frozen=True)
class Fact:
    """A fact that decided whether someone is in, in words, with its source."""

    words: str
    source: Source | None = None


@dataclass(frozen=True)
class ElementValue:
    """One element of a record: its value as sent, where it came from, and the rule in words."""

    element: str
    column: str
    value: str
    sources: tuple[Source, ...]
    rule: str


@dataclass(frozen=True)
class Explanation:
    """How one person stands in a return: in or out, because of what, and what is sent."""

    is_in: bool
    status: str
    reason: str
    because: str
    facts: tuple[Fact, ...]
    values: tuple[ElementValue, ...]

    @property
    def sentence(self) -> str:
        """ "In, because they …" or "Out, because they …", less the person's name."""
        return f"{'In' if self.is_in else 'Out'}, because this person {self.because}"


def explain(person: YoungPerson, build: Build) -> Explanation:
    """How someone stands in a build. Raises ``ValueError`` before its moment is fixed.

    Someone of another authority, or of whom nothing was known then, is out for that reason.
    """
    return explain_as_at(person, AsAt.of_build(build, people=[person.pk]))


def explain_as_at(person: YoungPerson, as_at: AsAt) -> Explanation:
    """The same for any month and moment; ``as_at.people`` must be this person alone."""
    if as_at.people != (person.pk,):
        raise ValueError("ask about this person alone")
    verdict = _verdict(as_at)
    if verdict is None:
        return Explanation(False, "", "not-known-then", NOT_KNOWN_THEN, (), ())
    row = records.of_people(as_at).get(person.pk)
    sealed.hold_back([verdict, *([row] if row is not None else [])])
    facts = _facts(verdict)
    sources = _sources({**verdict, **(row or {})})
    return Explanation(
        is_in=row is not None,
        status=str(verdict["status"] or ""),
        reason=str(verdict["reason"]),
        because=_because(verdict, first=as_at.baseline_id is None),
        facts=tuple(
            Fact(words, sources.get((column, fact_id))) for words, column, fact_id in facts
        ),
        values=() if row is None else tuple(_values(row, as_at.edition, sources)),
    )


def _verdict(as_at: AsAt) -> dict[str, Any] | None:
    """The row of the cohort's SQL for one person; ``None`` when nothing was known of them."""
    with connection.cursor() as cursor:
        cursor.execute(cohort_sql(as_at) + " SELECT * FROM judged", as_at.parameters())  # noqa: S608
        row = cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
    return None if row is None else dict(zip(names, row, strict=True))


def _because(verdict: Mapping[str, Any], *, first: bool) -> str:
    """Why, in words that go on from "this person"."""
    reason, words = verdict["reason"], REASONS[verdict["reason"]].words
    if reason == "departed":
        words = DEPARTED[verdict["departure"]]
    if REASONS[reason].is_in:
        return words
    if verdict["status"]:
        return f"{words}; a leaver is sent once, now with status {verdict['status']}"
    last = verdict["last_status"]
    if last and last not in "PG":
        return f"{words}; that was sent before, with status {last}"
    if verdict["leaver_status"] and last is None:
        return f"{words}, " + ("not in this month" if first else "and was in no return before")
    return words


def _facts(verdict: Mapping[str, Any]) -> list[tuple[str, str, int | None]]:
    """The facts that decided: words, the column that names their kind, and their id."""
    facts: list[tuple[str, str, int | None]] = []
    if verdict["dob"] is None:
        facts.append(("No date of birth is held", "particulars_id", verdict["particulars_id"]))
    else:
        born = date_in_words(verdict["dob"])
        facts.append(
            (
                f"Born {born}: Year {verdict['year_group']} at the end of the month",
                "particulars_id",
                verdict["particulars_id"],
            )
        )
    facts.append(_where(verdict))
    if verdict["enrolment_id"] is not None and verdict["school_code"]:
        words = f"In Year 11 at a school in authority {verdict['school_code']}"
        facts.append((words, "enrolment_id", verdict["enrolment_id"]))
    if verdict["plan_id"] is not None:
        facts.append((_plan(verdict), "send_id", verdict["plan_id"]))
    if verdict["departure_id"] is not None:
        on = date_in_words(verdict["departs_on"])
        facts.append(
            (
                f"{DEPARTED[verdict['departure']].capitalize()}, from {on}",
                "departure_id",
                verdict["departure_id"],
            )
        )
    if verdict["last_status"]:
        facts.append((f"Sent last time with status {verdict['last_status']}", "", None))
    return facts


def _where(verdict: Mapping[str, Any]) -> tuple[str, str, int | None]:
    if verdict["arrival_id"] is not None:
        on = date_in_words(verdict["arrives_on"])
        return f"First address here is from {on}", "address_id", verdict["arrival_id"]
    if verdict["address_id"] is None:
        return "No home address is held for the end of the month", "", None
    if verdict["lives_in"]:
        since = verdict["lives_there_since"]
        from_when = f" since {date_in_words(since)}" if since else ""
        words = f"Lives in authority {verdict['lives_in']}{from_when}"
        return words, "address_id", verdict["address_id"]
    return "Lives here", "address_id", verdict["address_id"]


def _plan(verdict: Mapping[str, Any]) -> str:
    if verdict["has_plan"]:
        return "Has an EHC plan"
    return f"Had an EHC plan until {date_in_words(_last_day(verdict['plan_during'].upper))}"


def _last_day(end: date) -> date:
    return date.fromordinal(end.toordinal() - 1)


# Where values came from

SOURCE_MODELS: Final[Mapping[str, type[models.Model]]] = {
    "name_id": caseload.Name,
    "address_id": caseload.Address,
    "particulars_id": caseload.Particulars,
    "activity_id": caseload.Activity,
    "verification_id": caseload.Verification,
    "upn_id": caseload.Identifier,
    "uln_id": caseload.Identifier,
    "previous_id_id": caseload.Identifier,
    "send_id": caseload.SendProvision,
    "need_id": caseload.LevelOfNeed,
    "guarantee11_id": caseload.Guarantee,
    "guarantee12_id": caseload.Guarantee,
    "destination_id": caseload.IntendedDestination,
    "enrolment_id": caseload.Enrolment,
    "departure_id": caseload.Departure,
    "characteristic_ids": caseload.Characteristic,
}
"""The kind of fact that each column of ids names."""

NAME = ("name_id",)
ADDRESS = ("address_id",)
PARTICULARS = ("particulars_id",)
ACTIVITY = ("activity_id",)
CURRENCY = ("activity_id", "verification_id")

OF_A_LEAVER: Final = (
    " A leaver keeps what was true on the last day before they left (docs/nccis.md §5.3)."
)

RULES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "young_persons_id": ((), "The number given when the record was made; it never changes."),
    "cohort_status": ((), "From age, where they live, EHC plan and departure: see why."),
    "given_name": (NAME, "First name of the legal name on the last day of the month."),
    "middle_name": (NAME, "Middle names of the legal name on the last day of the month."),
    "family_name": (NAME, "Family name of the legal name on the last day of the month."),
    "address_line_1": (ADDRESS, "Home address on the last day of the month, line 1."),
    "address_line_2": (ADDRESS, "Home address on the last day of the month, line 2."),
    "address_line_3": (ADDRESS, "Home address on the last day of the month, line 3."),
    "address_line_4": (ADDRESS, "Home address on the last day of the month, line 4."),
    "town": (ADDRESS, "Town of the home address on the last day of the month."),
    "county": (ADDRESS, "County of the home address on the last day of the month."),
    "postcode": (ADDRESS, "Postcode of the home address on the last day of the month."),
    "gender": (PARTICULARS, "As held on the last day of the month."),
    "dob": (PARTICULARS, "As held on the last day of the month."),
    "ethnicity": (PARTICULARS, "As held on the last day of the month."),
    "lead_lea": ((), "The authority whose return this is."),
    "educated_lea": (
        ACTIVITY,
        "The authority in whose area the school, college or provider of the activity is;"
        " not for employers.",
    ),
    "transferred_to": (
        ("departure_id", "address_id"),
        "Where the departure says, or else the authority of the new home address.",
    ),
    "lea_at_year_11": (
        ("enrolment_id",),
        "The authority of the school on whose roll they were on 31 May of their Year 11,"
        " or are now if that is still to come.",
    ),
    "uln": (("uln_id",), "The ULN held on the last day of the month."),
    "upn": (("upn_id",), "The UPN held on the last day of the month."),
    "guarantee_indicator": (
        ("guarantee11_id", "guarantee12_id"),
        "Yes when an offer is due in this half-year and is ours to lead, or a status is held.",
    ),
    "previous_id": (("previous_id_id",), "The NCCIS id on the system before."),
    "y11_guarantee_status": (
        ("guarantee11_id",),
        "The Year 11 status held on the last day of the month, while it is due.",
    ),
    "y11_guarantee_lea": (
        ("guarantee11_id", "enrolment_id"),
        "The authority that leads on the offer, or else the one at Year 11.",
    ),
    "y12_guarantee_status": (
        ("guarantee12_id",),
        "The Year 12 status held on the last day of the month, while it is due.",
    ),
    "y12_guarantee_lea": (
        ("guarantee12_id",),
        "The authority that leads on the offer, or else this one.",
    ),
    "level_of_need": (("need_id",), "As held on the last day of the month."),
    "send_flag": (("send_id",), "Yes with an EHC plan on the last day of the month, else no."),
    "sen_support_flag": (
        ("send_id",),
        "Yes with SEN support and no EHC plan on the last day of the month, else no.",
    ),
    "characteristics": (
        ("characteristic_ids",),
        "Every circumstance held on the last day of the month.",
    ),
    "activity_code": (ACTIVITY, "What they were doing on the last day of the month."),
    "start_date": (ACTIVITY, "When that activity began."),
    "ascertained": (ACTIVITY, "When the authority found out about it."),
    "verified": (("verification_id",), "When it was last confirmed, up to the end of the month."),
    "review": (ACTIVITY, "When it is to be looked at again."),
    "due_to_lapse": (CURRENCY, "Worked out from the edition's currency table for this activity."),
    "currency_lapsed": (CURRENCY, "Yes when the lapse date is before the end of the month."),
    "establishment_number": (
        ACTIVITY,
        "DfE number of the school or college; the authority's code and 9999 for home education.",
    ),
    "establishment_name": (ACTIVITY, "Name of where the activity is."),
    "ukprn": (ACTIVITY, "UKPRN of where the activity is."),
    "neet_start": (
        ACTIVITY,
        "First day of the unbroken run of NEET activities up to now.",
    ),
    "predicted_end": (ACTIVITY, "Expected end of the activity."),
    "intended_destination": (("destination_id",), "As held on the last day of the month."),
}
"""For each column that is sent: which ids say where it came from, and the rule in words."""

SourceKey = tuple[str, int | None]


def _values(
    row: Mapping[str, Any], edition: Edition, sources: Mapping[SourceKey, Source]
) -> list[ElementValue]:
    """Every element that the edition sends, in the order of the file."""
    leaver = row["cohort_status"] not in ("P", "G")
    values = []
    for element in edition.layout.elements:
        columns, rule = RULES[element.column]
        found = [sources[key] for column in columns for key in _keys(column, row) if key in sources]
        timed = "last day of the month" in rule
        values.append(
            ElementValue(
                element=element.name,
                column=element.column,
                value=_shown(row[element.column]),
                sources=tuple(found),
                rule=rule + (OF_A_LEAVER if leaver and timed else ""),
            )
        )
    return values


def _shown(value: object) -> str:
    """A value as it is sent; several are parted by commas."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _keys(column: str, row: Mapping[str, Any]) -> list[SourceKey]:
    ids = row.get(column)
    if ids is None:
        return []
    return [(column, one) for one in (ids if isinstance(ids, list) else [ids])]


VERDICT_COLUMNS: Final = {"plan_id": "send_id", "arrival_id": "address_id"}
"""Ids that only the verdict has, and the column of the record that names their kind."""


def _sources(row: Mapping[str, Any]) -> dict[SourceKey, Source]:
    """The source of every fact that a verdict or a record names: one query for each kind."""
    wanted: dict[type[models.Model], set[SourceKey]] = {}
    for column, model in SOURCE_MODELS.items():
        wanted.setdefault(model, set()).update(_keys(column, row))
    for column, named in VERDICT_COLUMNS.items():
        keys = {(named, fact_id) for _, fact_id in _keys(column, row)}
        wanted[SOURCE_MODELS[named]].update(keys)
    found: dict[SourceKey, Source] = {}
    for model, keys in wanted.items():
        if not keys:
            continue
        facts = model._default_manager.select_related("recorded__by").in_bulk(
            [fact_id for _, fact_id in keys]
        )
        for column, fact_id in keys:
            fact: Any = facts.get(fact_id)
            if fact is not None:
                found[(column, fact_id)] = _source(model, fact)
    return found


def _source(model: type[models.Model], fact: Any) -> Source:
    change = fact.recorded
    return Source(
        kind=str(model._meta.label_lower),
        fact_id=fact.pk,
        change_id=change.pk,
        at=change.at,
        by=change.by.name if change.by else "",
        file_ref=change.file_ref,
        row=fact.source_row,
        told_by=change.source,
    )


def rule_in_words(column: str) -> str:
    """How the value of a column of the record is decided."""
    return RULES[column][1]
