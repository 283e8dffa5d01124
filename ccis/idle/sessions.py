"""What a session remembers of its person: since when, last seen when, and how it ended."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as PERSON
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import Signal
from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.govuk.progress import wants_json
from ccis.idle.rules import Ended, Limits, Span, ends_at, is_last, seconds_left

BEGAN, SEEN, ENDED, HELD = "idle-began", "idle-seen", "idle-ended", "idle-held"
NOT_NOTED_WITHIN = timedelta(seconds=15)
"""A request so soon after one that was noted is not noted: most pages then write nothing.

A session therefore ends at most so much early, and never late; what pages say of the end is
reckoned from what was noted, so that they agree with it.
"""
SESSION_ENDED = "session ended"

session_ends = Signal()
"""Sent with ``session`` and ``at`` just before a session that was left alone is emptied."""


def limits() -> Limits:
    """How long sessions last, from the settings."""
    return Limits(
        idle=timedelta(minutes=settings.CCIS_IDLE_MINUTES),
        longest=timedelta(hours=settings.CCIS_SESSION_HOURS),
    )


def person_of(session: SessionBase) -> int | None:
    """The id of whoever is signed in, without asking for the user."""
    person = session.get(PERSON)
    return None if person is None else int(person)


def is_by_itself(request: HttpRequest) -> bool:
    """Whether a page's script asks, as the progress of long work does, rather than a person."""
    return wants_json(request) and (request.method == "GET" or request.path == reverse("idle:end"))


def begin(session: SessionBase, *, at: datetime) -> None:
    """Someone signed in at a moment; nothing is known any more of whose session ended before."""
    session.pop(ENDED, None)
    session[BEGAN] = session[SEEN] = _seconds(at)


def note(session: SessionBase, *, at: datetime) -> None:
    """Their person asked for something at a moment."""
    if at - span_of(session, at=at).seen >= NOT_NOTED_WITHIN:
        session[SEEN] = _seconds(at)


def stay(session: SessionBase, *, at: datetime) -> None:
    """Their person asked to stay signed in."""
    session[SEEN] = _seconds(at)


def span_of(session: SessionBase, *, at: datetime) -> Span:
    """Since when and seen when; a session from before this was kept begins now."""
    if BEGAN not in session or SEEN not in session:
        begin(session, at=at)
    return Span(began=_moment(session[BEGAN]), seen=_moment(session[SEEN]))


@dataclass(frozen=True)
class SessionTime:
    """What a page says of its session's end."""

    ends_at: datetime
    left: int
    """Seconds, when the page was drawn."""
    warning: int
    """Seconds before the end at which to ask whether someone is still there."""
    is_last: bool
    """Staying cannot put this end off."""
    minutes: int
    hours: int
    kept: int
    """Minutes that what was typed is kept."""


def time_of(session: SessionBase, *, at: datetime) -> SessionTime:
    """When the session of a page that is drawn at a moment ends."""
    span, within = span_of(session, at=at), limits()
    return SessionTime(
        ends_at=ends_at(span, within),
        left=seconds_left(span, within, at=at),
        warning=settings.CCIS_IDLE_WARNING_MINUTES * 60,
        is_last=is_last(span, within),
        minutes=settings.CCIS_IDLE_MINUTES,
        hours=settings.CCIS_SESSION_HOURS,
        kept=settings.CCIS_KEPT_MINUTES,
    )


@dataclass(frozen=True)
class EndedSession:
    """A session that is over: whose it was, why it ended, and until when something is kept."""

    person: int
    why: Ended
    kept_until: datetime | None = None


def end(request: HttpRequest, why: Ended, *, at: datetime) -> EndedSession:
    """End the session, keeping of it only whose it was, so that a late form finds them."""
    session = request.session
    person = person_of(session)
    if person is None:
        raise ValueError("Nobody is signed in")
    session_ends.send(sender=end, session=session, at=at)
    session.flush()
    ended = EndedSession(person, why)
    _remember(session, ended)
    user = User.objects.get(pk=person)
    trail.record(
        SESSION_ENDED, by=user, at=at, authority=None, subject=user, after=why.value
    )  # fmt: skip
    return ended


def ended_of(session: SessionBase) -> EndedSession | None:
    """How the session before this one ended, until someone signs in."""
    told: dict[str, Any] | None = session.get(ENDED)
    if told is None:
        return None
    until = parse_datetime(told["until"]) if told["until"] else None
    return EndedSession(int(told["person"]), Ended(told["why"]), until)


def something_is_kept(session: SessionBase, ended: EndedSession, *, until: datetime) -> None:
    """Remember for the page that says so that something was kept, and until when."""
    _remember(session, EndedSession(ended.person, ended.why, until))


def _remember(session: SessionBase, ended: EndedSession) -> None:
    session[ENDED] = {
        "person": ended.person,
        "why": ended.why.value,
        "until": ended.kept_until.isoformat() if ended.kept_until else "",
    }


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
