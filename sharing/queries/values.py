"""What the agreed columns say of some people, and nothing besides (LC-08, LC-25).

What would tell more than the column announces is left out here: that someone is in custody, why
they are not working, whose phone a number is.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date

from django.db.models import QuerySet

from caseload.models import Activity, Address, ContactPoint, Enrolment, Name, Particulars
from ccis.govuk.words import short_date

Value = str | list[str]
Values = dict[int, Value]

SITUATIONS = {
    "compulsory": "In learning",
    "education": "In learning",
    "training": "In training",
    "re-engagement": "In training",
    "employment": "In work",
    "neet-available": "Not in learning or work",
    "neet-not-available": "Not in learning or work",
}
"""What someone is doing, told so that no health, family or offence can be read from it; of any
other group nothing is said."""

PLACES = frozenset({"compulsory", "education", "training", "re-engagement", "employment"})


def values_of(
    people: Collection[int], columns: Collection[str], *, on: date
) -> dict[int, dict[str, Value]]:
    """By person, the value of each column that has one. Each column is one question or two."""
    found: dict[int, dict[str, Value]] = {person: {} for person in people}
    for column in columns:
        for person, value in READ[column](people, on).items():
            found[person][column] = value
    return found


def _names(people: Collection[int], on: date) -> Values:
    known: dict[int, Name] = {}
    also: dict[int, Name] = {}
    for name in Name.objects.believed().filter(person__in=people).order_by("during"):
        if name.kind == Name.Kind.LEGAL:
            known[name.person_id] = name
        elif name.kind == Name.Kind.KNOWN_AS and (name.ends_on is None or name.ends_on >= on):
            also[name.person_id] = name
    return {
        person: f"{name.full} (known as {also[person].full})"
        if person in also and also[person].full != name.full
        else name.full
        for person, name in (also | known).items()
    }


def _born(people: Collection[int], on: date) -> Values:
    rows = _particulars(people).values_list("person", "date_of_birth")
    return {person: short_date(born) for person, born in rows if born is not None}


def _gender(people: Collection[int], on: date) -> Values:
    rows = _particulars(people).values_list("person", "gender__label")
    return {person: label for person, label in rows if label}


def _addresses(people: Collection[int], on: date) -> Values:
    homes = Address.objects.believed().on(on).filter(person__in=people, kind=Address.Kind.HOME)
    return {home.person_id: home.lines for home in homes}


def _own(*kinds: ContactPoint.Kind) -> Callable[[Collection[int], date], Values]:
    """Their own contact points of some kinds; a parent's number is not theirs to give away."""

    def read(people: Collection[int], on: date) -> Values:
        found: dict[int, list[str]] = defaultdict(list)
        points = ContactPoint.objects.believed().on(on).filter(person__in=people, kind__in=kinds)
        for point in points.filter(whose=ContactPoint.Whose.OWN).order_by("kind", "pk"):
            found[point.person_id].append(point.value)
        return dict(found)

    return read


def _history(people: Collection[int], on: date) -> Values:
    return {person: [words for _, words in places] for person, places in _places(people).items()}


def _last_place(people: Collection[int], on: date) -> Values:
    return {person: places[-1][1] for person, places in _places(people).items()}


def _situation(people: Collection[int], on: date) -> Values:
    doing = Activity.objects.believed().on(on).filter(person__in=people)
    rows = doing.values_list("person", "code__group")
    return {person: SITUATIONS[group] for person, group in rows if group in SITUATIONS}


def _particulars(people: Collection[int]) -> QuerySet[Particulars]:
    return Particulars.objects.believed().filter(person__in=people).order_by("during")


def _places(people: Collection[int]) -> dict[int, list[tuple[date, str]]]:
    """Where each has studied, trained and worked, oldest first, with its time in words."""
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    rolls = Enrolment.objects.believed().filter(person__in=people, provider__isnull=False)
    doing = Activity.objects.believed().filter(person__in=people, code__group__in=PLACES)
    known: list[Enrolment | Activity] = [
        *rolls.select_related("provider"),
        *doing.select_related("provider"),
    ]
    for one in known:
        name = one.provider.name if one.provider else getattr(one, "establishment_name", "")
        if name:
            starts = one.starts_on or date.min
            found[one.person_id].append((starts, f"{name}, {_time(one.starts_on, one.ends_on)}"))
    return {person: sorted(places) for person, places in found.items()}


def _time(starts: date | None, ends: date | None) -> str:
    since = f"from {short_date(starts)}" if starts else ""
    until = f"until {short_date(ends)}" if ends else ""
    return " ".join(words for words in (since, until) if words) or "at some time"


READ: dict[str, Callable[[Collection[int], date], Values]] = {
    "name": _names,
    "date-of-birth": _born,
    "address": _addresses,
    "phone": _own(ContactPoint.Kind.MOBILE, ContactPoint.Kind.PHONE),
    "email": _own(ContactPoint.Kind.EMAIL),
    "gender": _gender,
    "last-place": _last_place,
    "history": _history,
    "situation": _situation,
}
"""How each column of the catalogue is read."""

IDENTITY = ("name", "date-of-birth", "gender")
"""Columns that say who someone is, which a seal may close (LAW-10)."""
