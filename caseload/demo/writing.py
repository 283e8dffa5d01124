"""Writes planned people by COPY: one set a table, each fact with its change."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from caseload.demo.plan import PlannedActivity, PlannedPerson
from ccis.access.references import ALPHABET, LENGTH
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.authorities.models import Authority
from ccis.calendar.academic import academic_year_start
from providers.models import Provider

FACT_COLUMNS = ("person_id", "during", "recorded_id", "superseded_id")


@dataclass
class History:
    """The changes that the demo's facts came by, oldest first."""

    loaded: Change
    census: Change
    enrolments: Change
    confirmations: Change
    officer: Change
    correction: Change

    def for_day(self, day: date) -> Change:
        """The first change made on or after a day, else the last before the correction."""
        for change in (self.loaded, self.census, self.enrolments, self.confirmations):
            if change.at.date() >= day:
                return change
        return self.officer


@dataclass
class Sheet:
    """Rows waiting for one table."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def copy(self) -> None:
        """Send all rows by COPY."""
        columns = ", ".join(self.columns)
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self.table} ({columns}) FROM STDIN") as copy,
        ):
            for row in self.rows:
                copy.write_row(row)


SHEETS = {
    "caseload_name": ("kind", "given", "middle", "family"),
    "caseload_particulars": ("date_of_birth", "gender_id", "ethnicity_id"),
    "caseload_address": (
        "kind", "line_1", "line_2", "line_3", "line_4", "town", "county", "postcode", "uprn",
        "authority_id",
    ),
    "caseload_contactpoint": ("kind", "value", "whose", "note"),
    "caseload_identifier": ("kind_id", "value"),
    "caseload_activity": (
        "spell", "code_id", "provider_id", "establishment_name", "course", "course_level",
        "ascertained_on", "review_on", "predicted_end_on", "leaving_reason",
    ),
    "caseload_characteristic": ("code_id",),
    "caseload_sendprovision": ("provision", "need"),
    "caseload_levelofneed": ("code_id",),
    "caseload_guarantee": ("for_year", "status_id", "authority_id"),
    "caseload_intendeddestination": ("code_id",),
    "caseload_enrolment": ("provider_id", "authority_id", "outside_code", "year_group", "status"),
    "caseload_departure": ("kind", "to_code"),
}  # fmt: skip


def during(start: date, end: date | None = None) -> str:
    """A daterange's text: ``end`` is the first day on which it is no longer true."""
    return f"[{start},{end or ''})"


def make_history(authority: Authority, *, by: User, on: date) -> History:
    """Open the changes in order. ``on`` is the end of the demo's period."""
    start = academic_year_start(on)
    days = (
        ("loaded", date(start.year - 2, 10, 1), "loaded from the earlier system", "Earlier system"),
        ("census", date(start.year, 1, 25), "school census taken in", "Schools' January census"),
        ("enrolments", start + timedelta(days=20), "enrolments taken in", "Schools and colleges"),
        (
            "confirmations",
            on - timedelta(days=4),
            "confirmed for the month",
            "Schools and colleges",
        ),
        ("officer", on + timedelta(days=1), "recorded by an officer", ""),
        ("correction", on + timedelta(days=2), "corrected by an officer", ""),
    )
    return History(
        **{
            name: open_change(
                authority=authority,
                by=by,
                why=why,
                at=datetime.combine(day, time(9, 30), UTC),
                source=source,
            )
            for name, day, why, source in days
        }
    )


