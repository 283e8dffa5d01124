"""Passing on what is about residents of another authority, and the record of it (LDOR-03).

To an authority that this service keeps it goes at once and arrives as a file of its own; to any
other as an encrypted workbook by the secure exchange that the matrix names. Never by email.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from caseload.dropouts import template
from caseload.dropouts.errors import CannotPassOn
from caseload.dropouts.models import PassingOn, Route
from caseload.dropouts.queries import KIND, homes_of, to_pass_on
from caseload.intake.actions import files
from caseload.intake.kinds.homes import HOME
from caseload.intake.kinds.ldor import MARKED
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.queries import counts_of
from caseload.intake.rules import IN_PORTAL, Arrival, Outcome, Reason
from caseload.intake.tasks import hand_over
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.files import storage
from ccis.files.passphrases import encrypted_workbook, new_passphrase
from ccis.leaving.actions import Content, leaves
from providers.models import Provider

logger = logging.getLogger(__name__)

Way = Route.Way

UNSENT_KEPT_FOR = timedelta(days=7)
"""A workbook to pass on is for today: the rows that it was made of wait all the same."""

NOT_ALL_WAIT = (
    "This workbook tells of somebody who is not to be passed on any more. Nothing was done with "
    "it. Make it again for those who still wait, if any do"
)

PLACES = frozenset({"dfe_number", "ukprn"})
"""Columns by which a row itself says at which provider somebody is."""


def route_to(authority: Authority, home: Authority) -> Route | None:
    """The line of an authority's matrix for residents of another; ``None`` where it has none."""
    lines = Route.objects.of(authority).current().select_related("unit")
    return lines.filter(home=home).first()


def goes_here(home: Authority, route: Route | None) -> bool:
    """Whether what is about an authority's residents arrives in this service."""
    return home.is_served and (route is None or route.way == Way.HERE)


def pass_on_here(file: InboundFile, *, at: datetime) -> int:
    """Pass on the rows of a file to authorities that this service keeps. Gives how many.

    Safe to do again: what was passed on stands elsewhere no more. What cannot be passed on to one
    authority is logged and waits, and keeps nothing from the others.
    """
    homes = set(to_pass_on(file.authority, among=[file.pk]).values_list(f"read__{HOME}", flat=True))
    served = Authority.objects.served().filter(code__in=[code for code in homes if code])
    passed = 0
    for home in served.exclude(pk=file.authority_id).order_by("code"):
        route = route_to(file.authority, home)
        if not goes_here(home, route):
            continue
        try:
            passed += _deliver(file, home, route, at=at)
        except Exception as error:
            kind = type(error).__name__
            logger.error("file %s was not passed on to %s: %s", file.ref, home.code, kind)
    return passed


@transaction.atomic
def _deliver(file: InboundFile, home: Authority, route: Route | None, *, at: datetime) -> int:
    file = files.locked(file)
    waiting = to_pass_on(file.authority, home=home.code, among=[file.pk])
    rows = list(waiting.select_for_update(of=("self",)).order_by("number"))
    taken = policy_of(home).dropouts_reasons
    wanted = [row for row in rows if any(row.read.get(reason) for reason in taken)]
    _not_taken([row for row in rows if row not in wanted], home)
    if not wanted:
        _count(file)
        return 0
    receipt = files.receive(
        authority=home,
        content=_as_sent(file, wanted),
        file_name="passed-on.xlsx",
        source_name=file.source_name,
        provider=file.provider,
        kind=KIND,
        as_at=file.as_at,
        by=_who_stands_for(file),
        at=at,
        came_by=Arrival.PASSED,
    )
    made = PassingOn.objects.create(
        authority=file.authority,
        home=home,
        rows=[row.pk for row in wanted],
        way=Way.HERE,
        told=in_words(home, route),
        file=receipt.file,
        made_at=at,
        sent_at=at,
    )
    _mark_sent(wanted, f"Sent on: {home.title}, in this service", by=None, at=at)
    _count(file)
    for where in (file.authority, home):
        trail.record(
            "drop-outs passed on",
            by=None,
            at=at,
            authority=where,
            subject=made,
            rows=len(wanted),
            to=home.code,
            arrived=receipt.file.pk,
        )
    if receipt.is_new:
        transaction.on_commit(partial(hand_over, receipt.file.pk))
    return len(wanted)


def _who_stands_for(file: InboundFile) -> User | None:
    """On whose word the other authority may use it at once (docs/adr/0055): the sender's own
    person's, where all that they sent together is no more than is used at once. Else its officers
    look at it first: an officer of this one has no say there."""
    people = sum(told.total() for told in homes_of(file).values())
    at_once = people <= policy_of(file.authority).dropouts_at_once
    return file.received_by if file.came_by in IN_PORTAL and at_once else None


