"""Who belongs together: the same address, or the same contacts of parents (PIA-15)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from caseload import rules
from caseload.models import Address, ContactPoint, YoungPerson
from caseload.queries.choices import contact_withheld
from caseload.queries.search import MOST_FACTS_READ, written
from caseload.queries.summaries import Summary, summaries_of
from ccis.accounts.models import User

MOST_SHOWN = 25
"""At an address where more live, such as a hostel, so many are shown."""


@dataclass
class Member:
    """Someone found near a person, and how."""

    summary: Summary
    same_address: bool = False
    contacts: list[ContactPoint] = field(default_factory=list)
    """Contact points of theirs that the person has too."""

    kin: str = ""
    """``twin`` or ``sibling`` where the names and ages say that they may be."""


@dataclass
class Household:
    """The people found, brothers and sisters first; ``is_capped`` when there are more."""

    members: list[Member]
    is_capped: bool = False


def household_of(person: YoungPerson, user: User, on: date) -> Household:
    """People whom the user may see who share an address or a contact with someone on a day.

    Nothing hints at anyone else: not a count, not a reason. Nor is anyone found by the address or
    the contacts of someone who does not let us contact them (PIA-08).
    """
    found: dict[int, Member] = {}
    together = _at_the_same_address(person, on)
    shared = _with_the_same_contacts(person, on)
    hidden = contact_withheld({person.pk, *together, *shared}, on)
    together = set() if person.pk in hidden else together - hidden
    shared = {pk: points for pk, points in shared.items() if not hidden & {pk, person.pk}}
    seen = YoungPerson.objects.visible_to(user).of(person.lead_authority).exclude(pk=person.pk)
    people = list(
        seen.filter(pk__in=together | shared.keys())
        .select_related("lead_authority")
        .order_by("pk")[: MOST_SHOWN + 1]
    )
    mine = summaries_of([person], on)[person.pk]
    for pk, summary in summaries_of(people[:MOST_SHOWN], on).items():
        member = Member(summary, pk in together, shared.get(pk, []))
        member.kin = _kin(mine, summary)
        found[pk] = member
    members = sorted(found.values(), key=lambda one: (not one.kin, one.summary.sorted_name))
    return Household(members, is_capped=len(people) > MOST_SHOWN)


def _kin(mine: Summary, other: Summary) -> str:
    """What two of one household may be to each other, by their present names and ages."""
    if not mine.name or not other.name or not mine.name.family_folded:
        return ""
    if mine.name.family_folded != other.name.family_folded:
        return ""
    is_twin = mine.date_of_birth is not None and mine.date_of_birth == other.date_of_birth
    return "twin" if is_twin else "sibling"


def _at_the_same_address(person: YoungPerson, on: date) -> set[int]:
    homes = Address.objects.believed().on(on).filter(kind=Address.Kind.HOME)
    mine = list(homes.filter(person=person).exclude(postcode=""))
    near = homes.filter(postcode__in=[home.postcode for home in mine]).exclude(person=person)
    return {
        other.person_id
        for other in near[:MOST_FACTS_READ]
        if any(rules.same_home(_parts(home), _parts(other)) for home in mine)
    }


def _parts(home: Address) -> tuple[str, str, str]:
    lines = " ".join((home.line_1, home.line_2, home.line_3, home.line_4))
    return home.postcode, home.uprn, lines


def _with_the_same_contacts(person: YoungPerson, on: date) -> dict[int, list[ContactPoint]]:
    held = ContactPoint.objects.believed().on(on)
    values = set(_ways(held.filter(person=person)))
    found = defaultdict(list)
    for point in held.filter(value__in=values).exclude(person=person)[:MOST_FACTS_READ]:
        found[point.person_id].append(point)
    return dict(found)


def _ways(points: Iterable[ContactPoint]) -> Iterable[str]:
    for point in points:
        yield point.value
        plain = point.value.replace(" ", "")
        yield from written(f"0{plain[3:]}" if plain.startswith("+44") else plain)
