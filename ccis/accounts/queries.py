"""Reads about one's own account."""

from collections.abc import Iterable

from ccis.accounts.models import User
from ccis.audit.models import TrailEntry

MOST = 10


def recent_sign_ins(user: User, verbs: Iterable[str]) -> list[TrailEntry]:
    """The last lines of the trail about someone's signing in: those with one of these verbs."""
    entries = TrailEntry.objects.filter(
        subject_kind=user._meta.label_lower,
        subject_id=user.pk,
        verb__in=verbs,
    )
    return list(entries.order_by("-id")[:MOST])
