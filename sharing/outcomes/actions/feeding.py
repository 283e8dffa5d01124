"""What organisations confirmed goes to the record: as a file of our own, through intake (LC-19).

A file is made of what waits, and the answers point to it, in one transaction: whatever is killed
leaves it to the next. Intake stages it for people, as all that arrives; nothing is overwritten.
"""

import io
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from caseload.actions.tasks import Wanted, open_tasks
from caseload.intake.actions.files import Receipt, receive
from caseload.intake.errors import IntakeError
from caseload.intake.tasks import hand_over
from caseload.models import Task
from ccis.access.references import show_reference
from ccis.audit.changes import open_change
from ccis.calendar.words import local_date
from ccis.calendar.working_days import add_working_days
from ccis.files.writing import stream_csv
from sharing.outcomes.actions.answers import WORK_WITHIN
from sharing.outcomes.kind import NAME, ProviderOutcomes
from sharing.outcomes.models import Answer, AnswerQuerySet

logger = logging.getLogger(__name__)

MOST = 5_000
"""Rows of one file."""
NOT_TAKEN_IN = "What their organisation confirmed did not come to their record"


def feed(*, at: datetime) -> int:
    """Give intake all that was confirmed and is not there yet; says how many files.

    One file for each list and teller. What cannot be taken in stops no other: officers are told of
    it, once, and it is tried again each time. Two workers never take the same answer.
    """
    made = 0
    waiting = Answer.objects.to_feed().order_by("disclosure__on_list", "by")
    for on_list, teller in waiting.values_list("disclosure__on_list", "by").distinct():
        theirs = Answer.objects.to_feed().filter(disclosure__on_list=on_list, by=teller)
        try:
            while _feed_next(theirs, at=at):
                made += 1
        except Exception as error:
            logger.error("what was confirmed of list %s waits: %s", on_list, type(error).__name__)
            _tell_officers(theirs, error, at=at)
    return made


@transaction.atomic
def _feed_next(theirs: AnswerQuerySet, *, at: datetime) -> bool:
    """Make a file of what waits of one teller about one list; whether there was anything."""
    answers = list(
        theirs.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("disclosure__on_list", "disclosure__provider", "disclosure__authority")
        .select_related("by")
        .order_by("pk")[:MOST]
    )
    if not answers:
        return False
    file = _receive(answers, at=at).file
    Answer.objects.filter(pk__in=[one.pk for one in answers]).update(file=file)
    transaction.on_commit(partial(hand_over, file.pk))
    return True


@transaction.atomic
def _tell_officers(theirs: AnswerQuerySet, error: Exception, *, at: datetime) -> None:
    """Open work about whoever was confirmed and waits, unless it was opened before."""
    told = Task.objects.filter(
        Q(state=Task.State.TO_DO) | Q(opened__at__gte=OuterRef("at")),
        person=OuterRef("disclosure__person"),
        what__startswith=NOT_TAKEN_IN,
    )
    waiting = theirs.filter(~Exists(told)).select_related("disclosure__authority")
    new = list(waiting.order_by("pk"))
    if not new:
        return
    why = error.message if isinstance(error, IntakeError) else "Something went wrong on our side"
    change = open_change(
        authority=new[0].disclosure.authority, by=None, why="outcome not taken in", at=at
    )
    due_on = add_working_days(local_date(at), WORK_WITHIN)
    what = f"{NOT_TAKEN_IN}: {why}"
    open_tasks(
        [Wanted(one.disclosure.person_id, what, due_on, kind=Task.Kind.MEND) for one in new],
        change=change,
    )


def _receive(answers: Sequence[Answer], *, at: datetime) -> Receipt:
    """The file of some answers of one teller about one list, as intake takes it in.

    Where the authority takes no such file from the organisation as a source, it comes as from its
    list: what it was asked to say there is not refused.
    """
    first = answers[0]
    disclosure = first.disclosure
    file = {
        "authority": disclosure.authority,
        "content": _content(answers),
        "file_name": f"confirmed-{first.ref}.csv",
        "by": first.by,
        "at": at,
        "kind": NAME,
        "as_at": local_date(max(one.at for one in answers)),
    }
    name = disclosure.provider.name
    try:
        return receive(**file, provider=disclosure.provider, source_name=name)  # type: ignore[arg-type]
    except IntakeError:
        return receive(**file, source_name=f"{name[:180]}, of its list")  # type: ignore[arg-type]


def _content(answers: Sequence[Answer]) -> bytes:
    rows = [
        [
            one.disclosure.ref,
            show_reference(one.disclosure.on_list.ref) if one.disclosure.on_list else "",
            one.where,
            one.since,
            one.get_doing_display() if one.doing else "",
            local_date(one.at),
            f"{one.by_name} ({one.ref})",
        ]
        for one in answers
    ]
    out = io.BytesIO()
    for part in stream_csv([column.heading for column in ProviderOutcomes.columns], rows):
        out.write(part)
    return out.getvalue()
