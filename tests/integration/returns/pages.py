"""What the tests of the return's pages lean on."""

from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from lxml import html

from returns.models import Build

TODAY = datetime(2026, 11, 12, 10, tzinfo=UTC)
MONTH = "/returns/2026-10/"


def words(response: Any) -> str:
    """The page as its reader sees it, spaces made single."""
    return " ".join(html.fromstring(response.content).text_content().split())


def links(response: Any) -> list[str]:
    """Where the links in the middle of a page lead."""
    return html.fromstring(response.content).xpath("//main//a/@href")


def names(response: Any) -> list[str]:
    """The people of a list, in its order."""
    return [row["name"] for row in response.context_data["listed"].rows]


def page_of(build: Build, name: str = "build", *args: Any) -> str:
    """The address of a page of a build."""
    return reverse(f"returns:{name}", args=[build.period, build.ref, *args])
