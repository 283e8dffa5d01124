"""What named individuals may open, and their sessions: begun with a secret, ended at once."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from guardian.shortcuts import assign_perm

from ccis.accounts.models import User
from sharing.agreements.models import NamedPerson
from sharing.models import OPEN_LIST, Disclosure, ListGrant, ListState, PortalSession, SharedList

LASTS = timedelta(hours=12)
TOKEN_BYTES = 32


def digest_of(token: str) -> bytes:
    """What is kept of a token; the database reckons the same."""
    return hashlib.sha256(token.encode()).digest()


def grant(user: User) -> int:
    """Let somebody open lists that went before they were named; gives how many are new to them.

    Where all on one is over, it is theirs to confirm that it is destroyed.
    """
    named = NamedPerson.objects.filter(
        email__iexact=user.email, approved_at__isnull=False, ended_at=None
    )
    new = SharedList.objects.filter(
        Exists(Disclosure.objects.filter(on_list=OuterRef("pk"), destroyed_at=None)),
        ~Exists(ListGrant.objects.filter(content_object=OuterRef("pk"), user=user)),
        version__agreement__in=named.values("agreement"),
        state=ListState.RELEASED,
    )
    lists = list(new)
    for shared in lists:
        assign_perm(OPEN_LIST, user, shared)
    return len(lists)


def note_opening(lists: Collection[int], *, user: User, at: datetime) -> None:
    """Note that somebody saw these lists, by id; seeing them again changes nothing."""
    theirs = ListGrant.objects.filter(content_object__in=lists, user=user)
    theirs.filter(opened_at=None).update(opened_at=at)


@transaction.atomic
def begin(*, user: User, at: datetime) -> str:
    """Begin a session and give its token, which nothing keeps.

    The portal's process says it to the database, inside each request's transaction, as
    ``ccis.portal_token``.
    """
    grant(user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    PortalSession.objects.create(
        digest=digest_of(token), user=user, made_at=at, expires_at=at + LASTS
    )
    return token


@transaction.atomic
def end(*, token: str, at: datetime) -> None:
    """End a session; what it may read ends with it."""
    PortalSession.objects.filter(digest=digest_of(token), ended_at=None).update(ended_at=at)


def forget_old(*, at: datetime) -> int:
    """Remove sessions that are over; says how many."""
    gone, _ = PortalSession.objects.filter(expires_at__lt=at).delete()
    return gone
