"""Reminding those who send files, by the notice that says nothing (pages §5.3)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import Exists, OuterRef

from caseload.intake.models import InboundFile
from caseload.intake.portal.reviewing import to_review
from caseload.intake.portal.rules import Term, term_on
from caseload.intake.rules import Outcome
from caseload.intake.scorecards import scorecards
from caseload.intake.source_models import Source
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from providers.portal.models import Seat
from providers.portal.notices import notify
from providers.portal.queries import seats_at

WEEK = timedelta(days=7)
OWED_REMINDED = (timedelta(0), timedelta(days=3))
"""How long after the day on which a file is due: that day, and three days later."""


def remind_senders(*, at: datetime) -> int:
    """Tell whoever sits at an organisation that a file or a review is due. Gives how many.

    Doing it twice on one day writes to nobody twice.
    """
    seats = Seat.objects.open(at)
    sitting = seats.filter(provider=OuterRef("provider"), authority=OuterRef("authority"))
    sources = Source.objects.filter(Exists(sitting)).select_related("authority", "provider")
    told = 0
    for authority, theirs in groupby(sources.order_by("authority", "pk"), attrgetter("authority")):
        due = due_among(authority, list(theirs), on=local_date(at))
        there = seats.filter(authority=authority, provider__in=[one.provider_id for one in due])
        told += notify(there, at)
    return told


def due_among(authority: Authority, sources: Sequence[Source], *, on: date) -> list[Source]:
    """Of an authority's sources, those to remind on a day: a file is owed, or a review not sent.

    What is owed is counted at once for all; each school's review rests on its own files.
    """
    term = term_on(on, policy_of(authority))
    speaks = on in review_days(term)
    return [
        card.source
        for card in scorecards(authority, sources, today=on, months=2)
        if any(on - due in OWED_REMINDED for due in card.owed.values())
        or (speaks and to_review(card.source, term, on=on))
    ]


def review_days(term: Term) -> tuple[date, ...]:
    """The days on which a review is spoken of: as it opens, and about the day when it is due."""
    return (term.opens, term.due - WEEK, term.due, term.due + WEEK)


def ask_who_sits_there(*, file: InboundFile, at: datetime, **_: object) -> None:
    """Tell whoever sits at a school that it is asked about rows of its file, once (ISA-03)."""
    rows = int(file.counts.get(Outcome.ASK_SCHOOL, 0))
    if not rows or file.asked_at is not None or file.provider is None:
        return
    with transaction.atomic():
        seats = seats_at(file.provider, file.authority, at)
        asked = InboundFile.objects.filter(pk=file.pk, asked_at=None)
        if seats and asked.update(asked_at=at):
            trail.record(
                "school asked", by=None, at=at, authority=file.authority, subject=file, rows=rows
            )
            notify(seats, at)
