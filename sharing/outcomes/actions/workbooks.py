"""A completed workbook: received, read against its list, looked at, taken (LC-09, LDOR-02).

Nothing is taken before somebody has looked. Then it is taken chunk by chunk, each one transaction:
a worker that is killed has taken a row wholly or not at all, and the next goes on from there.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction

from ccis.access.references import show_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import date_in_words, local_date
from ccis.files import storage
from ccis.files.marking import CellProblem, annotate_workbook
from ccis.files.reading import CannotRead, read_table
from optout.models import Channel
from sharing.actions import life
from sharing.errors import CannotShare
from sharing.models import DisclosedRow, Disclosure, ListState, SharedList
from sharing.outcomes import tasks
from sharing.outcomes.actions.answers import Given, record_many
from sharing.outcomes.models import Attempt, Place, Workbook, WorkbookRow, WorkbookState
from sharing.outcomes.workbook import checking, expecting, opening
from sharing.outcomes.workbook.checking import Found
from sharing.rules import HEADINGS

Clock = Callable[[], datetime]
MOST_BYTES = opening.MOST_BYTES
CHUNK = 500
"""Rows of one transaction."""


# -- receiving -------------------------------------------------------------------------------------


@transaction.atomic
def receive(
    shared: SharedList,
    *,
    content: bytes,
    passphrase: str,
    file_name: str,
    by: User,
    at: datetime,
) -> Workbook:
    """Open what was sent, keep it encrypted under a key of ours, and have it read.

    Raises ``CannotShare`` for what cannot be opened, for a list that is not released, and for the
    same workbook a second time, which does nothing.
    """
    if shared.state != ListState.RELEASED:
        raise CannotShare("This list is not released")
    plain = opening.opened(content, passphrase)
    SharedList.objects.select_for_update(of=("self",), no_key=True).get(pk=shared.pk)
    stored = storage.store(plain)
    earlier = (
        shared.workbooks.filter(sha256=stored.sha256)
        .exclude(state__in=[WorkbookState.REFUSED, WorkbookState.SET_ASIDE])
        .first()
    )
    if earlier is not None:
        storage.discard(stored.id)
        on = date_in_words(local_date(earlier.sent_at))
        raise CannotShare(f"This file was already sent on {on}. Nothing was changed", field="file")
    made = Workbook.objects.create(
        on_list=shared,
        file_name=file_name[-255:],
        sha256=stored.sha256,
        stored_id=stored.id,
        sent_by=by,
        sent_at=at,
        beat_at=at,
    )
    _line("completed list received", made, by=by, at=at)
    transaction.on_commit(partial(tasks.hand_over, tasks.work_on_workbook, workbook=made.pk))
    return made


# -- reading ---------------------------------------------------------------------------------------


def work_on(workbook_id: int, *, now: Clock) -> None:
    """Read a workbook, or take it: whatever its state asks for. Safe to do again.

    Where something fails it is stopped, to be carried on once the cause is mended.
    """
    file = Workbook.objects.select_related("on_list__authority").get(pk=workbook_id)
    state = file.state
    try:
        if state == WorkbookState.READING:
            read(file, at=now())
        elif state == WorkbookState.TAKING:
            while take_next(file, at=now()):
                pass
    except Exception:
        Workbook.objects.filter(pk=workbook_id, state=state).update(
            state=WorkbookState.STOPPED, stopped_in=state
        )
        raise


@transaction.atomic
def read(file: Workbook, *, at: datetime) -> None:
    """Read every row against the list, or refuse the workbook whole."""
    file = _locked(file)
    if file.state != WorkbookState.READING:
        return
    WorkbookRow.objects.filter(workbook=file).delete()
    try:
        with read_table(
            storage.read_stored(file.stored_id),
            filename=file.file_name,
            headings=checking.headings_known(),
        ) as table:
            columns = checking.columns_of(table)
            rows = list(table.rows)
            notices = list(table.notices)
            date_system = table.date_system
        expected = expecting.expected_of(file.on_list, at=at)
        found = checking.check(
            rows, columns, expected, today=local_date(at), date_system=date_system
        )
    except (CannotRead, checking.WrongFile) as error:
        _refuse(file, str(error), at=at)
        return
    WorkbookRow.objects.bulk_create((_row(file, one) for one in found), batch_size=1000)
    in_it = {one.disclosure for one in found}
    missing = sum(one.is_live and one.disclosure not in in_it for one in expected.rows.values())
    _save(
        file,
        state=WorkbookState.REVIEW,
        notices=notices,
        row_count=len(found),
        missing=missing,
        beat_at=at,
    )


def _row(file: Workbook, found: Found) -> WorkbookRow:
    return WorkbookRow(
        workbook=file,
        number=found.number,
        disclosure_id=found.disclosure,
        row_ref=found.row_ref,
        mark=found.mark,
        place=found.place,
        said=found.said if found.place != Place.REFUSED else {},
        seen=found.seen,
        problems=found.problems,
    )


def _refuse(file: Workbook, why: str, *, at: datetime) -> None:
    _destroy_original(file)
    _save(file, state=WorkbookState.REFUSED, refusal=why[:300], finished_at=at)


# -- taking ----------------------------------------------------------------------------------------


@transaction.atomic
def take(file: Workbook, *, by: User, at: datetime) -> None:
    """Let the rows that say something be taken; the others stay as they are.

    Raises ``CannotShare`` when it does not wait for that, or nothing would change.
    """
    file = _locked(file)
    if file.state != WorkbookState.REVIEW:
        raise CannotShare("This workbook is not waiting for anybody")
    if not file.rows.filter(place=Place.CHANGES).exists():
        raise CannotShare("There is nothing to take from this workbook")
    _save(file, state=WorkbookState.TAKING, taken_by=by, taken_at=at, beat_at=at)
    _line("completed list taken", file, by=by, at=at)
    transaction.on_commit(partial(tasks.hand_over, tasks.work_on_workbook, workbook=file.pk))


@transaction.atomic
def take_next(file: Workbook, *, at: datetime, limit: int = CHUNK) -> bool:
    """Take the next rows; whether there may be more. Two workers take turns."""
    file = _locked(file)
    if file.state != WorkbookState.TAKING or file.taken_by is None:
        return False
    rows = list(file.rows.filter(place=Place.CHANGES).order_by("number")[:limit])
    if not rows:
        _save(file, state=WorkbookState.DONE, finished_at=at)
        return False
    live = set(
        Disclosure.objects.live(at)
        .filter(pk__in=[row.disclosure_id for row in rows])
        .values_list("pk", flat=True)
    )
    why_not = {row.disclosure_id: checking.GONE for row in rows if row.disclosure_id not in live}
    refused = _record(file, [row for row in rows if row.disclosure_id in live], at=at)
    why_not |= {disclosure: error.message for disclosure, error in refused.items()}
    _log_attempts(file, [row for row in rows if row.disclosure_id not in why_not], at=at)
    for row in rows:
        row.place = Place.TAKEN
        if row.disclosure_id in why_not:
            _put_back(row, why_not[row.disclosure_id])
    WorkbookRow.objects.bulk_update(rows, ["place", "problems", "said"], batch_size=CHUNK)
    _save(file, done_count=file.done_count + len(rows), beat_at=at)
    return True


def _put_back(row: WorkbookRow, why: str) -> None:
    row.place, row.said = Place.REFUSED, {}
    row.problems = [{"position": None, "letter": "", "heading": "", "message": why}]


def _record(file: Workbook, rows: Sequence[WorkbookRow], *, at: datetime) -> dict[int, CannotShare]:
    given = [
        Given(row.disclosure_id, checking.said_of(row.said), row.seen, row.mark)
        for row in rows
        if row.disclosure_id is not None and "outcome" in row.said
    ]
    if not given or file.taken_by is None:
        return {}
    taken = record_many(
        given,
        authority=file.on_list.authority,
        channel=Channel.FILE,
        by=file.taken_by,
        at=at,
    )
    return dict(taken.refused)


def _log_attempts(file: Workbook, rows: Sequence[WorkbookRow], *, at: datetime) -> None:
    """Log the tries that the rows tell of, but for those that are there: of that day and way."""
    by = file.taken_by
    if by is None:
        return
    told = {
        (row.disclosure_id, date.fromisoformat(row.said["tried_on"]), row.said["how"])
        for row in rows
        if row.disclosure_id is not None and "tried_on" in row.said
    }
    there = set(
        Attempt.objects.standing()
        .filter(disclosure__in=[one[0] for one in told])
        .values_list("disclosure", "tried_on", "how")
    )
    made = Attempt.objects.bulk_create(
        Attempt(disclosure_id=pk, tried_on=day, how=how, at=at, by=by, by_name=by.name)
        for pk, day, how in sorted(told - there)
    )
    if made:
        people = Disclosure.objects.filter(pk__in=[one.disclosure_id for one in made])
        trail.record_many(
            "attempt logged",
            list(people.values_list("person_id", flat=True)),
            kind=life.PERSON,
            by=by,
            at=at,
            authority=file.on_list.authority,
            workbook=file.ref,
        )


@transaction.atomic
def set_aside(file: Workbook, *, by: User, at: datetime) -> None:
    """Use nothing of a workbook. Raises ``CannotShare`` once something was taken, or a worker has
    it."""
    file = _locked(file)
    if file.state not in (WorkbookState.REVIEW, WorkbookState.STOPPED) or file.taken_by_id:
        raise CannotShare("This workbook cannot be set aside now")
    _destroy_original(file)
    _save(file, state=WorkbookState.SET_ASIDE, finished_at=at)
    WorkbookRow.objects.filter(workbook=file).delete()
    _line("completed list set aside", file, by=by, at=at)


@transaction.atomic
def carry_on(file: Workbook, *, by: User, at: datetime) -> None:
    """Go on with a workbook that stopped. Raises ``CannotShare`` for any other."""
    file = _locked(file)
    if file.state != WorkbookState.STOPPED:
        raise CannotShare("This workbook has not stopped")
    _save(file, state=file.stopped_in, stopped_in="", beat_at=at)
    _line("completed list carried on", file, by=by, at=at)
    transaction.on_commit(partial(tasks.hand_over, tasks.work_on_workbook, workbook=file.pk))


# -- giving back -----------------------------------------------------------------------------------


def marked(file: Workbook, *, by: User, at: datetime) -> bytes:
    """The sender's own workbook with what to mend, in red cells.

    Where somebody in it is on the list no more or never was, where the list says something
    otherwise by now, and for whoever did not send it themselves, what the council filled in is left
    out of it, and other sheets with it. Raises ``CannotShare`` when nothing is to be mended, or the
    workbook is kept no more.
    """
    rows = file.rows.filter(place=Place.REFUSED).order_by("number")
    problems = [
        CellProblem(row=row.number, position=one["position"], message=one["message"])
        for row in rows
        for one in row.problems
    ]
    if not problems or not file.stored_id:
        raise CannotShare("There is nothing to mend, or the workbook is not kept any more")
    bare = (
        file.sent_by_id != by.pk
        or file.rows.filter(disclosure=None).exists()
        or Disclosure.objects.over(at).filter(on_list=file.on_list).exists()
        or DisclosedRow.objects.filter(on_list=file.on_list).exclude(given_before={}).exists()
    )
    try:
        content = annotate_workbook(
            storage.read_stored(file.stored_id),
            problems,
            filename=file.file_name,
            leave_out=list(HEADINGS.values()) if bare else [],
            headings=checking.headings_known(),
        )
    except CannotRead as error:
        raise CannotShare(str(error)) from error
    _line("completed list given back marked", file, by=by, at=at)
    return content


def look_after(*, at: datetime) -> list[int]:
    """Destroy originals that were kept long enough; says which workbooks no worker has by now."""
    for file in Workbook.objects.outlived(at):
        with transaction.atomic():
            _destroy_original(_locked(file))
    return list(Workbook.objects.stalled(at).values_list("pk", flat=True))


# -- parts -----------------------------------------------------------------------------------------


def _locked(file: Workbook) -> Workbook:
    held = Workbook.objects.select_for_update(of=("self",))
    return held.select_related("on_list__authority", "taken_by").get(pk=file.pk)


def _destroy_original(file: Workbook) -> None:
    """Where it is kept still: after a while it is not."""
    if file.stored_id:
        transaction.on_commit(partial(storage.discard, file.stored_id))
        _save(file, stored_id="")


def _save(file: Workbook, **values: Any) -> None:
    for name, value in values.items():
        setattr(file, name, value)
    file.save(update_fields=list(values))


def _line(verb: str, file: Workbook, *, by: User | None, at: datetime) -> None:
    shared = file.on_list
    trail.record(
        verb,
        by=by,
        at=at,
        authority=shared.authority,
        subject=file,
        list=show_reference(shared.ref),
        workbook=file.ref,
    )
