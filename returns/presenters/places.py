"""The pages of a month, and addresses within them."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.calendar.periods import Period
from returns.models import Build

OF_MONTH = (
    ("Workbench", "month"),
    ("Cohort", "cohort"),
    ("Errors", "errors"),
    ("Compare", "compare"),
)
OF_ALL = (("Archive", "archive"), ("Editions", "editions"), ("Check a file", "check"))


def places_of(period: Period, current: str) -> list[dict[str, Any]]:
    """Items of the sub-navigation, the present one marked."""
    items = [(text, name, reverse(f"returns:{name}", args=[period])) for text, name in OF_MONTH]
    items += [(text, name, reverse(f"returns:{name}")) for text, name in OF_ALL]
    return [{"text": text, "href": href, "current": name == current} for text, name, href in items]


def to_month(period: Period, name: str = "month", *args: Any, **query: str) -> str:
    """The address of a page of a month."""
    words = {word: value for word, value in query.items() if value}
    href = reverse(f"returns:{name}", args=[period, *args])
    return f"{href}?{urlencode(words, safe=',')}" if words else href


def to_build(build: Build, name: str = "build", *args: Any, **query: str) -> str:
    """The address of a page of a build."""
    return to_month(build.month, name, build.ref, *args, **query)


def word_for(build: Build) -> str:
    """A build's reference as a word of an address."""
    return show_reference(build.ref)
