"""Writes of the register of policy documents, and what may rest on one (LAW-02)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from caseload.policies.models import PolicyDocument
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority

ONE_DAY = timedelta(days=1)


class CannotRegister(Exception):
    """It cannot be done as asked. ``field`` names the part of the form to mend."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def choices(authority: Authority, *, on: date) -> list[tuple[str, str]]:
    """Documents in force on a day, for a form: what is kept, and the words."""
    mine = PolicyDocument.objects.filter(authority=authority).in_force(on)
    return [(one.words, one.words) for one in mine]


def covers(authority: Authority, document: str, condition: str, *, on: date) -> bool:
    """Whether a document, as a field or strand names it, is in force and covers a condition."""
    mine = PolicyDocument.objects.filter(authority=authority, conditions__contains=[condition])
    return any(one.words == document for one in mine.in_force(on))


@transaction.atomic
def register(
    authority: Authority,
    *,
    title: str,
    version: str,
    conditions: Sequence[str],
    covers: str,
    kept_at: str,
    starts_on: date,
    review_on: date,
    by: User,
    at: datetime,
) -> PolicyDocument:
    """Register a version of a document. An earlier one of its title ends the day before.

    Raises ``CannotRegister`` when that version is there, or would begin before an earlier one.
    """
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    before = PolicyDocument.objects.filter(authority=authority, title=title, ends_on=None)
    if before.filter(starts_on__gte=starts_on).exists():
        raise CannotRegister("Another version of it begins on that day or later", field="starts_on")
    before.update(ends_on=starts_on - ONE_DAY)
    try:
        with transaction.atomic():
            made = PolicyDocument.objects.create(
                authority=authority,
                title=title,
                version=version,
                conditions=list(conditions),
                covers=covers,
                kept_at=kept_at,
                starts_on=starts_on,
                review_on=review_on,
                registered_by=by,
                registered_at=at,
            )
    except IntegrityError as error:
        raise CannotRegister("This version is registered already", field="version") from error
    _line("policy document registered", made, by=by, at=at)
    return made


@transaction.atomic
def end(document: PolicyDocument, *, on: date, by: User, at: datetime) -> None:
    """Say its last day. Raises ``CannotRegister`` for one before its first day, or done before."""
    held = PolicyDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if held.ends_on is not None:
        raise CannotRegister("Its last day is entered already")
    if on < held.starts_on:
        raise CannotRegister("Its last day must be on or after its first", field="on")
    PolicyDocument.objects.filter(pk=held.pk).update(ends_on=on)
    _line("policy document ended", held, by=by, at=at)


def _line(verb: str, document: PolicyDocument, *, by: User, at: datetime) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=document.authority,
        subject=document,
        document=document.ref,
    )
