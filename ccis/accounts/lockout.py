"""Too many wrong passwords or codes for one address close it for a while, whoever types them.

Passwords and codes are counted apart (PIA-13): a new password by email opens what wrong passwords
closed, and gives whoever reads the mailbox no more tries at the codes.

Counted in the shared cache by a keyed digest of the address, so that every web process sees one
count and the cache says nothing about whom. An address without an account is treated alike.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac


class Tried(StrEnum):
    """What was wrong."""

    PASSWORD = "password"  # noqa: S105 - the word, not one
    CODE = "code"


def locked_until(email: str, *, at: datetime) -> datetime | None:
    """Until when nobody can sign in with this address; ``None`` when it is open."""
    found = cache.get_many([_key("closed", email, tried) for tried in Tried])
    if not found:
        return None
    until = datetime.fromtimestamp(max(found.values()), tz=UTC)
    return until if until > at else None


def count_failure(email: str, *, at: datetime, tried: Tried = Tried.PASSWORD) -> datetime | None:
    """Count a wrong one; return until when the address is closed if this was one too many."""
    counted = _key("failures", email, tried)
    within = settings.SIGN_IN_FAILURES_WITHIN_MINUTES * 60
    cache.add(counted, 0, within)  # the minutes run from the first failure
    try:
        failures = cache.incr(counted)
    except ValueError:  # it went out of date in between
        cache.set(counted, 1, within)
        failures = 1
    if failures < settings.SIGN_IN_FAILURES_ALLOWED:
        return None
    until = at + timedelta(minutes=settings.SIGN_IN_LOCKED_MINUTES)
    cache.set(_key("closed", email, tried), until.timestamp(), settings.SIGN_IN_LOCKED_MINUTES * 60)
    cache.delete(counted)
    return until


def open_again(email: str, *, tried: Iterable[Tried] = Tried) -> None:
    """Let an address be used again, its counts (all, or those named) at nothing."""
    kinds = ("closed", "failures")
    cache.delete_many([_key(kind, email, one) for one in tried for kind in kinds])


def _key(kind: str, email: str, tried: Tried) -> str:
    digest = salted_hmac("ccis.accounts.lockout", email.strip().lower(), algorithm="sha256")
    return f"sign-in:{kind}:{tried}:{digest.hexdigest()}"
