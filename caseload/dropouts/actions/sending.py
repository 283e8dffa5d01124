"""What a provider sends: one person at once, a month's workbook, or nothing to report."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from caseload.dropouts import template
from caseload.dropouts.errors import CannotTell
from caseload.dropouts.models import Notification
from caseload.dropouts.queries import KIND, being_read, books_to_mend, months_of
from caseload.dropouts.rules import as_at_of, may_tell_of
from caseload.intake.actions import files
from caseload.intake.actions.sources import source_of
from caseload.intake.actions.states import move
from caseload.intake.kinds.ldor import REASONS
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.rules import WITH_PEOPLE, Arrival, FileState, Outcome
from caseload.intake.source_models import Source
from caseload.intake.tasks import hand_over
from ccis.audit import trail
from ccis.authorities.policy import policy_of
from ccis.calendar.periods import Period
from ccis.calendar.words import date_in_words, local_date, moment_in_words
from providers.portal.models import Seat

How = Notification.How

NOT_THIS_WAY = "The council does not take drop-out notifications this way"
NOT_THIS_MONTH = "Choose a month that has begun, and is not more than a year ago"
SENT_BEFORE = "This file was already sent on {day}. Nothing was changed"
MEANWHILE = (
    "Another workbook for {month} came meanwhile, and has rows to mend. Look at it first. Nothing "
    "was changed"
)
SENT_ELSEWHERE = "This file was already sent. Nothing was changed"
BEING_READ = (
    "The workbook that was sent on {moment} is still being read, and may have people in it. Look "
    "at this month again in a few minutes. If it is still being read tomorrow, ask the council"
)


def sender_of(seat: Seat) -> template.Sender:
    """Whose return it is: the organisation, and who of it sends."""
    provider = seat.provider
    return template.Sender(
        provider=provider.name,
        number=provider.ukprn or provider.dfe_number or provider.urn,
        contact=seat.user.name,
        phone=provider.phone,
        email=seat.user.email,
        council=seat.authority.title,
    )


def _held_source(seat: Seat) -> Source:
    """The organisation as the authority's source, held: of two sendings the second waits."""
    source = source_of(seat.authority, provider=seat.provider, name="")
    return Source.objects.select_for_update().get(pk=source.pk)


def _must_be_open(seat: Seat, at: datetime) -> None:
    """Refuse what comes after the seat ended, while its page was open."""
    if not Seat.objects.open(at).filter(pk=seat.pk).exists():
        raise CannotTell("You do not act for this organisation any more. Nothing was sent")


def takes(seat: Seat, way: Arrival) -> bool:
    """Whether the council takes notifications by a way (LDOR-06)."""
    return way.value in policy_of(seat.authority).dropouts_ways


@transaction.atomic
def send_one(*, seat: Seat, person: Mapping[str, Any], key: str, at: datetime) -> Notification:
    """Tell of one person at once; with the same ``key`` again, what was sent the first time.

    ``person`` gives our columns, one of the reasons with its day among them. Raises
    ``CannotTell`` where the council takes none on screen, or not this reason.
    """
    _must_be_open(seat, at)
    source = _held_source(seat)
    if earlier := Notification.objects.of(source).filter(key=key).first():
        return earlier
    taken = policy_of(seat.authority).dropouts_reasons
    if not takes(seat, Arrival.SCREEN):
        raise CannotTell(NOT_THIS_WAY)
    if not any(person.get(reason) for reason in REASONS if reason in taken):
        raise CannotTell("The council does not ask for this")
    content = template.workbook(sender_of(seat), [person])
    received = _received(seat, content, "one-person.xlsx", at=at, came_by=Arrival.SCREEN)
    if not received.is_new:
        return _told_before(received.file, source)
    month, file = Period.of(local_date(at)), received.file
    made = _noted(seat, source, How.ONE, month, key=key, at=at, file=file, sent_at=at)
    transaction.on_commit(partial(hand_over, file.pk))
    return made


@transaction.atomic
def send_file(
    *, seat: Seat, month: Period, content: bytes, file_name: str, key: str, at: datetime
) -> Notification:
    """Have a month's workbook read and checked; it is sent when no row of it is to be mended.

    What was sent in for the month before and not sent on is set aside for it. The same file again
    is the first one, while there is something to mend in it. Raises ``CannotTell``, or
    ``IntakeError``, for what is not taken.
    """
    _must_be_open(seat, at)
    source = _held_source(seat)
    if earlier := Notification.objects.of(source).filter(key=key).first():
        return earlier
    if not takes(seat, Arrival.PORTAL):
        raise CannotTell(NOT_THIS_WAY)
    if not may_tell_of(month, today=local_date(at)):
        raise CannotTell(NOT_THIS_MONTH)
    received = _received(seat, content, file_name, at=at, came_by=Arrival.PORTAL, month=month)
    if not received.is_new:
        return _sent_before(received.file, source, month)
    _set_aside(_drafts(source, month), seat=seat, at=at)
    made = _noted(seat, source, How.FILE, month, key=key, at=at, file=received.file)
    transaction.on_commit(partial(hand_over, received.file.pk))
    return made


def say_what_was_sent() -> list[int]:
    """Say of what was dealt with, by a worker that came no further, that it was sent when it came.

    Gives its files, by id.
    """
    dealt_with = {*WITH_PEOPLE, FileState.DONE}
    unsaid = Notification.objects.filter(sent_at=None, file__state__in=dealt_with)
    files_of = dict(unsaid.values_list("pk", "file_id"))
    Notification.objects.filter(pk__in=files_of, sent_at=None).update(sent_at=F("at"))
    return sorted(file for file in files_of.values() if file is not None)


