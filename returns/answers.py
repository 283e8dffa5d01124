"""What the Department answered to a month's return, beside what we found ourselves.

The answer is what was accepted of its error reports (``returns.error_report``): their rows say
which errors each record has. Nothing of it is kept twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.rules import AFTER_APPLYING, OPEN_OUTCOMES, FileState
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from returns.error_report import NAME

TOLD: Final = """
SELECT DISTINCT r.person_id, e->>'code' AS code, (e->>'ours')::boolean AS ours
FROM intake_inboundrow r
JOIN intake_inboundfile f ON f.id = r.file_id
CROSS JOIN LATERAL jsonb_array_elements(r.read->'errors') e
WHERE f.kind = %(kind)s AND f.authority_id = %(authority)s
  AND f.as_at BETWEEN %(first)s AND %(last)s
  AND r.person_id IS NOT NULL AND r.outcome = ANY(%(accepted)s)
"""


@dataclass(frozen=True)
class Reported:
    """An error that the Department found in someone's record. ``ours``: whether we found it too,
    ``None`` where no return of ours can tell."""

    code: str
    ours: bool | None


@dataclass(frozen=True)
class Answer:
    """What came back about one month: errors of records that we hold, and what waits."""

    errors: int
    people: int
    found_here: int
    waiting: int
    """Rows of its reports that nobody has decided about, such as records that we do not hold."""


def _given(authority: Authority, period: Period) -> dict[str, Any]:
    return {
        "kind": NAME,
        "authority": authority.pk,
        "first": period.start,
        "last": period.end,
        "accepted": [outcome.value for outcome in AFTER_APPLYING.values()],
    }


def reports_of(authority: Authority, period: Period) -> list[InboundFile]:
    """The Department's error reports about one month, oldest first."""
    sent_in = InboundFile.objects.of(authority).filter(
        kind=NAME, as_at__range=(period.start, period.end)
    )
    unused = [FileState.REFUSED.value, FileState.SET_ASIDE.value]
    return list(sent_in.exclude(state__in=unused).order_by("received_at", "pk"))


def answer_to(authority: Authority, period: Period) -> Answer | None:
    """What the Department answered to a month's return; ``None`` before a report was sent in."""
    reports = reports_of(authority, period)
    if not reports:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(DISTINCT person_id), count(*) FILTER (WHERE ours) "  # noqa: S608
            f"FROM ({TOLD}) told",
            _given(authority, period),
        )
        errors, people, ours = cursor.fetchone()
    still_open = [outcome.value for outcome in OPEN_OUTCOMES]
    waiting = InboundRow.objects.filter(file__in=reports, outcome__in=still_open).count()
    return Answer(errors=errors, people=people, found_here=ours, waiting=waiting)


def reported_of(
    authority: Authority, period: Period, people: Collection[int]
) -> dict[int, list[Reported]]:
    """The errors that the Department found in some people's records, by person and number."""
    found: dict[int, list[Reported]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{TOLD} AND r.person_id = ANY(%(people)s) ORDER BY 1, 2",
            {**_given(authority, period), "people": list(people)},
        )
        for person, code, ours in cursor.fetchall():
            found.setdefault(person, []).append(Reported(code, ours))
    return found


def people_reported(authority: Authority, period: Period) -> Q:
    """Everyone in whose record the Department found something."""
    accepted = InboundRow.objects.filter(
        file__in=reports_of(authority, period),
        outcome__in=[outcome.value for outcome in AFTER_APPLYING.values()],
        person__isnull=False,
    )
    return Q(pk__in=accepted.values("person"))
