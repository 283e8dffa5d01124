"""Asking a school about people whom we do not know; its answer alone makes a record (ISA-03)."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction

from caseload.intake.actions.files import locked
from caseload.intake.actions.rows import decided, held_for_decision
from caseload.intake.actions.states import settle
from caseload.intake.errors import CannotDecide, IntakeError
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.rules import Outcome, Reason, SchoolAnswer
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.govuk.words import plural
from providers.portal.notices import notify
from providers.portal.queries import seats_at

SUBJECT = "There is something for you from {council}"
LETTER = """Hello

There is something for you about a file that your school sent to {council}. We could not place
some of its rows, and need to know of each whether it is right.

Please ask {council} for the questions. For the safety of your pupils this message says nothing
about them. Please do not send their details by email.

The reference of the file is {reference}.

{council}
"""


@transaction.atomic
def ask_school(*, file: InboundFile, reference: str, by: User, at: datetime) -> str:
    """Tell the school's data manager that there are questions; nothing about anyone is said.

    Whoever sits there in the portal finds them there; else the school is written to. Gives whom
    it went to, in words. Raises ``IntakeError`` when there is nothing to ask, no address, or the
    message cannot be sent.
    """
    file = locked(file)
    rows = InboundRow.objects.filter(file=file, outcome=Outcome.ASK_SCHOOL).count()
    if not rows:
        raise IntakeError("There is nothing to ask the school")
    address = file.provider.email if file.provider else ""
    seats = seats_at(file.provider, file.authority, at) if file.provider else []
    if not address and not seats:
        raise IntakeError(
            "The directory has no email of this school. Add it there, or download the questions "
            "and ask another way"
        )
    council = file.authority.title
    InboundFile.objects.filter(pk=file.pk).update(asked_at=at)
    trail.record("school asked", by=by, at=at, authority=file.authority, subject=file, rows=rows)
    if seats:
        notify(seats, at)
        return f"{plural(len(seats), 'person', 'people')} of the school, who answer in the portal"
    letter = EmailMessage(
        subject=SUBJECT.format(council=council),
        body=LETTER.format(council=council, reference=reference),
        to=[address],
    )
    try:
        letter.send()
    except OSError as error:  # what SMTP and the network raise
        raise IntakeError("The email could not be sent. Try again in a few minutes") from error
    return address


@transaction.atomic
def answer_question(
    *, row: InboundRow, answer: SchoolAnswer, said_by: str, by: User, at: datetime
) -> InboundRow:
    """Enter what the school said, with who said it; only this makes a new record.

    Raises ``CannotDecide`` for a row about which no school is asked.
    """
    row = held_for_decision(row)
    if row.outcome != Outcome.ASK_SCHOOL:
        raise CannotDecide("This row is not one that a school is asked about")
    InboundRow.objects.filter(pk=row.pk).update(
        school_said=answer.value, school_said_by=said_by[:100]
    )
    trail.record(
        "school's answer entered",
        by=by,
        at=at,
        authority=row.file.authority,
        subject=row,
        answer=answer.value,
    )
    if answer != SchoolAnswer.MISTAKE:
        InboundRow.objects.filter(pk=row.pk).update(is_new=True)
        return decided(row, by=by, at=at)
    InboundRow.objects.filter(pk=row.pk).update(
        outcome=Outcome.SET_ASIDE,
        reason=Reason.BY_HAND,
        why="The school says that it is a mistake",
        decided_by=by,
        decided_at=at,
    )
    settle(row.file, at=at)
    row.refresh_from_db()
    return row
