"""Asking organisations for updates that are late, with nobody named (LC-19)."""

from collections import defaultdict
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from ccis.accounts.models import User
from ccis.calendar.words import local_date
from sharing.destruction import asking
from sharing.errors import CannotShare
from sharing.models import Disclosure, SharedList
from sharing.outcomes.models import Reminder
from sharing.outcomes.queries import Due, updates_due


@transaction.atomic
def chase(shared: SharedList, *, by: User | None, at: datetime) -> Reminder:
    """Tell the named individuals of a list that there is something to do.

    The email goes once this is there to stay. Raises ``CannotShare`` when no update is late, or
    they were asked today already.
    """
    held = SharedList.objects.select_for_update(of=("self",))
    shared = held.select_related("authority", "provider").get(pk=shared.pk)
    if not _late([shared.pk], at):
        raise CannotShare("No update is late")
    return asking.ask(Reminder, shared, verb="updates asked for", by=by, at=at)


def chase_those_late(*, at: datetime) -> int:
    """Ask whoever owes an update and was not asked for five working days; says how many lists."""
    asked = 0
    for shared in SharedList.objects.filter(pk__in=_late(None, at)).order_by("pk"):
        if asking.is_to_ask_again(Reminder, shared, at=at):
            with suppress(CannotShare):  # asked by hand today, or heard of meanwhile
                chase(shared, by=None, at=at)
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
