"""Requests: received, entered for someone, matched by an officer, done and answered (LC-03…06)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout import rules
from optout.actions import acknowledging, choices
from optout.actions.closing import close as _close
from optout.actions.proposing import announce, propose
from optout.errors import CannotDo
from optout.models import Channel, Correction, Message, Request, Statement
from optout.queries import goes_by_itself
from optout.signals import reviews_asked
from providers.models import Provider

ABOUT_SHARING = {
    Request.Kind.OPT_OUT: Statement.Says.NO,
    Request.Kind.SHARE: Statement.Says.YES,
}
"""Requests that are done by recording what was said."""

AT_ONCE = acknowledging.AT_ONCE


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asked, and whom they say it is about."""

    kind: str
    said: Mapping[str, Any]
    given: str = ""
    family: str = ""
    date_of_birth: date | None = None
    postcode: str = ""
    speaker: str = Request.Speaker.OWN
    speaker_name: str = ""
    proof: str = ""
    lacks_capacity: bool = False
    identity: list[str] = field(default_factory=list)
    answer_by: str = Request.Answer.LETTER
    answer_to: str = ""

    def columns(self) -> dict[str, Any]:
        """The same, as columns of a request."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@transaction.atomic
def receive(
    asked: Asked,
    *,
    authority: Authority,
    person: YoungPerson | None,
    sent_key: str,
    words: str,
    at: datetime,
) -> Request:
    """Take in what the public form sent; with the person's own code, do it at once where we can.

    ``person`` is whose code opened the form. ``words`` is what the page then says, kept as the
    acknowledgement. One ``sent_key`` makes one request, however often it is sent.
    """
    try:
        with transaction.atomic():
            request = _create(
                asked,
                authority=authority,
                channel=Channel.WEB,
                received_at=at,
                person=person,
                by_code=person is not None,
                sent_key=sent_key,
            )
    except IntegrityError:
        return Request.objects.get(sent_key=sent_key)
    _leave_line(request, "request received", by=None, at=at)
    Message.objects.create(
        request=request,
        kind=Message.Kind.ACKNOWLEDGEMENT,
        by=Message.By.SCREEN,
        words=words,
        made_at=at,
        sent_at=at,
    )
    if person is not None and asked.kind in ABOUT_SHARING:
        _record_choice(request, person=person, by=None, at=at)
        _close(request, outcome=Request.Outcome.DONE, by=None, at=at)
    propose(request, at=at)
    _announce_review(request, at=at)
    return request


@transaction.atomic
def enter(
    asked: Asked,
    *,
    authority: Authority,
    channel: str,
    received_at: datetime,
    by: User,
    at: datetime,
    sending: str = "",
    words: Callable[[Request], str] | None = None,
    acknowledge_to: str = "",
) -> Request:
    """Enter what someone told an officer, by phone, email, post or in person.

    ``sending`` names the form: sent twice with the same answers it makes one request, and with
    others another. ``words`` are those of the acknowledgement, which goes the way they came, to
    ``acknowledge_to`` or to where they want the answer.
    """
    try:
        with transaction.atomic():
            request = _create(
                asked,
                authority=authority,
                channel=channel,
                received_at=received_at,
                entered_by=by,
                sent_key=key_of(sending, asked),
            )
    except IntegrityError:
        if not sending:
            raise
        return Request.objects.get(sent_key=key_of(sending, asked))
    _leave_line(request, "request entered", by=by, at=at, identity=len(asked.identity))
    if words is not None:
        acknowledging.acknowledge(request, words=words(request), to=acknowledge_to, by=by, at=at)
    return request


def key_of(sending: str, asked: Asked) -> str | None:
    """Names one sending of an officer's form; ``None`` for what came by no form."""
    if not sending:
        return None
    said = json.dumps(asked.columns(), sort_keys=True, default=str)
    return hashlib.sha256(f"optout.entering {sending} {said}".encode()).hexdigest()


@transaction.atomic
def match(
    request: Request,
    *,
    person: YoungPerson,
    by: User,
    at: datetime,
    instead_of: int | None = None,
) -> None:
    """Say whom a request is about; an opt-out takes effect with that.

    Decided otherwise before, what was recorded of the other person is taken out. ``instead_of`` is
    the id of whom the officer saw named. Raises ``CannotDo`` when the person's own code said who it
    is, when an answer is written, when a colleague named someone meanwhile, or when sharing is to
    begin again for someone whose identity was not shown.
    """
    request = _lock(request)
    if request.by_code:
        raise CannotDo("They used their own code, so we know who it is")
    if request.outcome or request.state == Request.State.ANSWERED:
        raise CannotDo("This is answered already")
    if request.person_id == person.pk:
        return
    if request.person_id != instead_of:
        who = request.matched_by.name if request.matched_by else "A colleague"
        raise CannotDo(f"{who} said meanwhile who this is. Look again before you change it")
    if Correction.objects.decided().filter(request=request).exists():
        raise CannotDo("The record is put right already. Correct it there")
    if request.kind == Request.Kind.SHARE and not is_identity_shown(request):
        raise CannotDo(
            "Nobody checked who this is, so sharing may not begin again. Call them, and take a "
            "request with the name, date of birth and address that they tell you"
        )
    before = request.statements.filter(superseded=None, person=request.person_id)
    for statement in before.select_related("person__lead_authority"):
        choices.take_out(statement, by=by, at=at, why="it was about someone else")
    request.person, request.matched_by, request.matched_at = person, by, at
    if request.state == Request.State.NEW:
        request.state = Request.State.IN_HAND
    request.save(update_fields=["person", "matched_by", "matched_at", "state"])
    _leave_line(request, "request matched", by=by, at=at)
    if request.kind in ABOUT_SHARING:
        _record_choice(request, person=person, by=by, at=at)
    meant = set(Correction.objects.filter(request=request).values_list("part", flat=True))
    propose(request, at=at)
    if instead_of is not None:
        announce(request, meant, at=at, person=instead_of)
    _announce_review(request, at=at)


