"""Whom posted letters told how their information is used (PIA-12, PIA-32)."""

from collections.abc import Collection, Iterable
from datetime import date

from optout.letters.models import Letter
from optout.telling import Told

SAYS_SO = "{privacy address}"
"""What the words of a letter have in them that says how we use information."""


def told_by_letter(people: Collection[int], on: date) -> Iterable[Told]:
    """Each letter to some people, posted by a day and not come back, that says so."""
    letters = Letter.objects.posted().filter(
        person__in=people,
        returned_on=None,
        batch__posted_on__lte=on,
        version__body__contains=SAYS_SO,
    )
    rows = letters.order_by("pk").values_list(
        "person", "batch__posted_on", "version__template__name", "version__number"
    )
    return [
        Told(person, posted_on, f"Letter: {name}, version {number}")
        for person, posted_on, name, number in rows
        if posted_on is not None
    ]
