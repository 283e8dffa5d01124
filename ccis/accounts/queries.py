"""Reads about one's own account."""

from ccis.accounts.models import User
from ccis.accounts.signals import SIGN_IN_FAILED, SIGNED_IN, SIGNED_OUT
from ccis.audit.models import TrailEntry

MOST = 10


def recent_sign_ins(user: User) -> list[TrailEntry]:
    """The last times that someone signed in to an account, tried to, or signed out."""
    entries = TrailEntry.objects.filter(
        subject_kind=user._meta.label_lower,
        subject_id=user.pk,
        verb__in=(SIGNED_IN, SIGNED_OUT, SIGN_IN_FAILED),
    )
    return list(entries.order_by("-id")[:MOST])
