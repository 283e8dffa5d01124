"""Words of the portal's pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ccis.calendar.words import date_in_words, local_date
from providers.portal.todo import ToDo


def lines(found: Sequence[ToDo], at: datetime) -> list[dict[str, Any]]:
    """Each thing to do with its day in words, and whether that day is past."""
    today = local_date(at)
    return [
        {
            "title": one.title,
            "href": one.href,
            "words": one.words,
            "due": f"By {date_in_words(one.due)}" if one.due else "",
            "is_late": one.due is not None and one.due < today,
        }
        for one in found
    ]
