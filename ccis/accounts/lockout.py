"""Too many wrong passwords for one address close it for a while, whoever types them (PIA-13).

Counted in the shared cache by a keyed digest of the address, so that every web process sees one
count and the cache says nothing about whom. An address without an account is treated alike.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac


def locked_until(email: str, *, at: datetime) -> datetime | None:
    """Until when nobody can sign in with this address; ``None`` when it is open."""
    ends: float | None = cache.get(_key("closed", email))
    if ends is None:
        return None
    until = datetime.fromtimestamp(ends, tz=UTC)
    return until if until > at else None


def count_failure(email: str, *, at: datetime) -> datetime | None:
    """Count a wrong password; return until when the address is closed if this was one too many."""
    counted = _key("failures", email)
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
    cache.set(_key("closed", email), until.timestamp(), settings.SIGN_IN_LOCKED_MINUTES * 60)
    cache.delete(counted)
    return until


def open_again(email: str) -> None:
    """Let an address be used again, its count at nothing."""
    cache.delete_many([_key("closed", email), _key("failures", email)])


def _key(kind: str, email: str) -> str:
    digest = salted_hmac("ccis.accounts.lockout", email.strip().lower(), algorithm="sha256")
    return f"sign-in:{kind}:{digest.hexdigest()}"
