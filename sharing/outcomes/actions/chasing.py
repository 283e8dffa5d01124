"""Asking organisations for updates that are late, with nobody named (LC-19)."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date
from sharing.destruction.actions import ASKED_AGAIN_AFTER, waited, write_to
from sharing.errors import CannotShare
from sharing.files.actions import whom
from sharing.models import Disclosure, SharedList
from sharing.outcomes.models import Reminder
from sharing.outcomes.queries import Due, updates_due


@transaction.atomic
def chase(shared: SharedList, *, by: User | None, at: datetime) -> Reminder:
    """Tell the named individuals of a list that there is something to do.

    Raises ``CannotShare`` when no update is late, when they were asked today already, or the email
    cannot be sent.
    """
    held = SharedList.objects.select_for_update(of=("self",))
    shared = held.select_related("authority", "provider").get(pk=shared.pk)
    if not _late([shared.pk], at):
        raise CannotShare("No update is late")
    last = shared.reminders.first()
    if last is not None and local_date(last.at) == local_date(at):
        raise CannotShare("They were asked today already")
    named = whom(shared)
    made = Reminder.objects.create(on_list=shared, at=at, by=by, told=len(named))
    trail.record(
        "updates asked for",
        by=by,
        at=at,
        authority=shared.authority,
        subject=shared,
        list=shared.ref,
    )
    for user in named:
        write_to(user, shared.authority.title)
    return made


def chase_those_late(*, at: datetime) -> int:
    """Ask whoever owes an update and was not asked for five working days; says how many lists."""
    asked = 0
    for shared in SharedList.objects.filter(pk__in=_late(None, at)).order_by("pk"):
        last = shared.reminders.first()
        if last is None or waited(last.at, at) >= ASKED_AGAIN_AFTER:
            try:
                chase(shared, by=None, at=at)
            except CannotShare:  # the network: it is tried again tomorrow
                continue
            asked += 1
    return asked


def _late(lists: list[int] | None, at: datetime) -> dict[int, list[Due]]:
    disclosures = Disclosure.objects.all()
    if lists is not None:
        disclosures = disclosures.filter(on_list__in=lists)
    today = local_date(at)
    found: dict[int, list[Due]] = defaultdict(list)
    for one in updates_due(disclosures, at=at):
        if one.is_late(today):
            found[one.on_list].append(one)
    return found
