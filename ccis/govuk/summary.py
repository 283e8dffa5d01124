"""Rows for ``govukSummaryList``, from plain values."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html_join

NOTHING = "Nothing recorded"


def row(
    key: str, value: object, *, change: str = "", change_word: str = "Change"
) -> dict[str, Any]:
    """One row of a summary list.

    ``value`` is text, or an iterable of texts drawn on lines of their own; empty says so in
    words. ``change`` is the address of the page that changes it; the link is told apart by the
    key, in hidden text.
    """
    made: dict[str, Any] = {"key": {"text": key}, "value": _value(value)}
    if change:
        link = {"href": change, "text": change_word, "visuallyHiddenText": key.lower()}
        made["actions"] = {"items": [link]}
    return made


def _value(value: object) -> dict[str, str]:
    if value is None or value == "" or value == []:
        return {"text": NOTHING}
    if hasattr(value, "__html__"):
        return {"html": value.__html__()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        lines = format_html_join("", '<p class="govuk-body">{}</p>', ((line,) for line in value))
        return {"html": lines}
    return {"text": str(value)}


def summary(rows: Iterable[dict[str, Any]], *, title: str = "") -> dict[str, Any]:
    """What ``govukSummaryList`` wants; with a title it is drawn as a card."""
    made: dict[str, Any] = {"rows": list(rows)}
    if title:
        made["card"] = {"title": {"text": title, "headingLevel": 2}}
    return made