def _as_sent(file: InboundFile, rows: Sequence[InboundRow]) -> bytes:
    """Rows as their provider's return; with the place of each, where the rows themselves say it."""
    if file.provider is not None and not any(PLACES & row.read.keys() for row in rows):
        return template.workbook(_sender(file), [_as_told(row) for row in rows])
    told = [_place_of(row) | _as_told(row) for row in rows]
    return template.workbook(_sender(file), told, says_where=True)


def _not_taken(rows: Sequence[InboundRow], home: Authority) -> None:
    InboundRow.objects.filter(pk__in=[row.pk for row in rows]).update(
        outcome=Outcome.SET_ASIDE,
        reason=Reason.BY_HAND,
        why=f"{home.title} does not take notifications of this reason"[:300],
    )


def _mark_sent(rows: Sequence[InboundRow], why: str, *, by: User | None, at: datetime) -> None:
    InboundRow.objects.filter(pk__in=[row.pk for row in rows]).update(
        outcome=Outcome.SENT_ON, why=why[:300], decided_by=by, decided_at=at
    )


def _count(file: InboundFile) -> None:
    counts = {outcome.value: rows for outcome, rows in counts_of(file).items()}
    InboundFile.objects.filter(pk=file.pk).update(counts=counts)


def _sender(file: InboundFile) -> template.Sender:
    """On whose behalf a row is passed on: the provider, by the authority that it told."""
    provider = file.provider
    return template.Sender(
        provider=file.sender,
        number=(provider.ukprn or provider.dfe_number or provider.urn) if provider else "",
        contact=file.received_by.name if file.received_by else "",
        phone=provider.phone if provider else "",
        email=provider.email if provider else "",
        council=file.authority.title,
    )


def _as_told(row: InboundRow) -> dict[str, Any]:
    """A row as the template takes it; a reason without a day has that of its file."""
    told = {key: row.read[key] for key, *_ in template.COLUMNS if row.read.get(key)}
    for key in template.DATES & told.keys():
        marked = told[key] == MARKED
        told[key] = row.file.as_at if marked else date.fromisoformat(told[key])
    return told


def _place_of(row: InboundRow) -> dict[str, str]:
    """Which place a row tells of: the provider that it names by number, or else its sender."""
    dfe_number, ukprn = row.read.get("dfe_number", ""), row.read.get("ukprn", "")
    provider = row.file.provider
    if dfe_number or ukprn or provider is None:
        if len(dfe_number) == 4:  # without the authority's own part
            dfe_number = row.file.authority.code + dfe_number
        by = {"dfe_number": dfe_number} if dfe_number else {"ukprn": ukprn}
        named = list(Provider.objects.filter(**by).values_list("name", flat=True)[:2])
        name = named[0] if len(named) == 1 else row.file.sender
        return {"provider": name, "dfe_number": dfe_number, "ukprn": ukprn}
    return {
        "provider": provider.name,
        "dfe_number": provider.dfe_number,
        "ukprn": provider.ukprn,
    }


def in_words(home: Authority, route: Route | None) -> str:
    """To whom something goes, as the matrix has it."""
    if route is None:
        return home.title
    unit = f"{route.unit.name}, " if route.unit else ""
    by = f", {route.exchange}" if route.exchange else ""
    return f"{unit}{route.name} for {home.title}{by}"[:300]


# -- by secure exchange ----------------------------------------------------------------------------


def why_no_files(authority: Authority) -> str:
    """Why nothing is passed on as a file, in words; empty where it may be (LDOR-06)."""
    if policy_of(authority).files_may_leave:
        return ""
    return "Your council’s policy lets no files leave. What is passed on in this service still goes"


