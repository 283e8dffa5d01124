"""Numbers and addresses at which messages do not arrive (USE-06)."""

from datetime import date, datetime

from django.db import transaction

from caseload.actions import facts, tasks
from caseload.models import ContactPoint, YoungPerson
from ccis.audit import trail
from ccis.audit.changes import open_change

FIND_ANOTHER = (
    "Find another way to reach them: messages do not arrive at a number or email on record"
)
"""One task for a person, however many messages failed."""


@transaction.atomic
def mark_undelivered(
    *, person: YoungPerson, kind: str, value: str, on: date, due_on: date, at: datetime
) -> bool:
    """Mark a number or email address of someone as one at which nothing arrives, and make work.

    ``kind`` and ``value`` are those of the contact point; whether it is still on record, and was
    not marked before, is what is answered. Somebody who has found out corrects it on Details.
    """
    change = open_change(
        authority=person.lead_authority, by=None, why="message did not arrive", at=at
    )
    facts.lock(person)
    held = ContactPoint.objects.believed().on(on).select_related("person__lead_authority")
    point = held.filter(person=person, kind=kind, value=value, undelivered_on=None).first()
    if point is None:
        return False
    facts.correct(point, change=change, undelivered_on=on)
    trail.record(
        "contact point marked",
        by=None,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
    )
    wanted = tasks.Wanted(person=person.pk, what=FIND_ANOTHER, due_on=due_on)
    tasks.open_tasks([wanted], change=change)
    return True
