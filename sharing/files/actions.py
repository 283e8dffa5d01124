"""Making a list into an encrypted file for one named person, and destroying it (LC-11, LDOR-06).

A file holds people as they were on the list when it was made. As soon as one of them may not be
read any more nobody gets it again, and its key is destroyed: the organisation asks for a new one.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from ccis.access.references import ALPHABET, show_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.policy import policy_of
from ccis.calendar.words import date_in_words, local_date
from ccis.files import storage
from ccis.leaving.actions import Content, leaves
from optout.letters.rules import PURPOSES
from sharing.actions import life
from sharing.actions.portal import note_opening
from sharing.errors import CannotShare
from sharing.files import packing
from sharing.files.models import Download, FileState, SecureFile
from sharing.models import DisclosedRow, Disclosure, ListState, SharedList
from sharing.queries.opening import standing_grants

Clock = Callable[[], datetime]

MARK_LENGTH = 4
GONE = "Someone is not on this list any more. Ask for a new file"
CHANGED = "What this list says of someone has changed. Ask for a new file"
NOT_NAMED = "You may not open this list any more"


def whom(shared: SharedList) -> list[User]:
    """The named individuals who may open a list, by email."""
    may_open = standing_grants().filter(content_object=shared)
    return list(User.objects.filter(pk__in=may_open.values("user")).order_by("email"))


def why_no_files(shared: SharedList) -> str:
    """Why no file of a list may be made, in words; empty where one may (LDOR-06)."""
    if not policy_of(shared.authority).files_may_leave:
        return "The council’s policy keeps lists in the portal"
    if not shared.version.files_allowed:
        return "The agreement does not allow files"
    if shared.state != ListState.RELEASED:
        return "This list is not released"
    return ""


@transaction.atomic
def ask(
    shared: SharedList, *, form: str, for_user: User, told_to: User, by: User, at: datetime
) -> SecureFile:
    """Have a file of a released list made for one named individual.

    ``told_to`` is shown the passphrase, once: another named individual, or whoever asks, who says
    it on the phone. Raises ``CannotShare`` where files may not leave, for whom the list does not
    name, and when nobody is on it any more.
    """
    if why := why_no_files(shared):
        raise CannotShare(why)
    named = whom(shared)
    if for_user not in named:
        raise CannotShare("Choose someone who may open this list", field="for_user")
    if told_to not in named and told_to != by:
        raise CannotShare("Choose someone who may open this list, or yourself", field="told_to")
    if told_to == for_user:
        raise CannotShare("The passphrase must go to somebody else", field="told_to")
    live = list(shared.disclosures.live(at).values_list("pk", flat=True))
    if not live:
        raise CannotShare("Nobody is on this list any more")
    file = SecureFile.objects.create(
        on_list=shared,
        form=form,
        mark=_new_mark(shared),
        for_user=for_user,
        told_to=told_to,
        asked_by=by,
        asked_at=at,
        beat_at=at,
    )
    file.rows.set(live)
    _line("secure file asked for", file, by=by, at=at, people=len(live))
    return file


def _new_mark(shared: SharedList) -> str:
    taken = set(shared.files.values_list("mark", flat=True))
    while True:
        mark = "".join(secrets.choice(ALPHABET) for _ in range(MARK_LENGTH))
        if mark not in taken:
            return mark


# -- making ----------------------------------------------------------------------------------------


def make(file_id: int, *, now: Clock) -> None:
    """Make a file that was asked for, or make it again where a worker was killed.

    The ids are committed first and the keys after, so that what a killed worker leaves is found
    and destroyed. Does nothing to a file that is ready, or destroyed.
    """
    file = _take(file_id, now())
    if file is None:
        return
    try:
        content, phrase = _pack(file, now())
        kept = storage.store(content, file_id=file.file_id)
        storage.store(phrase.encode(), file_id=file.phrase_id)
        _finish(file, kept, now())
    except CannotShare as error:
        _stop(file, error.message)
    except Exception:
        _stop(file, "Something went wrong on our side")
        raise


@transaction.atomic
def _take(file_id: int, at: datetime) -> SecureFile | None:
    file = _locked(file_id)
    if file.state not in (FileState.MAKING, FileState.STOPPED):
        return None
    for left in filter(None, (file.file_id, file.phrase_id)):
        transaction.on_commit(partial(storage.discard, left))
    file.file_id, file.phrase_id = storage.new_id(), storage.new_id()
    file.state, file.stopped_because, file.beat_at = FileState.MAKING, "", at
    file.save(update_fields=["file_id", "phrase_id", "state", "stopped_because", "beat_at"])
    return file


def _pack(file: SecureFile, at: datetime) -> tuple[bytes, str]:
    shared = file.on_list
    rows = DisclosedRow.objects.filter(disclosure__in=file.rows.all()).order_by("ref")
    live = [row for row in rows if row.ends_at > at]
    if len(live) != file.rows.count():
        raise CannotShare(GONE)
    sheet = packing.Sheet(
        reference=show_reference(shared.ref),
        mark=file.mark,
        columns=shared.columns,
        rows=[packing.Row(f"{show_reference(row.ref)}-{file.mark}", row.values) for row in live],
        about=_about(file, live),
    )
    phrase = packing.new_passphrase()
    plain = packing.workbook(sheet)
    if file.form == SecureFile.Form.ZIP:
        name = f"list-{shared.ref}-{file.mark}.xlsx"
        return packing.encrypted_zip(plain, phrase, name=name), phrase
    return packing.encrypted_workbook(plain, phrase), phrase


def _about(file: SecureFile, rows: Sequence[DisclosedRow]) -> list[tuple[str, str]]:
    shared = file.on_list
    until = min(row.ends_at for row in rows) - timedelta(seconds=1)
    return [
        ("List", show_reference(shared.ref)),
        ("Copy", f"{file.mark}, made for {file.for_user.email}"),
        ("From", shared.authority.name),
        ("To", shared.provider.name),
        ("What it is for", f"{PURPOSES[shared.purpose]}. Any other use is not allowed."),
        ("Use it until", date_in_words(local_date(until))),
        (
            "What you must do",
            "Fill in the columns from “What happened” on and send the workbook back in the portal. "
            "When the time is over, or when we tell you, destroy every copy and confirm it.",
        ),
        ("What you must not do", "Pass it on, print it, or keep it on a stick or a phone."),
    ]


@transaction.atomic
def _finish(file: SecureFile, kept: storage.StoredFile, at: datetime) -> None:
    held = _locked(file.pk)
    if held.state != FileState.MAKING or held.file_id != file.file_id:
        raise CannotShare("Another worker makes this file")
    if why := _why_not(held, at):
        raise CannotShare(why)
    held.state, held.sha256, held.size = FileState.READY, kept.sha256, kept.size
    held.save(update_fields=["state", "sha256", "size"])
    _line("secure file made", held, by=None, at=at, sha256=kept.sha256)


def _why_not(file: SecureFile, at: datetime) -> str:
    """Why a file may not be given out any more, in words; empty where it may."""
    if Disclosure.objects.over(at).filter(files=file).exists():
        return GONE
    if file.rows.filter(row__changed_at__gt=file.asked_at).exists():
        return CHANGED
    return why_no_files(file.on_list)


@transaction.atomic
def _stop(file: SecureFile, why: str) -> None:
    held = _locked(file.pk)
    for left in (file.file_id, file.phrase_id):
        transaction.on_commit(partial(storage.discard, left))
    if held.state == FileState.MAKING and held.file_id == file.file_id:
        held.state, held.stopped_because = FileState.STOPPED, why
        held.file_id = held.phrase_id = ""
        held.save(update_fields=["state", "stopped_because", "file_id", "phrase_id"])


# -- giving it out ---------------------------------------------------------------------------------


@transaction.atomic
def download(file: SecureFile, *, user: User, at: datetime) -> bytes:
    """The encrypted file, for the one for whom it was made; each time is recorded (USE-07).

    It counts as opening the list. Raises ``CannotShare`` for anyone else, once somebody in it may
    not be read any more or is said otherwise, and where files may not leave any more.
    """
    file = _locked(file.pk)
    if file.for_user_id != user.pk:
        raise CannotShare("This file was made for somebody else")
    if user not in whom(file.on_list):
        raise CannotShare(NOT_NAMED)
    if why := _why_not(file, at) or ("" if file.state == FileState.READY else GONE):
        raise CannotShare(why)
    content = storage.read_stored(file.file_id)
    Download.objects.create(file=file, by=user, at=at, sha256=file.sha256)
    leaves(
        "list",
        Content(file.sha256, file.size or 0),
        authority=file.on_list.authority,
        by=user,
        at=at,
        why=f"List for {file.on_list.provider.name}",
        of=f"{file.on_list.ref}/{file.ref}",
        people=file.rows.count(),
    )
    _line("secure file downloaded", file, by=user, at=at, sha256=file.sha256)
    note_opening([file.on_list_id], user=user, at=at)
    life.receive(file.on_list, by=user, at=at)
    return content


@transaction.atomic
def tell(file: SecureFile, *, user: User, at: datetime) -> str:
    """The passphrase, once, to the one to whom it goes; its key is destroyed with that (LC-11).

    Raises ``CannotShare`` for anyone else, and the second time.
    """
    file = _locked(file.pk)
    if file.told_to_id != user.pk:
        raise CannotShare("The passphrase of this file goes to somebody else")
    if file.asked_by_id != user.pk and user not in whom(file.on_list):
        raise CannotShare(NOT_NAMED)
    if file.told_at is not None:
        raise CannotShare("The passphrase was shown already. Ask for a new file")
    if file.state != FileState.READY:
        raise CannotShare("This file is not there")
    phrase = storage.read_stored(file.phrase_id).decode()
    transaction.on_commit(partial(storage.discard, file.phrase_id))
    file.told_at, file.phrase_id = at, ""
    file.save(update_fields=["told_at", "phrase_id"])
    _line("passphrase shown", file, by=user, at=at)
    return phrase


# -- destroying ------------------------------------------------------------------------------------


def destroy_stale(*, at: datetime) -> int:
    """Destroy every file that holds someone who may not be read any more; says how many (LC-18)."""
    stale = list(SecureFile.objects.stale(at).values_list("pk", flat=True))
    return sum(_destroy(pk, by=None, at=at) for pk in stale)


def destroy(file: SecureFile, *, by: User, at: datetime) -> None:
    """Destroy one file, which nobody needs; doing it again changes nothing."""
    _destroy(file.pk, by=by, at=at)


@transaction.atomic
def _destroy(file_id: int, *, by: User | None, at: datetime) -> bool:
    file = _locked(file_id)
    if file.state == FileState.DESTROYED:
        return False
    for left in filter(None, (file.file_id, file.phrase_id)):
        storage.discard(left)
    file.state, file.destroyed_at = FileState.DESTROYED, at
    file.save(update_fields=["state", "destroyed_at"])
    _line("secure file destroyed", file, by=by, at=at)
    return True


def _locked(file_id: int) -> SecureFile:
    held = SecureFile.objects.select_for_update(of=("self",))
    return held.select_related(
        "on_list__authority", "on_list__provider", "on_list__version", "for_user"
    ).get(pk=file_id)


def _line(verb: str, file: SecureFile, *, by: User | None, at: datetime, **details: Any) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=file.on_list.authority,
        subject=file,
        list=file.on_list.ref,
        file=file.ref,
        **details,
    )
