"""The portal's session of somebody who is signed in: its token lies in their Django session.

Begun once they have signed in and proved their second factor, since nothing of the portal opens
before that, and ended with the session (docs/adr/0053).
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from ccis.accounts.models import User
from ccis.idle.sessions import session_ends
from sharing.actions import portal

TOKEN, BEGUN = "portal-token", "portal-begun"


def token_of(session: SessionBase, *, at: datetime) -> str | None:
    """The token of this session, unless none was begun or its time is over."""
    token: str | None = session.get(TOKEN)
    if token is None or at.timestamp() - session.get(BEGUN, 0) >= portal.LASTS.total_seconds():
        return None
    return token


def begin(session: SessionBase, *, user: User, at: datetime) -> None:
    """Begin one; it may read from the next request on, when this is committed."""
    end(session, at=at)
    session[TOKEN] = portal.begin(user=user, at=at)
    session[BEGUN] = at.timestamp()


def end(session: SessionBase, *, at: datetime) -> None:
    """End the one that there is, if any."""
    token = session.pop(TOKEN, None)
    if token is not None:
        portal.end(token=token, at=at)


def listen() -> None:
    """Have it end when its person signs out, or is signed out after a while."""
    user_logged_out.connect(_signed_out, dispatch_uid="portal")
    session_ends.connect(_session_ends, dispatch_uid="portal")


def _signed_out(*, request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        end(request.session, at=timezone.now())


def _session_ends(*, session: SessionBase, at: datetime, **_: Any) -> None:
    end(session, at=at)
