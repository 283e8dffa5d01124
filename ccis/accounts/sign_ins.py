"""Where each session is used, so that an account that two people use at once can be seen (USE-09).

Of the network address only a keyed digest is kept, which says that two differ and nothing else.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ccis.accounts.models import SignIn, User

IN_SESSION = "sign-in"
SEEN = "sign-in-seen"
NOTED_EACH = timedelta(minutes=1)
KEPT = timedelta(days=90)

BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari")
BROWSER_WORDS = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet"}
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Macintosh", "CrOS", "Linux")
SYSTEM_WORDS = {"Macintosh": "Mac", "CrOS": "Chromebook"}


def browser_in_words(agent: str) -> str:
    """``Firefox on Windows``, from what a browser says of itself."""
    browser = next((one for one in BROWSERS if one in agent), "")
    system = next((one for one in SYSTEMS if one in agent), "")
    name = BROWSER_WORDS.get(browser, browser) or "A browser"
    return f"{name} on {SYSTEM_WORDS.get(system, system)}" if system else name


def digest_of_address(address: str) -> str:
    """What is kept of a network address."""
    digest = salted_hmac("ccis.accounts.sign_ins", address, algorithm="sha256")
    return digest.hexdigest()[:16]


@receiver(user_logged_in)
def begin(*, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Someone signed in from somewhere."""
    if request is None or not isinstance(user, User) or "REMOTE_ADDR" not in request.META:
        return
    at = timezone.now()
    made = SignIn.objects.create(
        user=user,
        began_at=at,
        seen_at=at,
        address=digest_of_address(get_adapter().get_client_ip(request)),
        browser=browser_in_words(request.META.get("HTTP_USER_AGENT", "")),
    )
    request.session[IN_SESSION] = made.pk
    request.session[SEEN] = at.timestamp()


def note(request: HttpRequest, *, at: datetime) -> None:
    """A session is being used; written down at most once a minute."""
    number = request.session.get(IN_SESSION)
    if number is None or at.timestamp() - request.session.get(SEEN, 0) < NOTED_EACH.seconds:
        return
    SignIn.objects.filter(pk=number).update(seen_at=at)
    request.session[SEEN] = at.timestamp()


@receiver(user_logged_out)
def end(*, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Someone signed out: the session was used until now."""
    number = request.session.get(IN_SESSION) if request is not None else None
    if number is not None and isinstance(user, User):
        SignIn.objects.filter(pk=number, user=user).update(seen_at=timezone.now())


def forget_old(*, at: datetime) -> int:
    """Remove what is older than 90 days; return how many. Run each night by beat."""
    count, _ = SignIn.objects.filter(seen_at__lt=at - KEPT).delete()
    return count
