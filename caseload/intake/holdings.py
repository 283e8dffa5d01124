"""What we hold about many people at once: a few statements, whatever the number (design §3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from caseload.intake.planning import HeldActivity, Version
from caseload.models import (
    FACT_MODELS,
    Activity,
    Address,
    ContactPoint,
    Departure,
    Enrolment,
    Fact,
    Identifier,
    Name,
    Particulars,
    SendProvision,
    Verification,
    YoungPerson,
)
from ccis.calendar.words import LONDON

FACTS: dict[str, type[Any]] = {model._meta.model_name or "": model for model in FACT_MODELS}
"""Fact tables by the name that instructions use."""

BOOKKEEPING = frozenset({"id", "person_id", "during", "recorded_id", "superseded_id", "source_row"})


@dataclass(slots=True)
class Held:
    """The believed versions about one person, by fact, oldest first."""

    activity: list[HeldActivity] = field(default_factory=list)
    address: list[Version] = field(default_factory=list)
    enrolment: list[Version] = field(default_factory=list)
    identifier: list[Version] = field(default_factory=list)
    name: list[Version] = field(default_factory=list)
    particulars: list[Version] = field(default_factory=list)
    sendprovision: list[Version] = field(default_factory=list)
    departure: list[Version] = field(default_factory=list)
    characteristic: list[Version] = field(default_factory=list)
    levelofneed: list[Version] = field(default_factory=list)
    guarantee: list[Version] = field(default_factory=list)
    intendeddestination: list[Version] = field(default_factory=list)
    contactpoint: list[Version] = field(default_factory=list)
    section72: list[Version] = field(default_factory=list)
    attendance: list[Version] = field(default_factory=list)
    riskindicators: list[Version] = field(default_factory=list)
    young_persons_id: str = ""


def columns_of(model: type[Any]) -> list[str]:
    """The columns of a fact table that say something: no bookkeeping, nothing generated."""
    return [
        column.column
        for column in model._meta.concrete_fields
        if column.column not in BOOKKEEPING and not getattr(column, "generated", False)
    ]


def held_about(people: Collection[int], facts: Iterable[type[Any]]) -> dict[int, Held]:
    """The believed versions of some facts about some people, by person id."""
    found = _ids_of(people)
    for model in facts:
        if model is Activity:
            _add_activities(found)
        else:
            _add_versions(found, model)
    return found


def _ids_of(people: Collection[int]) -> dict[int, Held]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, young_persons_id FROM {YoungPerson._meta.db_table} "  # noqa: S608
            "WHERE id = ANY(%s)",
            [list(people)],
        )
        return {person: Held(young_persons_id=number) for person, number in cursor.fetchall()}


def _add_versions(found: dict[int, Held], model: type[Fact]) -> None:
    columns = columns_of(model)
    name = model._meta.model_name or ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person_id, id, lower(during), upper(during), {', '.join(columns)} "  # noqa: S608
            f"FROM {model._meta.db_table} "
            "WHERE person_id = ANY(%s) AND superseded_id IS NULL ORDER BY person_id, during",
            [list(found)],
        )
        for person, pk, start, stop, *values in cursor.fetchall():
            version = Version(pk, start, stop, dict(zip(columns, values, strict=True)))
            getattr(found[person], name).append(version)


ACTIVITIES = """
SELECT a.person_id, a.id, lower(a.during), upper(a.during), a.spell, a.code_id, c."group",
       c.label, a.provider_id, a.course, a.course_level, a.predicted_end_on, v.verified_on
FROM caseload_activity a
JOIN caseload_activitycode c ON c.code = a.code_id
LEFT JOIN LATERAL (
    SELECT max(v.verified_on) AS verified_on FROM caseload_verification v
    WHERE v.person_id = a.person_id AND v.spell = a.spell AND v.superseded_id IS NULL
) v ON true
WHERE a.person_id = ANY(%s) AND a.superseded_id IS NULL
ORDER BY a.person_id, a.during
"""


def _add_activities(found: dict[int, Held]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ACTIVITIES, [list(found)])
        for person, *values in cursor.fetchall():
            found[person].activity.append(HeldActivity(*values))


def newest_changes(people: Collection[int], facts: Iterable[type[Any]]) -> dict[int, int]:
    """The number of the newest change to some facts about each of some people; 0 for none.

    Confirmations do not count: they take nothing away from what was worked out.
    """
    parts = [
        "SELECT person_id, max(greatest(recorded_id, coalesce(superseded_id, 0))) AS newest "  # noqa: S608
        f"FROM {model._meta.db_table} WHERE person_id = ANY(%(people)s) GROUP BY person_id"
        for model in facts
        if model is not Verification
    ]
    newest = dict.fromkeys(people, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person_id, max(newest) FROM ({' UNION ALL '.join(parts)}) f "  # noqa: S608
            "GROUP BY person_id",
            {"people": list(people)},
        )
        newest.update(cursor.fetchall())
    return newest


BY_HAND = (Activity, Address, ContactPoint, Name, Particulars, Verification)
"""What people record of someone with whom they are in touch."""

ACTIVE = """
SELECT person_id FROM caseload_task WHERE person_id = ANY (%(people)s) AND state = 'to-do'
UNION
SELECT f.person_id FROM ({facts}) f JOIN audit_change c ON c.id = f.recorded_id
WHERE c.by_id IS NOT NULL AND c.file_ref = '' AND c.at >= %(since)s
"""


def active_people(people: Collection[int], *, days: int, on: date) -> set[int]:
    """Whom of some people somebody here is working with: with work open about them, or of whom
    somebody recorded something by hand in the last so many days."""
    facts = " UNION ALL ".join(
        f"SELECT person_id, recorded_id FROM {model._meta.db_table} "  # noqa: S608
        "WHERE person_id = ANY (%(people)s)"
        for model in BY_HAND
    )
    since = datetime.combine(on - timedelta(days=days), time(), tzinfo=LONDON)
    with connection.cursor() as cursor:
        cursor.execute(ACTIVE.format(facts=facts), {"people": list(people), "since": since})
        return {person for (person,) in cursor.fetchall()}


CENSUS_FACTS: tuple[type[Any], ...] = (
    Identifier,
    Name,
    Particulars,
    Address,
    Enrolment,
    SendProvision,
    Activity,
    Departure,
)
