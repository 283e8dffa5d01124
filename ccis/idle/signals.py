"""Signing in begins the session's time, and asks whether anything is kept for this person."""

from typing import Any

from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from ccis.accounts.models import User
from ccis.idle import sessions
from ccis.idle.models import HeldForm


@receiver(user_logged_in)
def begin_session(*, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Someone signed in: whatever session ended here before is forgotten."""
    if request is None or not isinstance(user, User):
        return
    at = timezone.now()
    sessions.begin(request.session, at=at)
    if HeldForm.objects.visible_to(user).kept(at).exists():
        request.session[sessions.HELD] = True