class Writer:
    """Gathers rows of every table, then copies each table once."""

    def __init__(
        self,
        authority: Authority,
        *,
        history: History,
        places: dict[str, Provider],
        authorities: dict[str, Authority],
        seed: int,
    ) -> None:
        self.authority = authority
        self.history = history
        self.places = places
        self.authorities = authorities
        self.random = Random(seed)  # noqa: S311
        self.sheets = {
            table: Sheet(table, (*FACT_COLUMNS, *columns)) for table, columns in SHEETS.items()
        }
        self.people = Sheet(
            "caseload_youngperson",
            ("id", "ref", "lead_authority_id", "young_persons_id", "restriction_level"),
        )
        self.verifications = Sheet(
            "caseload_verification", ("person_id", "spell", "verified_on", "recorded_id")
        )

    def write(self, people: list[PlannedPerson]) -> list[int]:
        """Write everybody; returns their ids in the same order."""
        ids = list(numbers("caseload_youngperson_id_seq", len(people)))
        serials = list(numbers("caseload_person_number_seq", len(people)))
        self.spells = numbers(
            "caseload_spell_seq", sum(len(person.activities) for person in people)
        )
        for pk, serial, person in zip(ids, serials, people, strict=True):
            self.person(pk, serial, person)
        self.people.copy()
        for sheet in self.sheets.values():
            sheet.copy()
        self.verifications.copy()
        return ids

    def fact(
        self,
        table: str,
        pk: int,
        time: str,
        *values: Any,
        recorded: Change | None = None,
        superseded: Change | None = None,
    ) -> None:
        """Add one row; recorded with the load unless another change is given."""
        change = recorded or self.history.loaded
        self.sheets[f"caseload_{table}"].rows.append(
            (pk, time, change.pk, superseded.pk if superseded else None, *values)
        )

    def person(self, pk: int, serial: int, person: PlannedPerson) -> None:
        """Add every row of one person."""
        ref = "".join(self.random.choice(ALPHABET) for _ in range(LENGTH))
        young_persons_id = f"{self.authority.database_id}{serial:010d}"
        self.people.rows.append((pk, ref, self.authority.pk, young_persons_id, person.restriction))
        self.identity(pk, person)
        self.contacts(pk, person)
        self.support(pk, person)
        self.school(pk, person)
        for activity in person.activities:
            self.activity(pk, activity)
        if person.departure:
            kind, to_code, day = person.departure
            self.fact("departure", pk, during(day), kind, to_code, recorded=self.history.officer)

    def identity(self, pk: int, person: PlannedPerson) -> None:
        """Names, particulars, identifiers."""
        born = person.born
        changed = date(born.year + 15, 6, 1)
        if person.former_family:
            self.fact("name", pk, during(born, changed), "legal", person.given, person.middle,
                      person.former_family)  # fmt: skip
        self.fact("name", pk, during(changed if person.former_family else born), "legal",
                  person.given, person.middle, person.family)  # fmt: skip
        if person.known_as:
            self.fact("name", pk, during(born), "known-as", person.known_as, "", person.family)
        if self.random.random() < 0.004:  # a date of birth that was put right
            wrong = born.replace(day=min(born.day, 28) % 28 + 1)
            self.fact("particulars", pk, during(wrong), wrong, person.gender, person.ethnicity,
                      superseded=self.history.correction)  # fmt: skip
            self.fact("particulars", pk, during(born), born, person.gender, person.ethnicity,
                      recorded=self.history.correction)  # fmt: skip
        else:
            self.fact("particulars", pk, during(born), born, person.gender, person.ethnicity)
        held_from = person.school_from or born
        for kind, value, since in (
            ("upn", person.upn, held_from),
            ("uln", person.uln, person.uln_from or held_from),
            ("previous-nccis", person.previous_id, held_from),
        ):
            if value:
                self.fact("identifier", pk, during(since), kind, value)

    def contacts(self, pk: int, person: PlannedPerson) -> None:
        """Address and contact points."""
        a = person.address
        lives_in = self.authorities[person.lives_in or self.authority.code].pk
        since = person.school_from or person.born
        there = during(person.lives_there_from or since)
        self.fact("address", pk, there, "home", a.get("line_1", ""), a.get("line_2", ""),
                  "", "", a.get("town", ""), "", a.get("postcode", ""), "", lives_in)  # fmt: skip
        if person.mobile:
            self.fact("contactpoint", pk, during(since), "mobile", person.mobile, "own", "")
        if person.email:
            self.fact("contactpoint", pk, during(since), "email", person.email, "own", "")
        if person.parent_phone:
            self.fact("contactpoint", pk, during(since), "phone", person.parent_phone, "parent", "")

    def support(self, pk: int, person: PlannedPerson) -> None:
        """SEND, level of need, characteristics, guarantee, intended destination."""
        since = person.school_from or person.born
        if person.provision:
            self.fact("sendprovision", pk, during(since, person.provision_until),
                      person.provision, "")  # fmt: skip
        self.fact("levelofneed", pk, during(since), person.need)
        for code in sorted(set(person.characteristics)):
            self.fact("characteristic", pk, during(since), code)
        for for_year, status, day in person.guarantees:
            self.fact("guarantee", pk, during(day), for_year, status, self.authority.pk,
                      recorded=self.history.for_day(day))  # fmt: skip
        if person.destination:
            january = self.history.census
            self.fact("intendeddestination", pk, during(january.at.date()), person.destination,
                      recorded=january)  # fmt: skip

    def school(self, pk: int, person: PlannedPerson) -> None:
        """On the roll of a school up to Year 11."""
        place = self.places.get(person.school)
        if place is not None and person.school_from is not None:
            self.fact("enrolment", pk, during(person.school_from, person.school_until), place.pk,
                      place.authority_id, "", min(person.year, 11), "C")  # fmt: skip

    def activity(self, pk: int, activity: PlannedActivity) -> None:
        """One spell with its confirmations."""
        spell = next(self.spells)
        place = self.places.get(activity.where)
        change = self.history.for_day(activity.ascertained)
        self.fact("activity", pk, during(activity.starts, activity.ends), spell, activity.code,
                  place.pk if place else None, "" if place else activity.where, "", "",
                  activity.ascertained, activity.review, activity.predicted_end, "",
                  recorded=change)  # fmt: skip
        for day in activity.verified:
            recorded = max(change, self.history.for_day(day), key=lambda c: c.pk)
            self.verifications.rows.append((pk, spell, day, recorded.pk))


def numbers(sequence: str, count: int) -> Iterator[int]:
    """Take ``count`` numbers of a sequence at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count]
        )
        taken = [row[0] for row in cursor.fetchall()]
    return iter(taken)


@transaction.atomic
def write_people(
    authority: Authority,
    people: list[PlannedPerson],
    *,
    by: User,
    on: date,
    at: datetime,
    places: dict[str, Provider],
    seed: int,
) -> list[int]:
    """Write planned people into an authority's caseload, with their history and trail."""
    writer = Writer(
        authority,
        history=make_history(authority, by=by, on=on),
        places=places,
        authorities={a.code: a for a in Authority.objects.all()},
        seed=seed,
    )
    ids = writer.write(people)
    trail.record(
        "people loaded", by=by, at=at, authority=authority, subject=authority, number=len(ids)
    )
    return ids
