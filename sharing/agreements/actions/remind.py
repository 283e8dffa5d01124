"""Reminders before a review, an end, or the end of what vouches for an organisation (LC-20)."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction

from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from sharing.agreements import rules
from sharing.agreements.models import Reminder, Version
from sharing.agreements.queries import assurance_of

logger = logging.getLogger(__name__)

BEFORE = {
    Reminder.Kind.REVIEW: timedelta(days=60),
    Reminder.Kind.EXPIRY: timedelta(days=60),
    Reminder.Kind.ASSURANCE: timedelta(days=30),
}
"""So long before the day it is told."""

SUBJECT = "An agreement needs you"
LETTER = """Hello

An information sharing agreement of {council} comes to its review or its end. Sign in and open
Sharing, Agreements, to see which.
"""


def remind(*, on: date, at: datetime) -> int:
    """Make a reminder of whatever comes near by a day, once for each day that is due.

    Information governance officers are written to once for all of them. Gives how many are new.
    """
    governing = Version.objects.filter(
        state__in=sorted(rules.GOVERNING), agreement__authority__is_served=True
    ).select_related("agreement__authority", "programme")
    due = [
        Reminder(version=version, kind=kind, due_on=day, made_at=at)
        for version in governing
        for kind, day in _days(version)
        if on >= day - BEFORE[kind]
    ]
    told = set(
        Reminder.objects.filter(version__in=[one.version for one in due]).values_list(
            "version", "kind", "due_on"
        )
    )
    new = [one for one in due if (one.version.pk, one.kind, one.due_on) not in told]
    with transaction.atomic():
        Reminder.objects.bulk_create(new, ignore_conflicts=True)
        for authority in {one.version.agreement.authority for one in new}:
            transaction.on_commit(lambda authority=authority: _write_to(authority, on))  # type: ignore[misc]
    return len(new)


def _days(version: Version) -> Iterator[tuple[Reminder.Kind, date]]:
    days = {
        Reminder.Kind.REVIEW: version.review_on,
        Reminder.Kind.EXPIRY: version.ends_on,
        Reminder.Kind.ASSURANCE: rules.assured_until(assurance_of(version)),
    }
    for kind, day in days.items():
        if day is not None:
            yield kind, day


def _write_to(authority: Authority, on: date) -> None:
    officers = User.objects.filter(
        is_active=True,
        memberships__authority=authority,
        memberships__role=Role.INFORMATION_GOVERNANCE.value,
        memberships__starts_on__lte=on,
    ).exclude(memberships__ends_on__lte=on)
    addresses = sorted(set(officers.values_list("email", flat=True)))
    if not addresses:
        return
    letter = EmailMessage(
        subject=SUBJECT, body=LETTER.format(council=authority.title), bcc=addresses
    )
    try:
        letter.send()
    except OSError:  # what SMTP and the network raise; the page shows it all the same
        logger.warning("A reminder of agreements could not be sent")
