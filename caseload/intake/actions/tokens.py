"""Tokens: by what a source's software is known to the API. Shown once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from caseload.intake.errors import IntakeError
from caseload.intake.source_models import Source, SourceToken
from ccis.access.references import read_reference
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date

LONGEST = timedelta(days=366)
"""No token lasts longer: a new one is made in time."""

BEGINS = "ccis"
SECRET_BYTES = 32

NEVER = "0" * 64
"""Compared with when there is no such token, so that an answer takes as long."""


@transaction.atomic
def make(
    *, source: Source, name: str, kinds: Sequence[str], expires_on: date, by: User, at: datetime
) -> tuple[SourceToken, str]:
    """Make a token for some kinds of file. Gives it and the text to show, once.

    Raises ``IntakeError`` for a kind that the source may not send, or too long a time.
    """
    today = local_date(at)
    if not today < expires_on <= today + LONGEST:
        raise IntakeError("Give a last day within a year from today")
    if not kinds or not all(source.may_send(kind) for kind in kinds):
        raise IntakeError("Choose among what the source may send")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = SourceToken.objects.create(
        source=source,
        name=name,
        digest=_digest(secret),
        kinds=sorted(kinds),
        made_by=by,
        made_at=at,
        expires_on=expires_on,
    )
    trail.record(
        "token made",
        by=by,
        at=at,
        authority=source.authority,
        subject=source,
        token=token.ref,
        kinds=token.kinds,
    )
    return token, f"{BEGINS}_{token.ref}_{secret}"


@transaction.atomic
def revoke(*, token: SourceToken, by: User, at: datetime) -> None:
    """Take a token back: it stops working with the next request."""
    taken = SourceToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_by=by, revoked_at=at
    )
    if taken:
        source = token.source
        trail.record(
            "token taken back",
            by=by,
            at=at,
            authority=source.authority,
            subject=source,
            token=token.ref,
        )


def bearer(text: str, *, at: datetime) -> SourceToken | None:
    """The token that a request carries, if it lets its bearer in; that it was used is noted."""
    begins, _, rest = text.partition("_")
    ref, _, secret = rest.partition("_")
    reference = read_reference(ref) if begins == BEGINS else None
    token = (
        SourceToken.objects.select_related("source__authority", "source__provider")
        .filter(ref=reference or "")
        .first()
    )
    same = secrets.compare_digest(_digest(secret), token.digest if token else NEVER)
    if token is None or not same or not token.works(on=local_date(at)):
        return None
    SourceToken.objects.filter(pk=token.pk).update(used_at=at)
    return token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
