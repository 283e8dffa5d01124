"""Whoever had the details is asked to delete them at once, and the young person who said no hears
that they are deleted, and not before (LC-04, USE-05)."""

from collections import defaultdict
from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from caseload.signals import died, people_left
from ccis.audit.models import Change
from optout.actions.closing import register_held, tell_that_it_is_deleted
from optout.letters.rules import in_a_row
from optout.signals import objections_recorded
from sharing.destruction.actions import when_confirmed
from sharing.destruction.models import Confirmation
from sharing.models import Disclosure, EndedBecause
from sharing.outcomes import tasks

DELETED = "{organisations} told us that what we sent is deleted. They will not contact you."


def listen() -> None:
    """Begin to listen; once is enough."""
    register_held(held_after_a_no)
    when_confirmed(tell_whoever_said_no)
    for signal in (objections_recorded, died, people_left):
        signal.connect(ask_at_once, dispatch_uid="destruction")


def ask_at_once(*, change: Change, **_: Any) -> None:
    """Ask whoever had what was ended in this change; who is not reached is asked in the morning."""
    ended = Disclosure.objects.filter(ended=change, on_list__isnull=False)
    for on_list in ended.order_by("on_list").values_list("on_list", flat=True).distinct():
        transaction.on_commit(partial(tasks.hand_over, tasks.ask_to_destroy, on_list=on_list))


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
