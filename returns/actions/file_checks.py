"""Files sent in to be checked: kept encrypted for a day, checked by a worker, destroyed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.files import storage
from ccis.files.storage import CannotOpenStored, Readable
from ccis.leaving.actions import Content, leaves
from returns import checking, editions
from returns.checking import FOUND, Checked
from returns.errors import CannotMake
from returns.models import CheckFinding, CheckState, FileCheck

Clock = Callable[[], datetime]

KEPT_FOR = timedelta(days=1)
LARGEST = 100_000_000
"""Bytes of one file from a browser; the command takes any size."""

UNDER_WAY = (CheckState.ASKED, CheckState.READING, CheckState.CHECKING)
LONGEST_ID = 40
LONGEST_DETAIL = 600


def receive(
    *,
    authority: Authority,
    content: Readable | bytes,
    file_name: str,
    edition: str,
    by: User,
    at: datetime,
) -> FileCheck:
    """Keep a file, encrypted, for a day, and ask for it to be checked.

    Raises ``CannotMake`` for one that is empty or too large; nothing of it is then kept.
    """
    try:
        stored = storage.store(content, limit=LARGEST)
    except storage.TooLarge:
        raise CannotMake(
            f"The file is larger than {LARGEST // 1_000_000} MB. Check it with the command"
            " check_return, which takes any size."
        ) from None
    if not stored.size:
        storage.discard(stored.id)
        raise CannotMake("The file is empty.")
    try:
        return _keep(authority, stored, file_name, edition, by, at)
    except BaseException:
        storage.discard(stored.id)
        raise


@transaction.atomic
def _keep(
    authority: Authority,
    stored: storage.StoredFile,
    file_name: str,
    edition: str,
    by: User,
    at: datetime,
) -> FileCheck:
    check = FileCheck.objects.create(
        authority=authority,
        edition=edition,
        file_name=file_name[-255:],
        size=stored.size,
        sha256=stored.sha256,
        stored_id=stored.id,
        asked_by=by,
        asked_at=at,
        keep_until=at + KEPT_FOR,
    )
    _trail("file sent in to be checked", check, by=by, at=at)
    return check


@transaction.atomic
def check_again(*, check: FileCheck, edition: str, by: User, at: datetime) -> None:
    """Have the same file checked by an edition, or carry on with what stopped."""
    check = FileCheck.objects.select_for_update().get(pk=check.pk)
    if check.is_under_way:
        raise CannotMake("It is being checked. Wait until that is done.")
    FileCheck.objects.filter(pk=check.pk).update(
        state=CheckState.ASKED, edition=edition, stopped_because="", beat_at=None, record_count=0
    )
    check.edition = edition
    _trail("file checked again", check, by=by, at=at)


def run(*, check_id: int, now: Clock) -> None:
    """Check a file that was asked for; does nothing when another worker has it.

    Whatever stops it is written on it, and is also raised.
    """
    taken = FileCheck.objects.filter(pk=check_id, state=CheckState.ASKED)
    if not taken.update(state=CheckState.READING, beat_at=now()):
        return
    check = FileCheck.objects.select_related("authority", "asked_by").get(pk=check_id)
    try:
        _run(check, now)
    except Exception as error:
        FileCheck.objects.filter(pk=check_id).update(
            state=CheckState.STOPPED, stopped_because=_said(error)
        )
        raise


def _said(error: Exception) -> str:
    if isinstance(error, CannotOpenStored):
        return "The file is not kept any more. Send it in again."
    return f"Something went wrong ({type(error).__name__}). Nothing is lost: carry on."


def _run(check: FileCheck, now: Clock) -> None:
    def tell(step: str, count: int) -> None:
        FileCheck.objects.filter(pk=check.pk).update(state=step, record_count=count, beat_at=now())

    with (
        storage.open_stored(check.stored_id) as stored,
        checking.check(stored, editions.load(check.edition), tell=tell) as checked,
    ):
        _keep_findings(check, checked, at=now())


@transaction.atomic
def _keep_findings(check: FileCheck, checked: Checked, *, at: datetime) -> None:
    """Put what was found in place of what was found before, and say that it is done."""
    held = FileCheck.objects.select_for_update().filter(pk=check.pk).first()
    if held is None or held.state != CheckState.CHECKING:
        return  # its day is over, or another worker was quicker
    CheckFinding.objects.filter(check_of=check).delete()
    CheckFinding.objects.bulk_create(
        CheckFinding(
            check_of=check,
            code=one.code,
            priority=one.priority,
            element=one.element,
            value_present=one.value_present,
            detail=one.message[:LONGEST_DETAIL],
        )
        for one in checked.of_file
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _COPY_FINDINGS,
            {
                "check": check.pk,
                "known": sorted(checked.edition.layout.names),
                "belongs_not": checking.BELONGS_NOT,
                "shown": checking.NAMES_SHOWN,
                "longest_id": LONGEST_ID,
                "longest_detail": LONGEST_DETAIL,
            },
        )
    counts = checked.counts()
    FileCheck.objects.filter(pk=check.pk).update(
        state=CheckState.DONE,
        record_count=checked.count,
        records_found=checked.records_with_findings(),
        was_read=checked.unread is None,
        says=_says(checked),
        counts=counts,
        not_asked=checked.not_asked,
        beat_at=at,
    )
    _trail(
        "file checked",
        check,
        by=check.asked_by,
        at=at,
        records=checked.count,
        findings=sum(found for _, found, _ in counts),
    )


_COPY_FINDINGS = f"""
INSERT INTO returns_checkfinding
    (check_of_id, place, young_persons_id, code, priority, element, value_present, detail)
