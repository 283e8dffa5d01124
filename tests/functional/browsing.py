"""What browser tests share: to sign in without the form, to let time pass, to look with axe."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page

from ccis.accounts.models import User
from ccis.idle.sessions import SEEN

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": RULES},
    # Only what is wrong is told in full, and the style sheet is not fetched a second time.
    "resultTypes": ["violations"],
    "preload": False,
}
ROWS_ALIKE = {"exclude": [["tbody > tr:nth-child(n+7)"]]}
"""Of a long table the first rows are enough: the others are drawn by the same lines."""
AXE = Axe()
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}|\d+")
_contrast_seen: set[str] = set()
NARROWEST, DESK = 320, 1280
"""Pixels across: WCAG's narrowest screen, and an office's."""


def sign_in_as(page: Page, live_server: Any, client: Client, user: User) -> None:
    """Give the browser the session of someone who is signed in."""
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


def nothing_for_axe(page: Page) -> None:
    """The page at hand, once it has loaded, has no fault and is no wider than the screen."""
    page.wait_for_load_state("load")
    # Contrast takes longest, and colours are of one style sheet: once for each kind of page.
    kind = REFERENCE.sub("-", urlsplit(page.url).path)
    rules = {"color-contrast": {"enabled": kind not in _contrast_seen}}
    results = AXE.run(page, context=ROWS_ALIKE, options={**OPTIONS, "rules": rules})
    _contrast_seen.add(kind)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
    no_wider_than_the_screen(page)


def right_at_any_width(page: Page) -> None:
    """The page at hand has no fault on the narrowest screen, and fits that and a desk's."""
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    nothing_for_axe(page)
    page.set_viewport_size({"width": DESK, "height": 800})
    no_wider_than_the_screen(page)


def no_wider_than_the_screen(page: Page) -> None:
    """Nothing of the page at hand has to be scrolled to sideways."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    widest = page.evaluate("document.documentElement.scrollWidth")
    assert widest <= width, f"{page.url} is {widest} wide on a screen of {width}"


def idle_for(page: Page | None = None, **spent: float) -> None:
    """Let the time pass on the server, then on the page."""
    past = timedelta(**spent)
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        if SEEN in session:
            session[SEEN] -= int(past.total_seconds())
            session.save()
    if page is not None:
        page.clock.fast_forward(int(past.total_seconds() * 1000))


def warning(page: Page) -> Any:
    """What says that the session is about to end."""
    return page.get_by_role("dialog", name="Are you still there?")
