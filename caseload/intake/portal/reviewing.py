"""The at-risk review: whom it proposes, and the return that a school's answers make (LC-01).

Whom it shows and why rests on that school's own files alone: the name is the one that it sent, and
a reason counts only where the fact came by one of its files. A rule proposes; the school decides
about each, and what it says is a return of risk like any other (LAW-05, docs/adr/0057).
"""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from caseload.intake.kinds import kind_named
from caseload.intake.kinds.risk_return import SIGNS
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.portal.queries import asked_kinds, returns_in
from caseload.intake.portal.rules import Term, kinds_here
from caseload.intake.rules import Arrival, Outcome
from caseload.intake.source_models import Source
from caseload.intake.taking import Taken, taken_of
from caseload.models import Enrolment, RestrictionLevel, RiskIndicators, Section72
from caseload.queries.risk import risks
from ccis.authorities.policy import policy_of
from ccis.calendar.academic import year_group
from providers.models import Provider

KIND = "risk-return"
JUDGEMENT = "judgement"

ACCEPTED = (Outcome.CHANGED, Outcome.ADDED, Outcome.UNCHANGED)

HIGH, LOW = RiskIndicators.Judgement.HIGH, RiskIndicators.Judgement.LOW


@dataclass(frozen=True)
class Pupil:
    """Someone proposed: as the school sent them, why, and what it told us of the risk before."""

    person: int
    key: str
    """File and row by which the school last sent them, such as ``7F3KQ29M-12``."""
    sent: Mapping[str, Any]
    """What was read of that row, by our column."""
    year: int | None
    reasons: tuple[str, ...]
    told: Mapping[str, Any]
    """The signs of the school's last return, by our column."""

    @property
    def name(self) -> str:
        """The name as the school sent it."""
        return f"{self.sent.get('given', '')} {self.sent.get('family', '')}".strip()

    @property
    def born(self) -> date | None:
        """The date of birth as the school sent it."""
        said = self.sent.get("birth")
        return date.fromisoformat(said) if said else None


@dataclass(frozen=True)
class Answer:
    """What a school says of one pupil: at risk or not and, where not, why not."""

    is_at_risk: bool
    because: str = ""
    """One of ``RiskIndicators.Because``."""


def is_reviewed(source: Source | None) -> bool:
    """Whether a source is asked to review who is at risk: its authority takes its judgement."""
    if source is None or all(kind.name != KIND for kind in asked_kinds(source)):
        return False
    kind = kind_named(KIND)
    return taken_of(source.authority, kind).has_on(kind, JUDGEMENT)


def proposed(source: Source, *, on: date) -> list[Pupil]:
    """The pupils of a school who are at risk by what that school told, in the order of names.

    Not someone whose record is restricted, or of whom an instruction of section 72 withholds what
    it takes to say so (LAW-07).
    """
    taken = taken_of(source.authority, kind_named(KIND))
    files = list(InboundFile.objects.filter(source=source).values_list("ref", flat=True))
    rows = _newest_rows(source, _pupils(source, on))
    found = risks(rows.keys(), policy=policy_of(source.authority), on=on, told_in=files)
    at_risk = {person: risk for person, risk in found.items() if risk.is_at_risk}
    told = _told(at_risk, files, on)
    pupils = [
        _pupil(person, rows[person], risk.signs, told.get(person, {}), on)
        for person, risk in at_risk.items()
    ]
    return sorted(
        (one for one in pupils if _is_taken(one, taken)),
        key=lambda one: (
            str(one.sent.get("family", "")).lower(),
            str(one.sent.get("given", "")).lower(),
            one.key,
        ),
    )


def to_review(source: Source, term: Term, *, on: date) -> list[Pupil]:
    """Whom a school has still to review in a term: nobody once it sent the review, or a return of
    its own named everyone proposed. A return about somebody else is no review."""
    returns = returns_in(term, source)
    if not is_reviewed(source) or returns.filter(came_by=Arrival.REVIEW).exists():
        return []
    pupils = proposed(source, on=on)
    named = InboundRow.objects.filter(file__in=returns.values("pk"), person__isnull=False)
    told = set(named.values_list("person", flat=True))
    return [] if all(pupil.person in told for pupil in pupils) else pupils


