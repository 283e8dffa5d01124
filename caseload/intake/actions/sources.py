"""Sources: known from their first file or set up before it, changed, reminded; their columns."""

from datetime import date, datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from caseload.intake.errors import IntakeError
from caseload.intake.models import ColumnMemory
from caseload.intake.scorecards import scorecards
from caseload.intake.source_models import Source, source_key
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words, local_date
from providers.models import Provider

SUBJECT = "Something for you from {council}"
LETTER = """Hello

We expected a file from {source} by {day} and have not had it. Please send it the way that you
usually do. If it cannot be sent yet, tell {council} when it will come.

Please do not send it by email.

{council}
"""


def source_of(authority: Authority, *, provider: Provider | None, name: str) -> Source:
    """The source that a file is from, made when it is the first of it."""
    source, _ = Source.objects.get_or_create(
        authority=authority,
        key=source_key(provider, name),
        defaults={"provider": provider, "name": "" if provider else name},
    )
    return source


@transaction.atomic
def add(
    *,
    authority: Authority,
    provider: Provider | None,
    name: str,
    by: User,
    at: datetime,
    **values: Any,
) -> Source:
    """Set a source up. Raises ``IntakeError`` when there is one of that name already."""
    source = Source(
        authority=authority,
        key=source_key(provider, name),
        provider=provider,
        name="" if provider else name,
    )
    try:
        with transaction.atomic():
            _save(source, at=at, **values)
    except IntegrityError:
        raise IntakeError("There is a source of this name already. Open it to change it") from None
    trail.record("source added", by=by, at=at, authority=authority, subject=source)
    return source


@transaction.atomic
def change(*, source: Source, by: User, at: datetime, **values: Any) -> None:
    """Say anew what a source may send, when it is expected, where a reminder goes."""
    source = Source.objects.select_for_update().get(pk=source.pk)
    _save(source, at=at, **values)
    trail.record("source changed", by=by, at=at, authority=source.authority, subject=source)


def _save(source: Source, *, at: datetime, **values: Any) -> None:
    asked = (values.get("expects"), values.get("expected_day"))
    if asked != (source.expects, source.expected_day):
        values["expected_from"] = local_date(at) if values.get("expects") else None
    for name, value in values.items():
        setattr(source, name, value)
    source.save()


@transaction.atomic
def remind(*, source: Source, by: User, at: datetime) -> str:
    """Tell a source that its file is awaited; nobody is named. Gives the address that it went to.

    Raises ``IntakeError`` when nothing is owed, there is no address, or it cannot be sent.
    """
    source = Source.objects.select_for_update().get(pk=source.pk)
    today = local_date(at)
    due = scorecards(source.authority, [source], today=today, months=2)[0].owed_since
    if due is None:
        raise IntakeError("No file is awaited from them now")
    if not source.address:
        raise IntakeError("There is no email address to remind them at. Add one first")
    if source.reminded_at and local_date(source.reminded_at) == today:
        raise IntakeError("They were reminded today already")
    Source.objects.filter(pk=source.pk).update(reminded_at=at, reminded_by=by)
    trail.record("source reminded", by=by, at=at, authority=source.authority, subject=source)
    _write_to(source, due)
    return source.address


def _write_to(source: Source, due: date) -> None:
    council = source.authority.title
    said = {"council": council, "source": source.title, "day": date_in_words(due)}
    letter = EmailMessage(
        subject=SUBJECT.format(council=council), body=LETTER.format(**said), to=[source.address]
    )
    try:
        letter.send()
    except OSError as error:  # what SMTP and the network raise
        raise IntakeError("The email could not be sent. Try again in a few minutes") from error


@transaction.atomic
def forget_columns(*, source: Source, kind: str, by: User, at: datetime) -> int:
    """Forget how a source's headings of a kind were matched. Gives how many were forgotten."""
    forgotten, _ = ColumnMemory.objects.filter(
        authority_id=source.authority_id, source=source.key, kind=kind
    ).delete()
    if forgotten:
        trail.record(
            "columns forgotten",
            by=by,
            at=at,
            authority=source.authority,
            subject=source,
            columns=forgotten,
        )
    return forgotten