def _told_before(file: InboundFile, source: Source) -> Notification:
    """What was told in the very same words in the same instant, by another form."""
    earlier = Notification.objects.of(source).filter(file=file).first()
    if earlier is None:
        raise CannotTell(SENT_ELSEWHERE)
    return earlier


def _received(
    seat: Seat,
    content: bytes,
    file_name: str,
    *,
    at: datetime,
    came_by: Arrival,
    month: Period | None = None,
) -> files.Receipt:
    today = local_date(at)
    return files.receive(
        authority=seat.authority,
        content=content,
        file_name=file_name,
        source_name=seat.provider.name,
        provider=seat.provider,
        kind=KIND,
        as_at=as_at_of(month, today=today) if month else today,
        by=seat.user,
        at=at,
        came_by=came_by,
    )


def _sent_before(file: InboundFile, source: Source, month: Period) -> Notification:
    """The notification of a file that is there already, if it is theirs and of this month."""
    if file.source_id != source.pk:
        raise CannotTell(SENT_ELSEWHERE)
    earlier = Notification.objects.of(source).filter(file=file, month=month.start).first()
    to_mend = books_to_mend(source).get(month.start)
    if earlier is None or (earlier.sent_at is not None and earlier != to_mend):
        day = date_in_words(local_date(file.received_at))
        raise CannotTell(SENT_BEFORE.format(day=day))
    return earlier


def _drafts(source: Source, month: Period) -> list[InboundFile]:
    """Workbooks of a month of which nothing was sent, as there are rows to mend; newest first."""
    found = InboundFile.objects.filter(
        notification__source=source,
        notification__month=month.start,
        state=FileState.WITH_SENDER,
    )
    return list(
        found.select_related("notification").order_by("-notification__at", "-notification__pk")
    )


def _set_aside(drafts: Iterable[InboundFile], *, seat: Seat, at: datetime) -> None:
    for file in drafts:
        files.set_aside(file=file, by=seat.user, at=at)


def _noted(
    seat: Seat, source: Source, how: How, month: Period, *, key: str, at: datetime, **values: Any
) -> Notification:
    made = Notification.objects.create(
        source=source, how=how, month=month.start, key=key, by=seat.user, at=at, **values
    )
    trail.record(
        "drop-outs told of",
        by=seat.user,
        at=at,
        authority=seat.authority,
        subject=made,
        how=how.value,
        month=str(month),
        seat=seat.ref,
    )
    return made


@transaction.atomic
def send_the_rest(*, seat: Seat, notification: Notification, at: datetime) -> int:
    """Send the rows of a workbook that are right, and leave those to mend for later.

    Gives how many were sent. Raises ``CannotTell`` when it does not wait for that, or all of its
    rows are to be mended.
    """
    _must_be_open(seat, at)
    _held_source(seat)
    file = files.locked(InboundFile.objects.get(notification=notification))
    if file.state != FileState.WITH_SENDER:
        raise CannotTell("This workbook was dealt with meanwhile. Nothing was sent again")
    right = InboundRow.objects.filter(file=file, outcome=Outcome.UNDECIDED).count()
    if not right:
        raise CannotTell("No row of it can be sent before it is mended")
    move(file, FileState.MATCHING, beat_at=at, done_count=0, to_do_count=right)
    Notification.objects.filter(pk=notification.pk).update(sent_at=at)
    trail.record(
        "drop-outs sent but for rows to mend",
        by=seat.user,
        at=at,
        authority=seat.authority,
        subject=notification,
        rows=right,
        seat=seat.ref,
    )
    transaction.on_commit(partial(hand_over, file.pk))
    return right


@transaction.atomic
def say_nothing(
    *, seat: Seat, month: Period, key: str, at: datetime, seen: str = ""
) -> Notification:
    """Say that there is nothing to report of a month; said again, what was said first.

    Workbooks to mend are set aside for it, where the newest is the one that was ``seen``
    (reference). Raises ``CannotTell`` when a newer one waits, one was sent or is being read, or the
    month cannot be told of.
    """
    _must_be_open(seat, at)
    source = _held_source(seat)
    earlier = Notification.objects.of(source).filter(how=How.NIL, month=month.start).first()
    if earlier is not None:
        return earlier
    today = local_date(at)
    if not may_tell_of(month, today=today):
        raise CannotTell(NOT_THIS_MONTH)
    if why_not := why_wait(source, month):  # asked first: it may count as sent by now
        raise CannotTell(why_not)
    if months_of(source, [month], today=today)[0].sent_at is not None:
        raise CannotTell(f"You have sent people for {month.label} already. Nothing was changed")
    drafts = _drafts(source, month)
    if drafts and drafts[0].notification.ref != seen:
        raise CannotTell(MEANWHILE.format(month=month.label))
    _set_aside(drafts, seat=seat, at=at)
    return _noted(seat, source, How.NIL, month, key=key, at=at, sent_at=at)


def why_wait(source: Source, month: Period) -> str:
    """Why nobody can say yet that there is nothing to report of a month; empty where they can."""
    unread = being_read(source, month)
    return BEING_READ.format(moment=moment_in_words(unread.at)) if unread else ""
