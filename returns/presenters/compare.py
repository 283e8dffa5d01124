"""Two builds side by side, in words."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from ccis.calendar.periods import Period
from ccis.govuk.words import short_date
from returns import editions
from returns.editions import record
from returns.editions.record import Column
from returns.presenters.errors import ADDRESS, HELD_BACK, HELD_FOR_RETURN
from returns.presenters.places import to_month
from returns.presenters.words import status_words
from returns.queries import Changed, Comparison

PARTS: Final = {"joined": "Only in this build", "left": "Only in the other build"}


def comparison(found: Comparison, period: Period, query: dict[str, str]) -> dict[str, Any]:
    """The numbers of a comparison, each a link to the people."""

    def part(name: str, count: int) -> str:
        return to_month(period, "compare-part", name, **query) if count else ""

    return {
        "joined": found.joined,
        "joined_href": part("joined", found.joined),
        "left": found.left,
        "left_href": part("left", found.left),
        "both": found.both,
        "changed": found.changed_people,
        "same": found.both - found.changed_people,
        "values": [
            {
                "element": element,
                "count": count,
                "href": to_month(
                    period, "compare-values", record.BY_ELEMENT[element].name, **query
                ),
            }
            for element, count in found.changed_values.items()
        ],
    }


def only_in(found: Sequence[tuple[int, str]], edition: str) -> dict[int, list[str]]:
    """The status of people who are in one build alone, by id."""
    loaded = editions.load(edition)
    return {person: [status_words(loaded, status)] for person, status in found}


def changed(
    found: Sequence[Changed], column: Column, *, address_hidden: Collection[int]
) -> dict[int, list[str]]:
    """What a value was and is, by id; held back where it is sensitive, or an address of one of
    ``address_hidden``.
    """
    hidden = address_hidden if column.name in ADDRESS else ()
    return {
        one.person_id: [HELD_FOR_RETURN] * 2
        if one.person_id in hidden
        else [_value(one.was, column), _value(one.now, column)]
        for one in found
    }


def _value(value: str | None, column: Column) -> str:
    if value is None:
        return "none"
    if column.name in HELD_BACK:
        return "see the record"
    return short_date(date.fromisoformat(value)) if column.sql_type == "date" else value
