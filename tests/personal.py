"""Asking whether something that was kept or written says more than it may about a person."""

import json
import re
from collections.abc import Iterable
from typing import Any

from caseload.models import Address, ContactPoint, Identifier, Name, Particulars, YoungPerson
from ccis.accounts.models import User
from ccis.audit.models import TrailDetail, TrailEntry

SHORTEST = 3
"""Words shorter than this are not looked for: they would be found by chance."""


def words_about(person: YoungPerson) -> set[str]:
    """What must not be seen of a person outside the record: names, dates, numbers, addresses."""
    words: set[str] = set()
    for name in Name.objects.filter(person=person):
        words |= {name.given, name.middle, name.family}
    for particulars in Particulars.objects.filter(person=person):
        if particulars.date_of_birth:
            born = particulars.date_of_birth
            words |= {born.isoformat(), f"{born:%d/%m/%Y}", f"{born:%-d %B %Y}"}
    for address in Address.objects.filter(person=person):
        words |= {address.line_1, address.line_2, address.postcode}
    words |= set(ContactPoint.objects.filter(person=person).values_list("value", flat=True))
    words |= set(Identifier.objects.filter(person=person).values_list("value", flat=True))
    words.add(person.young_persons_id)
    return {word for word in words if len(word) >= SHORTEST}


def found_in(text: str, words: Iterable[str]) -> list[str]:
    """Those of the words that a text holds, whatever their case."""
    return sorted(
        word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    )


def all_trail_text() -> str:
    """Everything that the trail holds, as one text."""
    entries: list[Any] = list(TrailEntry.objects.values_list("verb", "subject_kind"))
    details: list[Any] = list(TrailDetail.objects.values_list("details", flat=True))
    return json.dumps([entries, details], default=str)


def assert_trail_tells_nothing() -> None:
    """No name, date of birth, number or address of any person or user stands in the trail."""
    text = all_trail_text()
    words = {user.email for user in User.objects.all()} | {u.name for u in User.objects.all()}
    for person in YoungPerson.objects.all():
        words |= words_about(person)
    assert found_in(text, words) == []
    assert "@" not in text
