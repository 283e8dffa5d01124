"""Sending what is due: one sender at a time, each message claimed before it goes.

A message that was claimed and of which nothing more is known (the worker was killed, the line
went dead) is asked for at the service by its reference, and is sent only when it is not there.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from caseload.models import RestrictionLevel
from caseload.queries.choices import contact_withheld
from ccis.audit import trail
from ccis.calendar.words import local_date
from optout.actions import sent
from optout.outbox import rules
from optout.outbox.actions import outcomes, writing
from optout.outbox.models import Outgoing, State
from optout.outbox.notify import CannotSend, Sending, Service
from optout.outbox.queries import agreed_to_promotional, is_sealed_since, still_reaches
from optout.queries import objecting

Clock = Callable[[], datetime]

LOCK_CLASS = 71_014
"""The advisory lock of the one who sends; what goes and what is asked each have their key."""

AT_ONCE = 1_000
"""Messages of one run; the next minute takes up the rest."""

UNKNOWN_FOR = timedelta(minutes=2)
"""So long after it was claimed a message is asked for: longer than the service may take."""

NO_SERVICE = "No sending service is set up here"

FillIn = Callable[[Collection[int]], dict[int, str]]
"""The personal code of each of some messages, by id, where one is still kept."""

_codes: dict[str, FillIn] = {}

CODE = "{code}"


def register_codes(name: str, fill_in: FillIn) -> None:
    """Say which codes messages hold: for the app that keeps them sealed."""
    _codes[name] = fill_in


def send_due(*, service: Service | None, now: Clock) -> int:
    """Send what is due, once; says how many went. Does nothing while another is at it."""
    with alone(1) as ours:
        if not ours:
            return 0
        writing.take_up_answers(at=now())
        if service is None:
            return _keep(now())
        if not _find_again(service, now):
            return 0
        return _send(service, now)


def _keep(at: datetime) -> int:
    """Without a service nothing leaves: what would have gone stays here to be looked at."""
    due = Outgoing.objects.filter(state=State.WAITING, next_at__lte=at)
    due.update(state=State.KEPT, why=NO_SERVICE, ended_at=at)
    return 0


def _find_again(service: Service, now: Clock) -> bool:
    """Ask for those claimed of which nothing is known; says whether the service can be asked."""
    lost = Outgoing.objects.filter(state=State.SENDING, claimed_at__lte=now() - UNKNOWN_FOR)
    for one in lost.select_related("authority", "person", "message").order_by("pk"):
        try:
            known = service.find(one.reference)
        except CannotSend:
            return False
        if known is not None:
            _sent(one, known.id, now())
        else:
            _again(one, "The sending service cannot be reached", now())
    return True


def _send(service: Service, now: Clock) -> int:
    due = Outgoing.objects.filter(state=State.WAITING, next_at__lte=now()).order_by("next_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    count = 0
    for start in range(0, len(ids), 100):
        some = ids[start : start + 100]
        codes = {pk: code for fill in _codes.values() for pk, code in fill(some).items()}
        for pk in some:
            one = _claim(pk, now())
            if one is None:
                continue
            try:
                service_id = service.send(_sending(one, codes))
            except CannotSend as error:
                if _refused(one, error, now()):
                    return count
            else:
                _sent(one, service_id, now())
                count += 1
    return count


@transaction.atomic
def _claim(pk: int, at: datetime) -> Outgoing | None:
    """Take a message to send; none when it was stopped, or must not go."""
    locked = Outgoing.objects.select_for_update(of=("self",), skip_locked=True)
    one = (
        locked.filter(pk=pk, state=State.WAITING)
        .select_related("authority", "person", "message__request", "contact_point")
        .first()
    )
    if one is None:
        return None
    why = _must_not_go(one, at)
    if why:
        outcomes.stop(one, why, at=at)
        return None
    if not one.to:
        outcomes.fail(one, "There is no number or address on record that works", at=at)
        return None
    one.state, one.claimed_at, one.tries = State.SENDING, at, one.tries + 1
    one.save(update_fields=["state", "claimed_at", "tries"])
    return one


def _must_not_go(one: Outgoing, at: datetime) -> str:
    """Why a message may not go after all, asked of the record as it is now."""
    person, on = one.person, local_date(at)
    if one.message is not None and one.message.sent_by_id is not None:
        return "Somebody told them already"
    if person is None:
        return ""
    if person.restriction_level == RestrictionLevel.DECEASED and not one.is_to_somebody_else:
        return "They have died"
    if is_sealed_since(one):
        return "An identity that it may name is sealed"
    is_as_on_record = one.message_id is None or one.contact_point_id is not None
    if is_as_on_record and contact_withheld([person.pk], on):
        return "They do not let us contact them"
    if not still_reaches(one, on):
        return "The number or address is not on their record any more, or does not work"
    if one.letter_id is not None and objecting([person.pk], None, on=on):
        return "They said no to sharing meanwhile"
    if one.kind == rules.PROMOTIONAL and not agreed_to_promotional([person.pk]):
        return "They do not want such messages"
    return ""


def _sending(one: Outgoing, codes: dict[int, str]) -> Sending:
    address = stop_address(one)
    words = one.words.replace(CODE, codes.get(one.pk, ""))
    return Sending(
        reference=one.reference,
        by=one.by,
        to=one.to,
        subject=one.subject,
        words=rules.with_way_to_stop(words, address),
        stop_address=address,
    )


def stop_address(one: Outgoing) -> str:
    """Where a promotional message is stopped; nothing of one of service."""
    return f"{one.site.rstrip('/')}/stop-messages/{one.stop_key}/" if one.stop_key else ""


@transaction.atomic
def _sent(one: Outgoing, service_id: str, at: datetime) -> None:
    Outgoing.objects.filter(pk=one.pk).update(
        state=State.SENT, service_id=service_id, sent_at=at, why=""
    )
    if one.message is not None:
        sent.gone(one.message, at=at)
    trail.record(
        "message sent",
        by=one.made_by,
        at=at,
        authority=one.authority,
        subject=one.person or one,
        message=one.ref,
        told=one.by,
    )


def _refused(one: Outgoing, error: CannotSend, at: datetime) -> bool:
    """Note why a message did not go; says whether nothing else goes either for now."""
    if error.unknown:
        return True  # it may have been taken: it is asked for by its reference before it is sent
    if error.later:
        _again(one, error.why, at)
        return True
    outcomes.fail(one, error.why, at=at, marks_contact=error.no_such)
    return False


@transaction.atomic
def _again(one: Outgoing, why: str, at: datetime) -> None:
    """Try later, or give up after the last try."""
    if one.tries >= rules.MOST_TRIES:
        outcomes.fail(one, why, at=at)
        return
    Outgoing.objects.filter(pk=one.pk, state=State.SENDING).update(
        state=State.WAITING, why=why, next_at=at + rules.next_try(one.tries)
    )


@contextmanager
def alone(key: int) -> Iterator[bool]:
    """Hold the lock of sending, or of asking; says whether we got it. It goes with the
    connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, key])
        (got,) = cursor.fetchone()
    try:
        yield bool(got)
    finally:
        if got and connection.connection is not None and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, key])
