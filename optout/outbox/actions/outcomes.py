"""What became of messages that went: arrived, to be sent again, or failed (USE-06)."""

from datetime import datetime, timedelta

from django.db import transaction

from caseload.actions import contacts
from ccis.audit import trail
from ccis.calendar.words import local_date
from ccis.calendar.working_days import BankHolidaysNotKnown, add_working_days
from optout.actions import sent
from optout.outbox import rules
from optout.outbox.models import Outgoing, State
from optout.outbox.notify import Known, Service

ASKED_FOR = timedelta(days=7)
"""So long the service can say what became of a message."""


def ask(service: Service, *, at: datetime) -> int:
    """Ask the service what became of messages; says of how many it knew something new."""
    recent = Outgoing.objects.filter(state=State.SENT, sent_at__gt=at - ASKED_FOR)
    waiting = dict(recent.exclude(service_id="").values_list("service_id", "pk"))
    count = 0
    if not waiting:
        return count
    for known in service.statuses():
        pk = waiting.pop(known.id, None)
        if pk is not None:
            count += note(pk, known, at=at)
        if not waiting:
            break
    return count


@transaction.atomic
def note(pk: int, known: Known, *, at: datetime) -> bool:
    """Note what the service says of one message; says whether anything follows from it."""
    locked = Outgoing.objects.select_for_update(of=("self",))
    one = locked.select_related("authority", "person", "message", "contact_point").get(pk=pk)
    became = rules.BECAME.get(known.status, rules.Became.UNDER_WAY)
    if one.state != State.SENT or one.service_id != known.id:
        return False
    following = rules.follows(became, deliveries=one.deliveries)
    if following.arrived:
        end(one, State.DELIVERED, why="", at=at)
    elif following.failed:
        fail(one, following.failed, at=at, marks_contact=following.marks_contact)
    elif following.again:
        Outgoing.objects.filter(pk=one.pk).update(
            state=State.WAITING,
            why="It did not arrive. It is sent again",
            deliveries=one.deliveries + 1,
            tries=0,
            next_at=at + rules.NEXT_DELIVERY,
        )
    else:
        return False
    return True


@transaction.atomic
def fail(one: Outgoing, why: str, *, at: datetime, marks_contact: bool = False) -> None:
    """A message reached nobody: the request it answers is open again, the number or address is
    marked, and somebody is asked to find another way, once for the person.
    """
    end(one, State.FAILED, why=why, at=at)
    if one.message is not None:
        sent.did_not_arrive(one.message, at=at)
    if one.person is not None and one.contact_point is not None and marks_contact:
        today = local_date(at)
        try:
            due_on = add_working_days(today, 5)
        except BankHolidaysNotKnown:
            due_on = today + timedelta(days=7)
        contacts.mark_undelivered(
            person=one.person,
            kind=one.contact_point.kind,
            value=one.contact_point.value,
            on=today,
            due_on=due_on,
            at=at,
        )
    trail.record(
        "message did not arrive",
        by=None,
        at=at,
        authority=one.authority,
        subject=one.person or one,
        message=one.ref,
        told=one.by,
    )


@transaction.atomic
def stop(one: Outgoing, why: str, *, at: datetime) -> None:
    """A message does not go after all, by what the record says; the request that it answers is
    open again, unless somebody told them.
    """
    end(one, State.STOPPED, why=why, at=at)
    if one.message is not None and one.message.sent_by_id is None:
        sent.stopped(one.message, by=None, at=at)


def end(one: Outgoing, state: State, *, why: str, at: datetime) -> None:
    """Say where a message has ended."""
    one.state, one.why, one.ended_at = state, why, at
    one.save(update_fields=["state", "why", "ended_at"])