def reviews_in(term: Term, sources: Sequence[Source]) -> dict[int, InboundFile | None]:
    """Of an authority's sources that are asked for the review (ids), what each sent as it in a
    term: or else a return, which may not name everyone."""
    kind = kind_named(KIND)
    asked = [one for one in sources if _may_be_asked(one)]
    if not asked or not taken_of(asked[0].authority, kind).has_on(kind, JUDGEMENT):
        return {}
    found: dict[int, InboundFile | None] = {one.pk: None for one in asked}
    for file in returns_in(term, *asked):
        if file.source_id and (file.came_by == Arrival.REVIEW or found[file.source_id] is None):
            found[file.source_id] = file
    return found


def _may_be_asked(source: Source) -> bool:
    is_school = source.provider is not None and source.provider.kind == Provider.Kind.SCHOOL
    return KIND in kinds_here(source.kinds, is_school=is_school)


def _pupils(source: Source, on: date) -> list[int]:
    """Those on the roll of the school on a day, by id."""
    enrolled = Enrolment.objects.believed().on(on).filter(provider=source.provider)
    withheld = Section72.objects.believed().on(on).values("person")
    ours = enrolled.filter(
        person__lead_authority=source.authority_id,
        person__restriction_level=RestrictionLevel.OPEN,
        person__merged_into=None,
    ).exclude(person__in=withheld)
    return list(ours.values_list("person", flat=True))


def _newest_rows(source: Source, people: Collection[int]) -> dict[int, InboundRow]:
    """The last row of the school's own that was accepted about each of some people."""
    rows = InboundRow.objects.filter(
        person__in=people, file__source=source, sealed_for=None, outcome__in=ACCEPTED
    ).select_related("file")
    newest = rows.order_by("person", "-file__received_at", "-number").distinct("person")
    return {row.person_id: row for row in newest if row.person_id is not None}


def _told(people: Collection[int], files: Collection[str], on: date) -> dict[int, dict[str, Any]]:
    """What returns of the school say of the risk of some people on a day."""
    held = RiskIndicators.objects.believed().on(on)
    held = held.filter(person__in=people, recorded__file_ref__in=files)
    return {
        one.person_id: {
            key: value for key, *_ in SIGNS if (value := getattr(one, key)) not in (None, "")
        }
        for one in held
    }


def _pupil(
    person: int, row: InboundRow, reasons: Sequence[str], told: Mapping[str, Any], on: date
) -> Pupil:
    birth, year = row.read.get("birth"), row.read.get("year")
    if birth:
        year = year_group(date.fromisoformat(birth), on)
    return Pupil(
        person=person,
        key=f"{row.file.ref}-{row.number}",
        sent=row.read,
        year=int(year) if year is not None else None,
        reasons=tuple(reasons),
        told=told,
    )


def _is_taken(pupil: Pupil, taken: Taken) -> bool:
    """Whether a row about someone would be kept: of other years it is dropped unread (ISA-09)."""
    return pupil.year is not None and pupil.year in taken.years


# -- the return ------------------------------------------------------------------------------------


def return_of(
    pupils: Sequence[Pupil],
    answers: Mapping[str, Answer],
    *,
    term: Term,
    source: Source,
    confirmed_by: str,
) -> bytes:
    """A return of risk, as a CSV: each pupil with the signs as told before, and the judgement.

    ``answers`` are by the pupils' keys. A sign that is not told again would be held no more. The
    review stands in a heading of its own, with whose it is: a school that says the same as the
    last time, or nobody as another does, has said it, and its file is not that one.
    """
    dfe_number = source.provider.dfe_number if source.provider else ""
    columns = kind_named(KIND).columns
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [*(column.heading for column in columns), f"Review, {term.label}, {source.ref}"]
    )
    for pupil in pupils:
        said = _said(pupil, answers[pupil.key])
        said |= {"dfe_number": dfe_number, "confirmed_by": confirmed_by}
        writer.writerow([_written(column.key, said.get(column.key)) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def _said(pupil: Pupil, answer: Answer) -> dict[str, Any]:
    who = {key: pupil.sent.get(key) for key in ("upn", "given", "family")}
    return {
        **pupil.told,
        **who,
        "birth": pupil.sent.get("birth"),
        "year": pupil.year,
        "judgement": HIGH.label if answer.is_at_risk else LOW.label,
        "judged_because": "" if answer.is_at_risk else answer.because,
    }


def _written(key: str, value: Any) -> str:
    if value is None:
        return ""
    if key == "attendance_percent":
        return f"{value}%"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)
