"""Who counts as having a learning difficulty or disability, where a higher age rests on it."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from caseload.models import SendProvision

PLAN, SUPPORT = SendProvision.Provision.PLAN, SendProvision.Provision.SUPPORT


def with_difficulty(people: Collection[int], *, on: date, counts: Collection[str]) -> set[int]:
    """Those of some people for whom an age is counted to the day before the 25th birthday (LC-17).

    A current EHC plan always counts. ``counts`` is what the authority chose to count besides
    (``Policy.difficulty_counts``): SEN support now, SEN support or a plan at some time.
    """
    held = SendProvision.objects.believed().filter(person__in=people)
    now = Q(during__contains=on)
    found = now & Q(provision=PLAN)
    if "support-now" in counts:
        found |= now & Q(provision=SUPPORT)
    if "support-before" in counts:
        found |= Q(provision__in=[PLAN, SUPPORT], during__startswith__lte=on)
    return set(held.filter(found).values_list("person", flat=True))
