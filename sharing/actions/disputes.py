"""What rests while somebody says that the record is wrong, and post that came back (LAW-08)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from caseload.actions import tasks
from caseload.models import Task
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout.models import Correction, Request
from sharing import given, rules
from sharing.models import DisclosedRow, Disclosure
from sharing.queries.values import values_of

PERSON = "caseload.youngperson"
POST_CAME_BACK = "Their letter came back. Decide whether the organisation keeps their details"
WITHIN = timedelta(days=1)


def disputed_parts(people: Collection[int]) -> dict[int, set[str]]:
    """By person, the parts of the record that they say are wrong, as long as that is open.

    An empty part: nobody has said yet which is meant.
    """
    asked = Request.objects.unanswered().filter(
        kind=Request.Kind.CORRECTION, person__in=people, outcome=""
    )
    found: dict[int, set[str]] = defaultdict(set)
    undecided = Correction.objects.to_decide().filter(request__in=asked)
    for person, part in undecided.values_list("request__person", "part"):
        found[person].add(part)
    return found


@transaction.atomic
def withhold(people: Collection[int], parts: Collection[str], *, at: datetime) -> int:
    """Take what is disputed out of what organisations read now; put back what is settled.

    ``parts`` are those of which a dispute began or ended: no other column is touched. What comes
    back is what the record says today. Says in how many rows something changed.
    """
    columns = rules.withheld(parts)
    rows = list(
        DisclosedRow.objects.select_for_update(of=("self",))
        .filter(disclosure__person__in=people, ends_at__gt=at)
        .select_related("disclosure__authority")
        .order_by("pk")
    )
    if not rows:
        return 0
    disputed = disputed_parts([row.disclosure.person_id for row in rows])
    known = values_of(
        [row.disclosure.person_id for row in rows], sorted(columns), on=local_date(at)
    )
    changed: dict[str, list[DisclosedRow]] = {"paused": [], "resumed": []}
    for row in rows:
        person = row.disclosure.person_id
        rests = rules.withheld(disputed[person]) if person in disputed else frozenset()
        before = dict(row.values)
        for column in columns & set(row.disclosure.columns):
            row.values.pop(column, None)
            if column not in rests and column in known[person]:
                row.values[column] = known[person][column]
        if row.values != before:
            given.note(row, before, at=at)
            changed["paused" if len(row.values) < len(before) else "resumed"].append(row)
    touched = [row for each in changed.values() for row in each]
    DisclosedRow.objects.bulk_update(touched, given.NOTED)
    for verb, each in changed.items():
        for row in each:
            trail.record(
                f"sharing {verb}",
                by=None,
                at=at,
                authority=row.disclosure.authority,
                subject=row.disclosure.person,
                disclosure=row.disclosure.ref,
            )
    return len(touched)


@transaction.atomic
def look_at_returned(people: Collection[int], *, by: User | None, at: datetime) -> int:
    """Have somebody look at each live disclosure whose letter came back; says how many people.

    No notice was given by it (USE-06). A person decides whether it is recalled.
    """
    resting = Disclosure.objects.live(at).filter(
        person__in=people, kind=Disclosure.Kind.LIST, letter__returned_on__isnull=False
    )
    by_keeper: dict[int, set[int]] = defaultdict(set)
    for person, keeper in resting.values_list("person", "person__lead_authority"):
        by_keeper[keeper].add(person)
    due_on = local_date(at + WITHIN)
    for authority in Authority.objects.filter(pk__in=by_keeper):
        tasks.open_tasks(
            [
                tasks.Wanted(person, POST_CAME_BACK, due_on, kind=Task.Kind.MEND)
                for person in sorted(by_keeper[authority.pk])
            ],
            change=open_change(authority=authority, by=by, why="post came back", at=at),
        )
    return sum(len(each) for each in by_keeper.values())