def is_identity_shown(request: Request) -> bool:
    """Whether name, date of birth and address agreed when the caller was asked (PIA-19).

    Nothing of the sort is asked of someone who only says no.
    """
    return {"name", "born", "address"} <= set(request.identity)


@transaction.atomic
def answer(
    request: Request,
    *,
    outcome: str,
    words: str,
    answered_by: str,
    to: str,
    by: User,
    at: datetime,
) -> Message:
    """Tell the person what was done; what must be sent first keeps the request open.

    ``answered_by`` is one of ``Message.By``. Raises ``CannotDo`` when it is answered, or when
    something is said to be done for nobody.
    """
    request = _lock(request)
    if request.outcome or request.state == Request.State.ANSWERED:
        raise CannotDo("This is answered already")
    if outcome == Request.Outcome.NOBODY and request.person_id is not None:
        raise CannotDo("You said who this is. Choose another answer", field="outcome")
    if request.kind in ABOUT_SHARING and request.person_id is not None:
        outcome = Request.Outcome.DONE
    elif outcome == Request.Outcome.DONE and needs_person(request) and request.person_id is None:
        raise CannotDo("Say first who this is", field="outcome")
    _refuse_undecided(request, told_by=answered_by, to=to)
    acknowledging.check_words(request, told_by=answered_by, to=to, words=words, is_outcome=True)
    is_told = answered_by in AT_ONCE
    message = Message.objects.create(
        request=request,
        kind=Message.Kind.ANSWER,
        by=answered_by,
        to=to,
        words=words,
        made_at=at,
        made_by=by,
        sent_at=at if is_told else None,
        sent_by=by if is_told else None,
    )
    if is_told:
        _close(request, outcome=outcome, by=by, at=at)
    else:
        request.state, request.outcome = Request.State.IN_HAND, outcome
        request.save(update_fields=["state", "outcome"])
    _leave_line(request, "request answered", by=by, at=at, outcome=outcome, told=answered_by)
    return message


def _refuse_undecided(request: Request, *, told_by: str, to: str) -> None:
    """Refuse an answer while the change it asks for is not decided, and a letter to an address
    of which somebody says that the young person is not there.
    """
    open_ones = Correction.objects.to_decide()
    if open_ones.filter(request=request).exists():
        raise CannotDo("Decide first what becomes of the record")
    not_theirs = open_ones.says_not_theirs().filter(request__person=request.person_id)
    if told_by == Message.By.LETTER and not to and request.person_id and not_theirs.exists():
        raise CannotDo(
            "Someone says that letters to their address are not for them. Decide that first, or "
            "tell them another way",
            field="told_by",
        )


@transaction.atomic
def close(request: Request, *, outcome: str, by: User, at: datetime) -> None:
    """Close a request of which there is nobody to tell."""
    request = _lock(request)
    _close(request, outcome=outcome, by=by, at=at)
    _leave_line(request, "request answered", by=by, at=at, outcome=outcome, told="nobody")


@transaction.atomic
def mark_sent(request: Request, *, by: User, at: datetime) -> None:
    """Say that what an officer was to send has gone, which closes a request whose answer it was.

    What the sending service still sends is left to it. Nothing happens when it had gone already.
    """
    request = _lock(request)
    waiting = request.messages.to_send().select_related("outgoing")
    went = [one for one in waiting if not goes_by_itself(one)]
    unsent = Message.objects.filter(pk__in=[one.pk for one in went], sent_at=None)
    if not unsent.update(sent_at=at, sent_by=by):
        return
    if request.outcome and any(one.kind == Message.Kind.ANSWER for one in went):
        _close(request, outcome=request.outcome, by=by, at=at)
    else:
        acknowledging.set_clock(request)
    _leave_line(request, "answer sent", by=by, at=at)


def needs_person(request: Request) -> bool:
    """Whether it can be done only for someone whom we hold; a complaint may be about anything."""
    return request.kind not in (Request.Kind.COMPLAINT, Request.Kind.HELP)


# -- parts -----------------------------------------------------------------------------------------


def _create(
    asked: Asked, *, authority: Authority, received_at: datetime, **columns: Any
) -> Request:
    return Request.objects.create(
        authority=authority,
        received_at=received_at,
        due_on=rules.due_on(asked.kind, local_date(received_at)),
        **asked.columns(),
        **columns,
    )


def _announce_review(request: Request, *, at: datetime) -> None:
    """Say that somebody asked for a person to look again at what was decided (LAW-05)."""
    if request.kind == Request.Kind.REVIEW and request.person_id is not None:
        people = frozenset({request.person_id})
        reviews_asked.send(sender=Request, people=people, at=at)


def _lock(request: Request) -> Request:
    return Request.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _record_choice(request: Request, *, person: YoungPerson, by: User | None, at: datetime) -> None:
    refs = request.said.get("providers")
    choices.record(
        person=person,
        says=ABOUT_SHARING[Request.Kind(request.kind)],
        providers=None if refs is None else Provider.objects.filter(ref__in=refs),
        said_on=local_date(request.received_at),
        said_by=request.speaker,
        channel=request.channel,
        source=request.speaker_name,
        request=request,
        lacks_capacity=request.lacks_capacity,
        by=by,
        at=at,
    )


def _leave_line(
    request: Request, verb: str, *, by: User | None, at: datetime, **details: Any
) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=request.authority,
        subject=request.person or request,
        request=request.ref,
        kind=request.kind,
        channel=request.channel,
        **details,
    )
