"""Work about young people: opened, taken, done, opened again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from caseload.errors import CannotRecord
from caseload.models import Task, YoungPerson
from ccis.access.references import new_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.models import Change

LONGEST = 200
"""Characters of what is to be done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task to open. ``person`` and ``owner`` are ids; without an owner it is anyone's."""

    person: int
    what: str
    due_on: date
    kind: str = Task.Kind.CONTACT
    owner: int | None = None
    source_row: int | None = None


OPEN = """
INSERT INTO caseload_task
    (ref, person_id, kind, what, due_on, owner_id, state, opened_id, source_row)
SELECT w.ref, w.person_id, w.kind, w.what, w.due_on, w.owner_id, 'to-do', %(change)s, w.source_row
FROM unnest(%(refs)s::text[], %(people)s::bigint[], %(kinds)s::text[], %(whats)s::text[],
            %(dues)s::date[], %(owners)s::bigint[], %(rows)s::integer[])
    AS w (ref, person_id, kind, what, due_on, owner_id, source_row)
ON CONFLICT (person_id, what) WHERE state = 'to-do' DO NOTHING
RETURNING person_id
"""


@transaction.atomic
def open_tasks(wanted: Iterable[Wanted], *, change: Change) -> int:
    """Open tasks as one set, with a line of the trail about each person. Gives how many.

    ``change`` says who or which file asks for them, and when. One that says the same about
    the same person and is not done yet stays as it is: nobody is sent after someone twice.
    """
    new = list(wanted)
    if not new:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN,
            {
                "change": change.pk,
                "refs": [new_reference() for _ in new],
                "people": [one.person for one in new],
                "kinds": [str(one.kind) for one in new],
                "whats": [one.what[:LONGEST] for one in new],
                "dues": [one.due_on for one in new],
                "owners": [one.owner for one in new],
                "rows": [one.source_row for one in new],
            },
        )
        people = [person for (person,) in cursor.fetchall()]
    if people:
        trail.record_many(
            "task opened",
            people,
            kind=YoungPerson._meta.label_lower,
            by=change.by,
            at=change.at,
            authority=change.authority,
            change=change,
        )
    return len(people)


def _held(task: Task) -> Task:
    return Task.objects.select_for_update().get(pk=task.pk)


@transaction.atomic
def take(*, task: Task, by: User, at: datetime) -> Task:
    """Make a task one's own. Raises ``CannotRecord`` when it is done, or another's."""
    task = _held(task)
    if task.state == Task.State.DONE:
        raise CannotRecord("This task has been done")
    if task.owner_id not in (None, by.pk):
        raise CannotRecord("Someone else has taken this task")
    task.owner = by
    task.save(update_fields=["owner"])
    _record("task taken", task, by=by, at=at)
    return task


@transaction.atomic
def done(*, task: Task, by: User, at: datetime) -> Task:
    """Say that a task is done. Raises ``CannotRecord`` when it was before."""
    task = _held(task)
    if task.state == Task.State.DONE:
        raise CannotRecord("This task has been done")
    task.state, task.done_by, task.done_at = Task.State.DONE, by, at
    task.save(update_fields=["state", "done_by", "done_at"])
    _record("task done", task, by=by, at=at)
    return task


@transaction.atomic
def open_again(*, task: Task, by: User, at: datetime) -> Task:
    """Say that a task is not done after all.

    Raises ``CannotRecord`` when it is open, or another one that says the same is.
    """
    task = _held(task)
    same = Task.objects.still_open().filter(person=task.person_id, what=task.what)
    if same.exists():
        raise CannotRecord("This task is open already")
    task.state, task.done_by, task.done_at = Task.State.TO_DO, None, None
    task.save(update_fields=["state", "done_by", "done_at"])
    _record("task opened again", task, by=by, at=at)
    return task


@transaction.atomic
def stop_for_death(person: YoungPerson, *, by: User, at: datetime) -> None:
    """Leave nothing to do about someone who has died, as that is recorded (USE-05)."""
    open_ones = list(Task.objects.still_open().filter(person=person).select_for_update())
    for task in open_ones:
        task.state, task.done_by, task.done_at = Task.State.DONE, by, at
        _record("task stopped by a death", task, by=by, at=at)
    Task.objects.bulk_update(open_ones, ["state", "done_by", "done_at"])


def _record(verb: str, task: Task, *, by: User, at: datetime) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=task.person.lead_authority,
        subject=task.person,
        task=task.pk,
    )
