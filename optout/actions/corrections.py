"""Corrections decided: the record put right with the request as source, and answered (LC-05).

What is written is written by the actions of the record itself. All of a decision is one
transaction: the fact, the answer, whoever is to be told that it was wrong, and the trail.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from caseload.actions import activities, details
from caseload.actions.wrong import came_by_file, note_wrong
from caseload.errors import ChangedMeanwhile
from caseload.models import ContactPoint, Fact, FoundWrong, YoungPerson
from ccis.access.references import show_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date, moment_in_words
from optout import proposals
from optout.actions import codes, requests
from optout.actions.proposing import announce
from optout.errors import CannotDo
from optout.held import OF_SLUG, Held, changed_since, held_by
from optout.models import Correction, Message, Request
from optout.signals import corrections_made

CHANGED = "The record changed while you had this open. Look at it again before you decide."
WRONG_FOR_SENDER = "The young person says that this is wrong. Our record is put right."


class How(StrEnum):
    """What became of the fact that a correction is about."""

    WRONG = "wrong"
    """It was never so: put right from its beginning."""
    CHANGED = "changed"
    """It was so until now: the new one holds from a day on."""
    LEFT = "left"
    """It was so until a day, and nothing is known to take its place."""
    SAME = "same"
    """It is so, as the record says: seen again, which is not a change of what they do."""
    NEVER = "never"
    """It was never so, and nothing is known to take its place."""


@dataclass(frozen=True, kw_only=True)
class PutRight:
    """What the record is to say. ``values`` are fields of the part's model.

    ``as_asked`` is whether that is just what was asked. ``seen`` is ``Held.seen`` of the page on
    which it was decided.
    """

    how: How
    seen: int
    started_on: date | None = None
    ended_on: date | None = None
    verified_on: date | None = None
    values: dict[str, Any] = field(default_factory=dict)
    as_asked: bool = False


@dataclass(frozen=True, kw_only=True)
class Tell:
    """How whoever asked hears of it: ``by`` is one of ``Message.By``, ``to`` empty as on record."""

    words: str
    by: str
    to: str = ""


@transaction.atomic
def point_at(
    correction: Correction, *, part: str, fact: Fact | None, by: User, at: datetime
) -> None:
    """Say which part of the record is meant, and which fact of it; ``None`` adds one."""
    correction = _take(correction)
    before = correction.part
    correction.part, correction.version = OF_SLUG[part].slug, fact.pk if fact else None
    correction.save(update_fields=["part", "version"])
    _leave_line(correction, "correction pointed", by=by, at=at)
    announce(correction.request, {before, correction.part}, at=at)


@transaction.atomic
def accept(
    correction: Correction, *, put_right: PutRight, tell: Tell | None, by: User, at: datetime
) -> Message | None:
    """Put the record right and answer. Returns the answer, if there is somebody to tell.

    Raises ``CannotDo`` when it is decided already or cannot be told so, ``ChangedMeanwhile`` when
    this part of the record was written since the page was shown, and ``CannotRecord`` when it
    does not fit what else the record says. Then nothing at all was done.
    """
    correction = _take(correction)
    held = held_by(correction, local_date(at))
    if held.part is None:
        raise CannotDo("Say first which part of the record it is about")
    if held.seen != put_right.seen:
        raise ChangedMeanwhile(CHANGED)
    person = _person(correction)
    changes = _write(correction, held, put_right, by=by, at=at)
    if changed_since(person, held.part.model, held.seen, but=frozenset(changes)):
        raise ChangedMeanwhile(CHANGED)
    done = Correction.State
    _decide(
        correction,
        done.ACCEPTED if put_right.as_asked else done.CHANGED,
        version=held.fact.pk if held.fact else None,
        change_id=changes[-1],
        by=by,
        at=at,
    )
    _note_for_senders(held, put_right, by=by, at=at)
    if proposals.is_not_theirs(correction.request.kind, correction.request.said):
        codes.end_all(person, by=by, at=at)
    message = _answer(correction, Request.Outcome.DONE, tell, by=by, at=at)
    corrections_made.send(
        sender=Correction,
        corrections=frozenset({correction.pk}),
        people=frozenset({person.pk}),
        change=correction.change,
        by=by,
        at=at,
    )
    return message


@transaction.atomic
def decline(
    correction: Correction, *, reason: str, tell: Tell | None, by: User, at: datetime
) -> Message | None:
    """Leave the record as it is, and tell why. Raises ``CannotDo`` when it is decided already."""
    if not reason.strip():
        raise CannotDo("Say why it is not done. They read it", field="reason")
    correction = _take(correction)
    _decide(correction, Correction.State.DECLINED, reason=reason, by=by, at=at)
    return _answer(correction, Request.Outcome.DECLINED, tell, by=by, at=at)


# -- parts -----------------------------------------------------------------------------------------


def _take(correction: Correction) -> Correction:
    """The correction, its request locked, as nobody else decides it meanwhile."""
    Request.objects.select_for_update(of=("self",)).get(pk=correction.request_id)
    held = Correction.objects.select_related(
        "request__person__lead_authority", "request__authority", "decided_by"
    ).get(pk=correction.pk)
    if held.decided_at is not None and held.decided_by is not None:
        raise CannotDo(f"{held.decided_by.name} decided this on {moment_in_words(held.decided_at)}")
    if held.request.outcome or held.request.state == Request.State.ANSWERED:
        raise CannotDo("This is answered already")
    return held


def _person(correction: Correction) -> YoungPerson:
    person = correction.request.person
    if person is None:
        raise CannotDo("Say first who this is")
    return person


def source_of(request: Request) -> str:
    """Who told us, as the record says it: ``the young person, request 7F3K-Q29M``."""
    who = request.get_speaker_display()
    return f"{who[0].lower()}{who[1:]}, request {show_reference(request.ref)}"


def _write(
    correction: Correction, held: Held, put_right: PutRight, *, by: User, at: datetime
) -> list[int]:
    """Write it by the record's own actions; gives the numbers of the changes, the fact's last."""
    common: dict[str, Any] = {"by": by, "at": at, "source": source_of(correction.request)}
    fact = held.fact
    if put_right.how is How.CHANGED or fact is None:
        return _begin(correction, held, put_right, common)
    if put_right.how is How.SAME:
        return [_confirm(correction, fact, put_right, common)]
    if put_right.how is How.LEFT:
        assert put_right.ended_on is not None  # noqa: S101 - the form asks for it
        return [details.end(fact, on=put_right.ended_on, **common).recorded_id]
    if put_right.how is How.NEVER:
        details.take_out(fact, **common)
        fact.refresh_from_db(fields=["superseded"])
        return [fact.superseded_id]
    days: dict[str, Any] = {
        "started_on": put_right.started_on or fact.starts_on,
        "ended_on": put_right.ended_on,
    }
    if correction.part == proposals.ACTIVITIES:
        said_on = local_date(correction.request.received_at)
        corrected = activities.correct(
            activity=fact, **days, **common, **put_right.values, ascertained_on=said_on
        )
        return [corrected.recorded_id]
    return [details.correct(fact, **days, **common, **put_right.values).recorded_id]


def _begin(
    correction: Correction, held: Held, put_right: PutRight, common: dict[str, Any]
) -> list[int]:
    """Something new from a day on; what it takes the place of ends the day before."""
    assert held.part is not None  # noqa: S101
    assert put_right.started_on is not None  # noqa: S101 - the form asks for it
    days: dict[str, Any] = {
        "started_on": put_right.started_on,
        "ended_on": put_right.ended_on,
    }
    person, fact = _person(correction), held.fact
    if correction.part == proposals.ACTIVITIES:
        made: Fact = activities.record(
            person=person,
            verified_on=put_right.verified_on,
            ascertained_on=local_date(correction.request.received_at),
            **days,
            **common,
            **put_right.values,
        )
        return [made.recorded_id]
    changes = []
    if isinstance(fact, ContactPoint) and fact.ends_on is None:
        changes.append(_replace(fact, put_right, common))
    return [
        *changes,
        details.add(
            held.part.model, person=person, **days, **common, **put_right.values
        ).recorded_id,
    ]


def _confirm(correction: Correction, fact: Any, put_right: PutRight, common: dict[str, Any]) -> int:
    """Their own word that they still do what the record says."""
    seen_on = put_right.verified_on or local_date(correction.request.received_at)
    return activities.confirm(activity=fact, verified_on=seen_on, **common).recorded_id


def _replace(fact: ContactPoint, put_right: PutRight, common: dict[str, Any]) -> int:
    """End a number that another takes the place of: several may hold beside each other."""
    assert put_right.started_on is not None  # noqa: S101
    day_before = date.fromordinal(put_right.started_on.toordinal() - 1)
    return details.end(fact, on=day_before, **common).recorded_id


def _note_for_senders(held: Held, put_right: PutRight, *, by: User, at: datetime) -> None:
    """Note for the sender of each file that told it wrong, on the page of the file (LA-10)."""
    if put_right.how is How.SAME:
        return
    noted = set()
    for version in held.same:
        outdated = put_right.how in (How.CHANGED, How.LEFT)
        since = put_right.started_on if put_right.how is How.CHANGED else put_right.ended_on
        was_right = outdated and since and local_date(version.recorded.at) < since
        ref = version.recorded.file_ref
        if not came_by_file(version) or was_right or ref in noted:
            continue
        noted.add(ref)
        assert held.part is not None  # noqa: S101
        known = FoundWrong.objects.filter(
            person=version.person_id, came_by=version.recorded_id, what=held.part.one
        )
        if not known.exists():
            note_wrong(fact=version, what=held.part.one, words=WRONG_FOR_SENDER, by=by, at=at)


def _decide(
    correction: Correction, state: Correction.State, *, by: User, at: datetime, **columns: Any
) -> None:
    correction.state, correction.decided_by, correction.decided_at = state, by, at
    for name, value in columns.items():
        setattr(correction, name, value)
    written = [name.removesuffix("_id") for name in columns]
    correction.save(update_fields=["state", "decided_by", "decided_at", *written])
    _leave_line(correction, f"correction {state.value}", by=by, at=at, change=correction.change)
    announce(correction.request, {correction.part}, at=at)


def _answer(
    correction: Correction, outcome: str, tell: Tell | None, *, by: User, at: datetime
) -> Message | None:
    request = correction.request
    if tell is not None:
        return requests.answer(
            request,
            outcome=outcome,
            words=tell.words,
            answered_by=tell.by,
            to=tell.to,
            by=by,
            at=at,
        )
    if not proposals.is_not_theirs(request.kind, request.said):
        raise CannotDo("Say how they hear of it", field="told_by")
    requests.close(request, outcome=outcome, by=by, at=at)
    return None


def _leave_line(
    correction: Correction, verb: str, *, by: User, at: datetime, **details_of_it: Any
) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=correction.request.authority,
        subject=_person(correction),
        request=correction.request.ref,
        correction=correction.ref,
        part=correction.part,
        **details_of_it,
    )