@transaction.atomic
def make_workbook(
    *, authority: Authority, home: Authority, by: User, at: datetime
) -> tuple[PassingOn, str]:
    """An encrypted workbook of all that waits for another authority, and its passphrase.

    The passphrase is given this once and kept nowhere. One made before and not sent is destroyed.
    Raises ``CannotPassOn`` when nothing waits, the matrix names no secure exchange, or files may
    not leave.
    """
    if why := why_no_files(authority):
        raise CannotPassOn(why)
    route = route_to(authority, home)
    if route is None or route.way != Way.EXCHANGE:
        raise CannotPassOn("Say first, on the page of routes, by which secure exchange it goes")
    waiting = to_pass_on(authority, home=home.code).select_related(
        "file__provider", "file__authority"
    )
    rows = list(waiting.select_for_update(of=("self",)).order_by("file_id", "number"))
    if not rows:
        raise CannotPassOn("Nothing waits for this authority any more")
    _destroy_unsent(authority, home)
    phrase = new_passphrase()
    told = [_place_of(row) | _as_told(row) for row in rows]
    content = template.workbook(_council(authority, by), told, says_where=True)
    stored = storage.store(encrypted_workbook(content, phrase))
    made = PassingOn.objects.create(
        authority=authority,
        home=home,
        rows=[row.pk for row in rows],
        way=Way.EXCHANGE,
        told=in_words(home, route),
        stored_id=stored.id,
        made_by=by,
        made_at=at,
    )
    trail.record(
        "drop-outs made ready to pass on",
        by=by,
        at=at,
        authority=authority,
        subject=made,
        rows=len(rows),
        to=home.code,
    )
    return made, phrase


def _council(authority: Authority, by: User) -> template.Sender:
    return template.Sender(authority.title, authority.code, by.name, "", by.email, authority.title)


def _destroy_unsent(authority: Authority, home: Authority) -> None:
    unsent = PassingOn.objects.filter(authority=authority, home=home, sent_at=None)
    for one in unsent.exclude(stored_id=""):
        _destroy(one)


@transaction.atomic
def destroy_unsent(*, at: datetime) -> int:
    """Destroy workbooks that nobody sent in a week; their rows wait on. Gives how many."""
    old = PassingOn.objects.filter(sent_at=None, made_at__lt=at - UNSENT_KEPT_FOR)
    found = list(old.exclude(stored_id="").select_related("authority"))
    for one in found:
        _destroy(one)
        trail.record(
            "drop-outs not sent destroyed", by=None, at=at, authority=one.authority, subject=one
        )
    return len(found)


def _destroy(passing: PassingOn) -> None:
    stored_id = passing.stored_id
    PassingOn.objects.filter(pk=passing.pk).update(stored_id="")
    transaction.on_commit(partial(storage.discard, stored_id))


def _rows_waiting(passing: PassingOn) -> QuerySet[InboundRow]:
    """The rows of a workbook that still wait to be passed on."""
    return to_pass_on(passing.authority).filter(pk__in=passing.rows)


def workbook_of(*, passing: PassingOn, by: User, at: datetime) -> bytes:
    """The encrypted workbook, to take; recorded.

    Raises ``CannotPassOn`` once it is destroyed, not all of its rows wait any more (as when their
    file was set aside), or files may not leave any more.
    """
    if why := why_no_files(passing.authority):
        raise CannotPassOn(why)
    try:
        content = storage.read_stored(passing.stored_id) if passing.stored_id else b""
    except storage.CannotOpenStored:
        content = b""
    if not content:
        raise CannotPassOn("This workbook is destroyed. Make another if it did not arrive")
    if _rows_waiting(passing).count() != len(passing.rows):
        raise CannotPassOn(NOT_ALL_WAIT)
    leaves(
        "dropouts",
        Content.of(content),
        authority=passing.authority,
        by=by,
        at=at,
        why="To pass on to the council that is responsible",
        of=passing.ref,
        people=len(passing.rows),
    )
    trail.record(
        "drop-outs taken to pass on",
        by=by,
        at=at,
        authority=passing.authority,
        subject=passing,
        rows=len(passing.rows),
    )
    return content


@transaction.atomic
def say_sent(*, passing: PassingOn, how: str, by: User, at: datetime) -> int:
    """Say how a workbook was sent; it is destroyed here. Gives how many rows it told of.

    Raises ``CannotPassOn`` for one that was sent before, or made again since, or of which not all
    rows wait any more.
    """
    held = PassingOn.objects.select_for_update().select_related("home").get(pk=passing.pk)
    if held.sent_at is not None or not held.stored_id:
        raise CannotPassOn("This workbook was sent, or made again, meanwhile")
    rows = list(_rows_waiting(held).select_for_update(of=("self",)))
    if len(rows) != len(held.rows):
        raise CannotPassOn(NOT_ALL_WAIT)
    _mark_sent(rows, f"Sent on: {held.told}. {how}", by=by, at=at)
    for file in InboundFile.objects.filter(pk__in={row.file_id for row in rows}):
        _count(file)
    PassingOn.objects.filter(pk=held.pk).update(sent_by=by, sent_at=at, how=how)
    _destroy(held)
    trail.record(
        "drop-outs passed on",
        by=by,
        at=at,
        authority=passing.authority,
        subject=held,
        rows=len(rows),
        to=held.home.code,
    )
    return len(rows)
