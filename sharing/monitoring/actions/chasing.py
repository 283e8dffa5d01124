"""Asking for a return again, and escalating one that does not come (LDOR-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.mail import EmailMessage
from django.db import transaction

from caseload.dropouts.queries import MonthOfSource, months_of
from caseload.intake.source_models import Source
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.periods import Period
from ccis.calendar.words import date_in_words, local_date
from ccis.govuk.words import plural
from providers.portal.models import Seat
from providers.portal.notices import notify
from providers.portal.queries import seats_at
from sharing.monitoring import rules
from sharing.monitoring.errors import CannotDo
from sharing.monitoring.models import Chase, ServiceLevel
from sharing.monitoring.queries import level_for

SUBJECT = "Something for you from {council}"
REMINDER = """Hello

{council} expected the return of drop-outs for {month} from {provider} by {day} and has not had it.

Please send it as we agreed, and say so if there is nothing to report. If it cannot be sent yet,
tell {council} when it will come. Please send nothing about anyone by email.

{council}
"""
ESCALATION = """Hello

Under our service level agreement {provider} sends a return of drop-outs each month. The one for
{month} was due on {day}. We have asked for it again and it has not come.

You are named there as the person to whom we turn. Please see that it is sent in the portal, and
tell {council} by when. Please send nothing about anyone by email.

{council}
"""


@dataclass(frozen=True)
class Asked:
    """What is asked about one return: how it stands, and what was done about it before."""

    told: MonthOfSource
    standing: rules.Standing
    reminded_at: datetime | None
    escalated_at: datetime | None
    level: ServiceLevel | None
    """The agreement in force that names whom to escalate to."""
    seats: Sequence[Seat]
    """Whoever may tell of drop-outs there in the portal, and is reminded by its notice."""

    @property
    def reminds(self) -> str:
        """To whom a reminder goes, in words; empty where there is nobody."""
        if self.seats:
            return f"{plural(len(self.seats), 'person', 'people')} there, by the portal’s notice"
        return self.told.source.address

    @property
    def reminded_on(self) -> date | None:
        """The day of the last reminder."""
        return local_date(self.reminded_at) if self.reminded_at else None

    @property
    def escalated_on(self) -> date | None:
        """The day on which it was escalated last."""
        return local_date(self.escalated_at) if self.escalated_at else None

    def why_not_remind(self, *, today: date) -> str:
        """What stands in the way of a reminder."""
        why = rules.why_not_remind(self.standing, reminded=self.reminded_on, today=today)
        if not why and not self.reminds:
            return "There is no email address to remind them at. Add one to the source first"
        return why

    def why_not_escalate(self, *, today: date) -> str:
        """What stands in the way of escalating."""
        return rules.why_not_escalate(
            self.standing,
            reminded=self.reminded_on,
            escalated=self.escalated_on,
            their_days=self.level.their_days if self.level else None,
            today=today,
        )


def asked(source: Source, month: Period, *, at: datetime) -> Asked:
    """How the return of one provider for one month stands at a moment."""
    today = local_date(at)
    (told,) = months_of(source, [month], today=today)
    seats = seats_at(source.provider, source.authority, at) if source.provider else []
    chases = Chase.objects.filter(source=source, month=month.start)
    last = {
        step: chases.filter(step=step).values_list("at", flat=True).first() for step in Chase.Step
    }
    return Asked(
        told=told,
        standing=rules.standing(
            due_on=told.due_on,
            sent_on=local_date(told.sent_at) if told.sent_at else None,
            is_nil=told.is_nil,
            is_late=told.is_late,
            today=today,
        ),
        reminded_at=last[Chase.Step.REMINDER],
        escalated_at=last[Chase.Step.ESCALATION],
        level=level_for(source.authority, source.provider, on=today),
        seats=[seat for seat in seats if seat.gives(Permission.REPORT_DROPOUTS)],
    )


@transaction.atomic
def remind(source: Source, month: Period, *, by: User, at: datetime) -> str:
    """Ask a provider for a month's return. Gives to whom it went.

    Whoever may send it in the portal hears that there is something for them there. To a source
    without anybody there it is written in words; nobody is named. Raises ``CannotDo``
    when nothing is awaited, there is no address, or it was done today.
    """
    now = _held(source, month, at)
    why_not = now.why_not_remind(today=local_date(at))
    if why_not:
        raise CannotDo(why_not)
    made = Chase.objects.create(
        source=source,
        month=month.start,
        step=Chase.Step.REMINDER,
        to="" if now.seats else source.address,
        to_whom=f"{source.title}: {now.reminds}" if now.seats else source.title,
        by=by,
        at=at,
    )
    _record(made, by=by, at=at)
    if now.seats:
        notify(now.seats, at)
    else:
        _send(made, REMINDER, now.told)
    return now.reminds


@transaction.atomic
def escalate(source: Source, month: Period, *, by: User, at: datetime) -> str:
    """Turn to whom the service level agreement names, in words that name nobody. Gives their name.

    Raises ``CannotDo`` before the return is late and a reminder has had its days, when no
    agreement in force names anybody, or it was done today.
    """
    now = _held(source, month, at)
    why_not = now.why_not_escalate(today=local_date(at))
    if why_not or now.level is None:
        raise CannotDo(why_not)
    made = Chase.objects.create(
        source=source,
        month=month.start,
        step=Chase.Step.ESCALATION,
        to=now.level.they_email,
        to_whom=f"{now.level.they_name}, {now.level.they_job}",
        level=now.level,
        by=by,
        at=at,
    )
    _record(made, by=by, at=at)
    _send(made, ESCALATION, now.told)
    return now.level.they_name


def _held(source: Source, month: Period, at: datetime) -> Asked:
    """How it stands, with the source held so that two officers do not ask at once."""
    Source.objects.select_for_update().get(pk=source.pk)
    return asked(source, month, at=at)


def _record(chase: Chase, *, by: User, at: datetime) -> None:
    source, month = chase.source, str(Period.of(chase.month))
    verb = "drop-outs reminded" if chase.step == Chase.Step.REMINDER else "drop-outs escalated"
    trail.record(verb, by=by, at=at, authority=source.authority, subject=source, month=month)


def _send(chase: Chase, words: str, told: MonthOfSource) -> None:
    source = told.source
    council = source.authority.title
    said = {
        "council": council,
        "provider": source.title,
        "month": told.month.label,
        "day": date_in_words(told.due_on) if told.due_on else "now",
    }
    letter = EmailMessage(
        subject=SUBJECT.format(council=council), body=words.format(**said), to=[chase.to]
    )
    try:
        letter.send()
    except OSError as error:  # what SMTP and the network raise
        raise CannotDo("The email could not be sent. Try again in a few minutes") from error
