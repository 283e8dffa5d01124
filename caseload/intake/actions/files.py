"""Files: received, sent on their way, approved, set aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from caseload.intake.actions import taking_in
from caseload.intake.actions.sources import source_of
from caseload.intake.actions.states import move
from caseload.intake.columns import missing_from
from caseload.intake.errors import FileIsBusy, IntakeError
from caseload.intake.kinds import kind_named
from caseload.intake.models import ColumnMemory, InboundFile, InboundRow
from caseload.intake.queries import counts_of, same_content, source_key
from caseload.intake.rules import (
    AFTER_APPLYING,
    NEXT_STATES,
    OPEN_OUTCOMES,
    ORIGINAL_KEPT_FOR,
    READY_OUTCOMES,
    UNSURE_OUTCOMES,
    WITH_PEOPLE,
    Arrival,
    FileState,
    Outcome,
    Reason,
)
from caseload.intake.source_models import Source
from caseload.intake.source_models import source_key as key_of_source
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from ccis.files import storage
from ccis.files.storage import Readable
from ccis.files.values import normalise_header
from providers.models import Provider

LARGEST = 100_000_000
"""Bytes of one file."""


NOT_REDUCED = (
    "A file of the kind “{label}” is reduced before it is kept, and this one was not. Set it "
    "aside, and send it again as that"
)


NOT_THIS_WAY = "The council does not take files of the kind “{label}” this way"


@dataclass(frozen=True)
class Receipt:
    """A file that was taken in, or the one with the same content that was there already."""

    file: InboundFile
    is_new: bool


def receive(
    *,
    authority: Authority,
    content: Readable | bytes,
    file_name: str,
    source_name: str,
    by: User | None,
    at: datetime,
    kind: str = "",
    provider: Provider | None = None,
    as_at: date | None = None,
    came_by: Arrival = Arrival.BROWSER,
    dropped_as: str = "",
) -> Receipt:
    """Keep a file, encrypted, and note that it came.

    ``kind`` may be left for the headings to tell. The same content again is a no-op that gives
    the first file. Raises ``IntakeError`` for one that is too large, or of a kind that is not
    taken from its source.
    """
    today = local_date(at)
    came = taking_in.Arrival(
        authority=authority,
        kind=kind,
        file_name=file_name,
        as_at=as_at or today,
        today=today,
        has_sender=provider is not None,
    )
    content = taking_in.whole(content, limit=LARGEST)
    kept = taking_in.keep_what_may_be_kept(content, came)
    if kept is not None:
        content, kind, file_name = kept.content, kept.kind, kept.file_name
    if came_by != Arrival.PASSED:
        _refuse_what_is_not_theirs(authority, provider, source_name, kind)
    if kind and not kind_named(kind).is_taken_by(came_by, policy_of(authority)):
        raise IntakeError(NOT_THIS_WAY.format(label=kind_named(kind).label))
    try:
        stored = storage.store(content, limit=LARGEST)
    except storage.TooLarge:
        most = LARGEST // 1_000_000
        raise IntakeError(f"This file is larger than {most} MB. Send it in parts") from None
    if not stored.size:
        storage.discard(stored.id)
        raise IntakeError("This file is empty")
    values: dict[str, Any] = {
        "authority": authority,
        "kind": kind,
        "provider": provider,
        "source_name": source_name,
        "file_name": file_name[-255:],
        "size": stored.size,
        "sha256": kept.sha256 if kept else stored.sha256,
        "dropped": kept.dropped if kept else {},
        "stored_id": stored.id,
        "keep_original_until": today + ORIGINAL_KEPT_FOR,
        "as_at": as_at or (kind_named(kind).default_as_at(today) if kind else today),
        "received_by": by,
        "received_at": at,
        "came_by": came_by.value,
        "dropped_as": dropped_as,
    }
    receipt = _take_in(values, guesses_day=as_at is None)
    if not receipt.is_new:
        storage.discard(stored.id)
    return receipt


def _refuse_what_is_not_theirs(
    authority: Authority, provider: Provider | None, name: str, kind: str
) -> None:
    """Refuse a kind that the source may not send; one that the headings tell is looked at later."""
    source = Source.objects.of(authority).filter(key=key_of_source(provider, name)).first()
    if kind and source is not None and not source.may_send(kind):
        raise IntakeError(
            f"Files of the kind “{kind_named(kind).label}” are not taken from {source.title}"
        )


def _take_in(values: dict[str, Any], *, guesses_day: bool) -> Receipt:
    authority, sha256 = values["authority"], values["sha256"]
    earlier = same_content(authority.pk, sha256).first()
    if earlier is not None:
        return Receipt(earlier, is_new=False)
    try:
        with transaction.atomic():
            source = source_of(authority, provider=values["provider"], name=values["source_name"])
            file = InboundFile.objects.create(**values, source=source, as_at_is_usual=guesses_day)
            trail.record(
                "file received",
                by=values["received_by"],
                at=values["received_at"],
                authority=authority,
                subject=file,
            )
    except IntegrityError:  # the same content, in the same instant
        earlier = same_content(authority.pk, sha256).first()
        if earlier is None:
            raise
        return Receipt(earlier, is_new=False)
    return Receipt(file, is_new=True)


def locked(file: InboundFile) -> InboundFile:
    """The file as it stands now, held for the rest of the transaction."""
    return InboundFile.objects.select_for_update().get(pk=file.pk)


@transaction.atomic
def choose_columns(
    *, file: InboundFile, kind: str, columns: Mapping[int, str], by: User, at: datetime
) -> None:
    """Say which column is which of ours; remembered for this source's next file.

    ``columns`` gives our key, or nothing for a column that is left out, by position. Raises
    ``IntakeError`` when something that is needed is missing or chosen twice.
    """
    file = locked(file)
    if file.state not in (FileState.NEEDS_COLUMNS, FileState.READY) or file.approved_at:
        raise FileIsBusy("The columns of this file cannot be changed now")
    chosen = {position: key for position, key in columns.items() if key}
    known = kind_named(kind)
    if known.fields and not (file.kind == kind and file.dropped):
        raise IntakeError(NOT_REDUCED.format(label=known.label))
    for key in chosen.values():
        if list(chosen.values()).count(key) > 1:
            raise IntakeError(f"More than one column is chosen for {known.column(key).heading}")
    missing = missing_from(known, chosen.values(), has_sender=file.provider is not None)
    if missing:
        raise IntakeError(f"Choose the column that holds {missing[0]}")
    _remember(file, kind, columns, by=by, at=at)
    trail.record("columns matched", by=by, at=at, authority=file.authority, subject=file)
    move(
        file,
        FileState.CHECKING,
        kind=kind,
        columns={str(position): key for position, key in chosen.items()},
        rows_are_read=False,
        done_count=0,
        beat_at=at,
    )


def _remember(
    file: InboundFile, kind: str, columns: Mapping[int, str], *, by: User, at: datetime
) -> None:
    ColumnMemory.objects.bulk_create(
        [
            ColumnMemory(
                authority_id=file.authority_id,
                kind=kind,
                source=source_key(file),
                heading=normalise_header(file.header[position])[:200],
                column=key,
                by=by,
                at=at,
            )
            for position, key in columns.items()
            if normalise_header(file.header[position])
        ],
        update_conflicts=True,
        unique_fields=["authority", "kind", "source", "heading"],
        update_fields=["column", "by", "at"],
    )


@transaction.atomic
def approve(*, file: InboundFile, by: User, at: datetime) -> int:
    """Let the rows that are ready be applied; the others keep their place. Gives how many."""
    file = locked(file)
    if file.state not in WITH_PEOPLE:
        raise FileIsBusy("This file is not waiting for approval")
    counts = counts_of(file)
    ready = sum(counts.get(outcome, 0) for outcome in READY_OUTCOMES)
    if not ready:
        raise IntakeError("No rows are ready. Decide about some first")
    move(
        file,
        FileState.APPLYING,
        approved_by=by,
        approved_at=at,
        beat_at=at,
        done_count=0,
        to_do_count=ready,
    )
    trail.record("file approved", by=by, at=at, authority=file.authority, subject=file, rows=ready)
    return ready


def ended_by_setting_aside(file: InboundFile) -> frozenset[Outcome]:
    """The places of rows of which nothing comes any more once their file is set aside."""
    passes_on = bool(file.kind) and kind_named(file.kind).passes_on
    return OPEN_OUTCOMES | {Outcome.WAITS} | ({Outcome.ELSEWHERE} if passes_on else set())


@transaction.atomic
def set_aside(*, file: InboundFile, by: User, at: datetime) -> None:
    """Use no more of a file: every row that is still open, or waits to be passed on, is set
    aside.

    Whether anything was passed on does not change how the file stands, which its sender sees: of
    somebody whom the council holds nothing is passed on by itself.
    """
    file = locked(file)
    if FileState.SET_ASIDE not in NEXT_STATES[FileState(file.state)]:
        raise FileIsBusy("This file cannot be set aside now")
    left = InboundRow.objects.filter(file=file, outcome__in=ended_by_setting_aside(file))
    left.update(
        outcome=Outcome.SET_ASIDE,
        reason=Reason.BY_HAND,
        why="The whole file was set aside",
        decided_by=by,
        decided_at=at,
    )
    counts = counts_of(file)
    used = any(counts.get(outcome) for outcome in AFTER_APPLYING.values())
    move(
        file,
        FileState.DONE if used else FileState.SET_ASIDE,
        counts={outcome.value: n for outcome, n in counts.items()},
        finished_at=at,
    )
    trail.record("file set aside", by=by, at=at, authority=file.authority, subject=file)


@transaction.atomic
def look_again(*, file: InboundFile, by: User | None, at: datetime) -> int:
    """Match and work out afresh the rows that need a person. Gives how many."""
    file = locked(file)
    if file.state not in WITH_PEOPLE:
        raise FileIsBusy("This file cannot be looked at again now")
    rows = InboundRow.objects.filter(file=file, outcome__in=UNSURE_OUTCOMES).update(
        outcome=Outcome.UNDECIDED
    )
    if not rows:
        raise IntakeError("No rows need a person")
    move(file, FileState.MATCHING, beat_at=at, done_count=0, to_do_count=rows)
    trail.record(
        "file looked at again", by=by, at=at, authority=file.authority, subject=file, rows=rows
    )
    return rows


@transaction.atomic
def carry_on(*, file: InboundFile, by: User | None, at: datetime) -> None:
    """Go on with a file that stopped, from where it stopped."""
    file = locked(file)
    if file.state != FileState.STOPPED:
        raise FileIsBusy("This file has not stopped")
    move(file, FileState(file.stopped_in), stopped_in="", beat_at=at)
    trail.record("file carried on", by=by, at=at, authority=file.authority, subject=file)


@transaction.atomic
def bring_back(*, file: InboundFile, on: date, at: datetime) -> int:
    """Look again at the rows whose waiting time is over (PIA-02). Gives how many."""
    file = locked(file)
    if file.state not in {*WITH_PEOPLE, FileState.DONE}:
        return 0
    rows = InboundRow.objects.filter(file=file, outcome=Outcome.WAITS, wait_until__lte=on).update(
        outcome=Outcome.UNDECIDED, reason=Reason.DUE, wait_until=None
    )
    if rows:
        move(
            file,
            FileState.MATCHING,
            beat_at=at,
            done_count=0,
            to_do_count=rows,
            finished_at=None,
        )
    return rows


def destroy_original(*, file: InboundFile, at: datetime) -> None:
    """Destroy the kept original for good; its rows stay as evidence (design §4)."""
    with transaction.atomic():
        stored_id = locked(file).stored_id
        if not stored_id:
            return
        InboundFile.objects.filter(pk=file.pk).update(stored_id="")
        trail.record("original destroyed", by=None, at=at, authority=file.authority, subject=file)
        transaction.on_commit(lambda: storage.discard(stored_id))
