"""Writing what is to go out, stopping it, and what people say about promotional messages."""

import secrets
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from caseload.actions import facts
from caseload.models import ContactPoint, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.models import Change
from ccis.calendar.words import local_date
from optout.actions import sent
from optout.errors import CannotDo
from optout.models import Message
from optout.outbox import rules
from optout.outbox.models import UNSENT, MessageChoice, Outgoing, State
from optout.outbox.queries import usable_points

PERSON = "caseload.youngperson"
KIND = {Outgoing.By.TEXT: ContactPoint.Kind.MOBILE, Outgoing.By.EMAIL: ContactPoint.Kind.EMAIL}
SENT_BY = (Outgoing.By.TEXT, Outgoing.By.EMAIL)


def new_key() -> str:
    """What opens the page that stops promotional messages: nobody guesses it."""
    return secrets.token_urlsafe(32)


def write(rows: Iterable[Outgoing]) -> list[Outgoing]:
    """Put messages into the outbox as one set; each waits its two minutes from when it is made."""
    made = list(rows)
    for row in made:
        row.next_at = row.made_at + rules.WAITS
        if row.kind == rules.PROMOTIONAL:
            row.stop_key = new_key()
    return Outgoing.objects.bulk_create(made)


@transaction.atomic
def take_up_answers(*, at: datetime) -> int:
    """Put acknowledgements and answers that go by text or email into the outbox; says how many.

    Where nothing is said of the number or address, it is the person's own on record.
    """
    waiting = (
        Message.objects.to_send()
        .filter(by__in=SENT_BY, outgoing=None)
        .select_related("request__authority")
        .order_by("pk")
    )
    messages = list(waiting[:500])
    people = {one.request.person_id for one in messages if not one.to and one.request.person_id}
    points = usable_points(people, local_date(at))
    rows = []
    for one in messages:
        asked = one.request
        point = None
        if not one.to and asked.person_id:
            point = points.get(asked.person_id, {}).get(KIND[Outgoing.By(one.by)])
        rows.append(
            Outgoing(
                authority=asked.authority,
                person_id=asked.person_id,
                message=one,
                by=one.by,
                contact_point=point,
                to=one.to or (point.value if point else ""),
                subject=f"{one.get_kind_display()} from {asked.authority.title}",
                words=one.words,
                made_at=one.made_at,
                made_by=one.made_by,
            )
        )
    write(rows)
    return len(rows)


# -- stopping --------------------------------------------------------------------------------------


@transaction.atomic
def stop(outgoing: Outgoing, *, by: User, at: datetime) -> None:
    """Stop a message that has not gone. Raises ``CannotDo`` when it has, or is being sent."""
    locked = Outgoing.objects.select_for_update(of=("self",)).get(pk=outgoing.pk)
    if locked.state != State.WAITING:
        raise CannotDo("This has gone already, or was stopped before")
    _stop([locked.pk], why="Stopped by an officer", at=at, stopped_by=by)
    if locked.message is not None and locked.message.sent_by_id is None:
        sent.stopped(locked.message, by=by, at=at)
    trail.record(
        "message stopped",
        by=by,
        at=at,
        authority=locked.authority,
        subject=locked.person or locked,
        message=locked.ref,
    )


def stop_for_death(
    *, people: Collection[int], by: User | None, at: datetime, change: Change, **_: Any
) -> None:
    """Stop all that is unsent to people who have died, in the transaction that records it."""
    unsent = Outgoing.objects.filter(person__in=people, state__in=UNSENT)
    locked = unsent.select_for_update(of=("self",)).select_related("message__request")
    stopped = [(one.pk, one.person_id) for one in locked if not one.is_to_somebody_else]
    if not stopped:
        return
    _stop([pk for pk, _ in stopped], why="They have died", at=at)
    trail.record_many(
        "message stopped",
        sorted({person for _, person in stopped if person}),
        kind=PERSON,
        by=by,
        at=at,
        authority=change.authority,
        change=change,
    )


def _stop(ids: Collection[int], *, why: str, at: datetime, stopped_by: User | None = None) -> None:
    Outgoing.objects.filter(pk__in=ids).update(
        state=State.STOPPED, why=why, ended_at=at, stopped_by=stopped_by
    )


# -- promotional messages: yes and no --------------------------------------------------------------


@transaction.atomic
def say(
    *,
    person: YoungPerson,
    agrees: bool,
    said_on: date,
    channel: str,
    source: str = "",
    by: User | None,
    at: datetime,
) -> MessageChoice:
    """Record that someone agreed to promotional messages, or stopped them (LAW-06).

    A no stops what waits. Raises ``CannotDo`` for a day that is yet to come.
    """
    if said_on > local_date(at):
        raise CannotDo("The day must be today or in the past", field="said_on")
    change = open_change(
        authority=person.lead_authority, by=by, why="said about messages", at=at, source=source
    )
    facts.lock(person)
    made = MessageChoice.objects.create(
        person=person,
        agrees=agrees,
        said_on=said_on,
        channel=channel,
        source=source,
        recorded=change,
    )
    if not agrees:
        waiting = Outgoing.objects.filter(
            person=person, kind=rules.PROMOTIONAL, state=State.WAITING
        )
        _stop(
            list(waiting.values_list("pk", flat=True)),
            why="They do not want such messages",
            at=at,
        )
    trail.record(
        "promotional messages agreed" if agrees else "promotional messages stopped",
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        channel=channel,
    )
    return made
