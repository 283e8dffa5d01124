"""What a sender does in the portal, each as the pipeline's own action with who did it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from caseload.actions.wrong import told_sender
from caseload.intake.actions import files, questions
from caseload.intake.actions.files import Receipt
from caseload.intake.errors import CannotDecide
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.portal.errors import AnsweredAlready, ListChanged, ReviewedAlready
from caseload.intake.portal.queries import TOLD_HERE, returns_in
from caseload.intake.portal.reviewing import KIND, Answer, Pupil, proposed, return_of
from caseload.intake.portal.rules import Term
from caseload.intake.rules import Arrival, Outcome, SchoolAnswer
from caseload.intake.source_models import Source
from caseload.models import FoundWrong
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import date_in_words, local_date
from providers.portal.notices import notify
from providers.portal.queries import seats_at


@transaction.atomic
def answer_question(*, row: InboundRow, answer: SchoolAnswer, by: User, at: datetime) -> InboundRow:
    """Answer for the school whose row it is; the answer says who gave it (ISA-03).

    Raises ``AnsweredAlready`` when someone has since, ``FileIsBusy`` while a worker has the file.
    """
    try:
        return questions.answer_question(row=row, answer=answer, said_by=by.name, by=by, at=at)
    except CannotDecide:
        now = InboundRow.objects.get(pk=row.pk)
        if now.outcome == Outcome.ASK_SCHOOL or not now.school_said:
            raise
        who = now.school_said_by or "Someone"
        raise AnsweredAlready(f"{who} answered this meanwhile. Your answer was not used") from None


@transaction.atomic
def tell(
    file: InboundFile, found: Collection[FoundWrong], *, how: str, by: User, at: datetime
) -> None:
    """Record that the sender of a file was told what proved wrong, and how (LA-10).

    ``TOLD_HERE`` shows it in the portal, and whoever sits there hears that there is something.
    Raises ``CannotRecord`` when all of it was told before.
    """
    told_sender(found=found, how=how, by=by, at=at, authority=file.authority)
    if how == TOLD_HERE and file.provider is not None:
        notify(seats_at(file.provider, file.authority, at), at)


@transaction.atomic
def confirm_review(
    *,
    source: Source,
    term: Term,
    answers: Mapping[str, Answer],
    confirmed_by: str,
    by: User,
    at: datetime,
    nobody: bool = False,
) -> InboundFile:
    """Send what a school says of everyone proposed, as a return of risk, once a term.

    ``answers`` are by the keys of the pupils; of someone who is not proposed any more nothing is
    sent. ``nobody`` says that there is nobody, and its return has no rows. Raises
    ``ReviewedAlready``, and ``ListChanged`` where someone proposed has no answer, or nobody is
    proposed any more.
    """
    source = (
        Source.objects.select_for_update(of=["self"]).select_related("authority").get(pk=source.pk)
    )
    earlier = returns_in(term, source).filter(came_by=Arrival.REVIEW).first()
    if earlier is not None:
        who = earlier.received_by.name if earlier.received_by else "Someone"
        on = date_in_words(local_date(earlier.received_at))
        raise ReviewedAlready(f"{who} sent this review on {on}. Nothing was changed", earlier)
    pupils = proposed(source, on=local_date(at))
    if any(pupil.key not in answers for pupil in pupils) or nobody == bool(pupils):
        raise ListChanged("The list has changed since you opened it. Look at it again")
    receipt = _send_return(source, term, pupils, answers, confirmed_by, by=by, at=at)
    trail.record(
        "at-risk review sent",
        by=by,
        at=at,
        authority=source.authority,
        subject=receipt.file,
        term=term.slug,
        pupils=len(pupils),
    )
    return receipt.file


def _send_return(
    source: Source,
    term: Term,
    pupils: list[Pupil],
    answers: Mapping[str, Answer],
    confirmed_by: str,
    *,
    by: User,
    at: datetime,
) -> Receipt:
    return files.receive(
        authority=source.authority,
        content=return_of(
            pupils,
            answers,
            term=term,
            source=source,
            confirmed_by=confirmed_by,
        ),
        file_name=f"at-risk-{term.slug}.csv",
        kind=KIND,
        provider=source.provider,
        source_name=source.title,
        as_at=local_date(at),
        came_by=Arrival.REVIEW,
        by=by,
        at=at,
    )
