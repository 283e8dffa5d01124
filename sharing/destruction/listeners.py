"""The young person who said no hears that what was sent is deleted, and not before (LC-04)."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from optout.actions.closing import register_held, tell_that_it_is_deleted
from optout.letters.rules import in_a_row
from sharing.destruction.actions import when_confirmed
from sharing.destruction.models import Confirmation
from sharing.models import Disclosure, EndedBecause

DELETED = "{organisations} told us that what we sent is deleted. They will not contact you."


def listen() -> None:
    """Begin to listen; once is enough."""
    register_held(held_after_a_no)
    when_confirmed(tell_whoever_said_no)


def held_after_a_no(people: Collection[int]) -> set[int]:
    """Of whom an organisation has not confirmed what a no ended."""
    return set(_after_a_no(people).filter(destroyed_at=None).values_list("person_id", flat=True))


def tell_whoever_said_no(disclosures: frozenset[int], confirmation: Confirmation) -> None:
    """Write to those whose no ended one of these disclosures, in the same transaction."""
    confirmed = Disclosure.objects.filter(
        pk__in=disclosures, ended_because=EndedBecause.OBJECTION
    ).values_list("person_id", flat=True)
    organisations: dict[int, list[str]] = defaultdict(list)
    ended = _after_a_no(set(confirmed)).order_by("provider__name")
    for person, name in ended.values_list("person_id", "provider__name").distinct():
        organisations[person].append(name)
    tell_that_it_is_deleted(
        {
            person: DELETED.format(organisations=in_a_row(names))
            for person, names in organisations.items()
        },
        at=confirmation.recorded_at,
    )


def _after_a_no(people: Collection[int]) -> QuerySet[Disclosure]:
    return Disclosure.objects.filter(person__in=people, ended_because=EndedBecause.OBJECTION)
