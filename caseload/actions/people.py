"""A new record (PIA-25)."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from caseload.actions import facts
from caseload.actions.places import placed
from caseload.models import Address, ContactPoint, Enrolment, Name, Particulars, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from providers.models import Provider


def next_young_persons_id(authority: Authority) -> str:
    """The next free YoungPersonsID of an authority's database (docs/nccis.md §1.2)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('caseload_person_number_seq')")
        (number,) = cursor.fetchone()
    return f"{authority.database_id}{number:010d}"


@transaction.atomic
def add(
    *,
    authority: Authority,
    given: str,
    family: str,
    date_of_birth: date | None,
    since: date,
    by: User | None,
    at: datetime,
    middle: str = "",
    gender_id: str | None = None,
    ethnicity_id: str | None = None,
    address: dict[str, Any] | None = None,
    phone: str = "",
    phone_kind: str = ContactPoint.Kind.MOBILE,
    school: Provider | None = None,
    why: str = "person added",
) -> YoungPerson:
    """Make a record from the minimum: name, address, phone, school, gender, ethnic origin.

    ``since`` is the day from which address, phone and school hold; name and particulars hold
    from birth where it is known. ``address`` holds fields of ``Address``.
    """
    change = open_change(authority=authority, by=by, why=why, at=at)
    person = YoungPerson.objects.create(
        lead_authority=authority, young_persons_id=next_young_persons_id(authority)
    )
    always = facts.from_day(date_of_birth or since)
    now = facts.from_day(since)
    facts.state(
        Name,
        change=change,
        person=person,
        during=always,
        given=given,
        middle=middle,
        family=family,
    )
    facts.state(
        Particulars,
        change=change,
        person=person,
        during=always,
        date_of_birth=date_of_birth,
        gender_id=gender_id,
        ethnicity_id=ethnicity_id,
    )
    if address:
        where = placed(Address, person, address)
        facts.state(Address, change=change, person=person, during=now, **where)
    if phone:
        facts.state(
            ContactPoint,
            change=change,
            person=person,
            during=now,
            kind=phone_kind,
            value=phone,
        )
    if school is not None:
        facts.state(
            Enrolment,
            change=change,
            person=person,
            during=now,
            provider=school,
            authority=school.authority,
        )
    trail.record("person added", by=by, at=at, authority=authority, subject=person, change=change)
    return person
