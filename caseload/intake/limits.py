"""How often the API may be asked, counted in the cache that all web processes share."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds, counted from the first."""

    name: str
    times: int
    seconds: int


UPLOADS = Limit("uploads", 60, 60 * 60)
"""By one token: a college's software sends a handful a day."""

QUESTIONS = Limit("questions", 120, 60)
"""By one token: how a file stands."""

STRANGERS = Limit("strangers", 30, 60)
"""By one network address, without a token that works."""


def is_over(limit: Limit, who: str) -> bool:
    """Count one more request; say whether it is one too many."""
    key = _key(limit, who)
    cache.add(key, 0, limit.seconds)
    try:
        return bool(cache.incr(key) > limit.times)
    except ValueError:  # it went out of date in between
        cache.set(key, 1, limit.seconds)
        return False


def was_over(limit: Limit, who: str) -> bool:
    """Whether the limit was reached before, without counting."""
    return bool(cache.get(_key(limit, who), 0) >= limit.times)


def _key(limit: Limit, who: str) -> str:
    digest = salted_hmac("caseload.intake.limits", who, algorithm="sha256").hexdigest()
    return f"api:{limit.name}:{digest}"
