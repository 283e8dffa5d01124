"""When a session ends: no database, no clock, no request (PIA-13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    DAY = "day"


@dataclass(frozen=True)
class Limits:
    """How long a session lasts without its person, and at most."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True)
class Span:
    """When someone signed in, and when they last asked for something themselves."""

    began: datetime
    seen: datetime


def ends_at(span: Span, limits: Limits) -> datetime:
    """The moment at which the session ends if its person does nothing more."""
    return min(span.seen + limits.idle, span.began + limits.longest)


def is_last(span: Span, limits: Limits) -> bool:
    """Whether staying cannot put the end off any more."""
    return span.began + limits.longest <= span.seen + limits.idle


def why_ended(span: Span, limits: Limits, *, at: datetime) -> Ended | None:
    """Why the session is over at a moment; ``None`` while it lasts. The end itself is over."""
    if at < ends_at(span, limits):
        return None
    return Ended.DAY if at >= span.began + limits.longest else Ended.IDLE


def seconds_left(span: Span, limits: Limits, *, at: datetime) -> int:
    """Whole seconds until the end; 0 when it is over."""
    return max(0, int((ends_at(span, limits) - at).total_seconds()))


_NEVER_KEPT = ("password", "passphrase", "passcode", "otp", "token", "secret", "credential")


def may_be_kept(name: str) -> bool:
    """Whether what was typed in a field of this name may be kept: never passwords or tokens.

    Codes of signing in are asked for on pages of which nothing is kept at all.
    """
    return not any(word in name.lower() for word in _NEVER_KEPT)
