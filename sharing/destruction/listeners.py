"""Whoever had the details is asked to delete them at once, and the young person who said no hears
that they are deleted, and not before (LC-04, USE-05)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, F, Func, QuerySet, Value

from ccis.audit.models import Change
from ccis.calendar.words import local_date
from optout.actions.closing import Holders, register_holders, tell_that_it_is_deleted
from optout.letters.rules import in_a_row
from sharing.destruction.actions import when_confirmed
from sharing.destruction.models import Confirmation
from sharing.destruction.tasks import ask_to_destroy
from sharing.models import Disclosure
from sharing.outcomes.tasks import hand_over
from sharing.signals import disclosures_ended

DELETED = "{organisations} told us that what we sent is deleted. They will not contact you."


def listen() -> None:
    """Begin to listen; once is enough."""
    register_holders(Holders(held_after_a_no, deleted_since))
    when_confirmed(tell_whoever_said_no)
    disclosures_ended.connect(ask_at_once, dispatch_uid="destruction")


def ask_at_once(*, change: Change, **_: Any) -> None:
    """Ask whoever had what was ended in this change; who is not reached is asked in the morning."""
    ended = Disclosure.objects.filter(ended=change, on_list__isnull=False)
    for on_list in ended.order_by("on_list").values_list("on_list", flat=True).distinct():
        transaction.on_commit(partial(hand_over, ask_to_destroy, on_list=on_list))


def held_after_a_no(people: Collection[int], at: datetime) -> set[int]:
    """Of whom an organisation that a no covers has not confirmed that what it had is deleted."""
    held = _after_a_no(people, at).filter(destroyed_at=None)
    return set(held.values_list("person_id", flat=True))


def deleted_since(person: int, since: datetime, at: datetime) -> str:
    """What to tell somebody of what was deleted while their no waited for an answer."""
    deleted = _after_a_no([person], at).filter(destroyed_at__gte=since)
    names = deleted.order_by("provider__name").values_list("provider__name", flat=True).distinct()
    return DELETED.format(organisations=in_a_row(names)) if names else ""


def tell_whoever_said_no(disclosures: frozenset[int], confirmation: Confirmation) -> None:
    """Write to those whose no covers one of these disclosures, in the same transaction."""
    at = confirmation.recorded_at
    people = Disclosure.objects.filter(pk__in=disclosures).values_list("person_id", flat=True)
    organisations: dict[int, list[str]] = defaultdict(list)
    deleted = _after_a_no(set(people), at).filter(destroyed_at__isnull=False)
    named = deleted.order_by("provider__name").values_list("person_id", "provider__name")
    for person, name in named.distinct():
        organisations[person].append(name)
    tell_that_it_is_deleted(
        {
            person: DELETED.format(organisations=in_a_row(names))
            for person, names in organisations.items()
        },
        at=at,
    )


def _after_a_no(people: Collection[int], at: datetime) -> QuerySet[Disclosure]:
    """What is over of people who said no to whoever had it, whatever ended it."""
    covered = Func(
        F("person_id"), F("provider_id"), Value(local_date(at)),
        function="optout_objection_covers", output_field=BooleanField(),
    )  # fmt: skip
    over = Disclosure.objects.over(at).filter(person__in=people, kind=Disclosure.Kind.LIST)
    return over.alias(covered=covered).filter(covered=True)