SELECT %(check)s, place, left(coalesce(young_persons_id, ''), %(longest_id)s),
       code, priority, element, value_present,
       CASE WHEN code = %(belongs_not)s THEN left(array_to_string((ARRAY(
           SELECT name FROM unnest(malformed) AS name WHERE name <> ALL (%(known)s)
       ))[1:%(shown)s], ', '), %(longest_detail)s) ELSE '' END
FROM {FOUND} ORDER BY place, number
"""  # noqa: S608


def _says(checked: Checked) -> dict[str, Any]:
    """What the file says of itself, cut to what a page can show."""
    header = checked.header
    return {
        "period_end": header.period_end.isoformat() if header.period_end else "",
        "sent_on": header.date_of_send.isoformat() if header.date_of_send else "",
        "authorities": [code[:10] for code in header.lead_codes[:50]],
        "supplier": header.supplier_name[:100],
        "version": header.supplier_version[:40],
        "schema": header.schema_version[:20],
        "root": checked.root[:40],
    }


def stalled(*, before: datetime) -> list[int]:
    """Checks that no worker was seen on since a time, put back so that one can take them."""
    under_way = FileCheck.objects.filter(state__in=UNDER_WAY)
    unseen = under_way.filter(beat_at__lt=before) | under_way.filter(
        beat_at=None, asked_at__lt=before
    )
    ids = sorted(unseen.values_list("pk", flat=True))
    FileCheck.objects.filter(pk__in=ids).update(state=CheckState.ASKED, beat_at=None)
    return ids


def download(*, check: FileCheck, content: bytes, by: User, at: datetime) -> None:
    """Leave a line that what was found is taken away as a file (USE-07)."""
    leaves(
        "findings",
        Content.of(content),
        authority=check.authority,
        by=by,
        at=at,
        why="To mend what was found in a return",
        of=check.ref,
    )
    _trail("findings of a checked file downloaded", check, by=by, at=at)


def look(*, check: FileCheck, by: User, at: datetime, listed: int) -> None:
    """Leave a line that ids of a checked file were listed."""
    _trail("findings of a checked file seen", check, by=by, at=at, findings=listed)


def destroy_old(*, at: datetime) -> int:
    """Destroy every file whose day is over, with all that was found; gives how many."""
    old = FileCheck.objects.filter(keep_until__lte=at).select_related("authority")
    destroyed = 0
    for check in old:
        with transaction.atomic():
            if not FileCheck.objects.select_for_update().filter(pk=check.pk).exists():
                continue
            storage.destroy_key(check.stored_id)
            _trail("checked file destroyed", check, by=None, at=at)
            CheckFinding.objects.filter(check_of=check).delete()
            FileCheck.objects.filter(pk=check.pk).delete()
        storage.discard(check.stored_id)
        destroyed += 1
    return destroyed


def _trail(verb: str, check: FileCheck, *, by: User | None, at: datetime, **details: Any) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=check.authority,
        subject=check,
        edition=check.edition,
        sha256=check.sha256,
        **details,
    )
