"""Who may be contacted, surveyed and shown how to reach: sets of ids, never a loop (PIA-08)."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.utils import timezone

from caseload.models import (
    WITHHELD,
    Address,
    Consent,
    ConsentAttempt,
    ContactPoint,
    DoNotSurvey,
    YoungPerson,
)

CONTACT, SURVEY = "contact", "survey"


def contact_withheld(people: Collection[int], on: date) -> set[int]:
    """Which of some people do not let us contact them on a day.

    Nobody writes to them, rings or surveys them, and no address, phone or email of theirs is
    shared or shown (PIA-08). What the return must carry is not asked here.
    """
    return set(_withheld(on).filter(person__in=people).values_list("person", flat=True))


def may_be_contacted(people: Collection[int], on: date) -> set[int]:
    """Which of some people no refusal of consent keeps us from contacting on a day."""
    return set(people) - contact_withheld(people, on)


def not_to_be_surveyed(people: Collection[int], on: date) -> set[int]:
    """Which of some people asked not to be surveyed, or not to be contacted at all."""
    stops = stops_of(people, on)
    return stops[CONTACT] | stops[SURVEY]


def to_be_surveyed(people: QuerySet[YoungPerson], on: date) -> QuerySet[YoungPerson]:
    """Less those who asked not to be surveyed, or not to be contacted."""
    wishes = DoNotSurvey.objects.believed().on(on)
    return people.exclude(pk__in=wishes.values("person")).exclude(
        pk__in=_withheld(on).values("person")
    )


def stops_of(people: Collection[int], on: date) -> dict[str, set[int]]:
    """Who is not to be contacted, and who not to be surveyed: one question."""
    refused = _withheld(on).filter(person__in=people)
    wishes = DoNotSurvey.objects.believed().on(on).filter(person__in=people)
    found: dict[str, set[int]] = {CONTACT: set(), SURVEY: set()}
    for person, what in _marked(refused, CONTACT).union(_marked(wishes, SURVEY)):
        found[what].add(person)
    return found


def _marked(facts: QuerySet[Any], what: str) -> QuerySet[Any, tuple[int, str]]:
    return facts.values_list("person", Value(what, output_field=CharField()))


def _withheld(on: date) -> QuerySet[Consent]:
    return Consent.objects.believed().on(on).filter(answer__in=WITHHELD)


def hold_back(facts: Iterable[Any]) -> None:
    """Mark the addresses and contact points of whoever does not let us contact them.

    What is marked is said in other words. Today decides who sees what, whichever day is looked
    at, so that looking back never lifts it (design §4): that is why this reads the clock.
    """
    reach = [fact for fact in facts if isinstance(fact, Address | ContactPoint)]
    if not reach:
        return
    withheld = contact_withheld({fact.person_id for fact in reach}, timezone.localdate())
    for fact in reach:
        fact.is_held_back = fact.person_id in withheld


def attempts_at_consent(people: Collection[int], about: str, on: date) -> list[tuple[int, date]]:
    """Each attempt at consent of some people up to a day: whose, and when (LC-16)."""
    tried = ConsentAttempt.objects.believed().filter(
        person__in=people, about=about, during__startswith__lte=on
    )
    return [(person, during.lower) for person, during in tried.values_list("person_id", "during")]
