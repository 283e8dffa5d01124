"""Service level agreements: made, signed by each side, reviewed, ended (LDOR-07)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from sharing.monitoring.errors import CannotDo
from sharing.monitoring.models import ServiceLevel
from sharing.monitoring.rules import BINDING, LevelState, level_state

US, THEM = "us", "them"
SIDES = {US: "The council", THEM: "The other side"}


@transaction.atomic
def make(authority: Authority, *, by: User, at: datetime, **said: Any) -> ServiceLevel:
    """Write an agreement down, for both sides to sign.

    Raises ``CannotDo`` when one with the same side has not ended.
    """
    try:
        with transaction.atomic():
            made = ServiceLevel.objects.create(authority=authority, made_by=by, made_at=at, **said)
    except IntegrityError:
        raise CannotDo("There is one with them already. End it first") from None
    _line("service level agreement made", made, by=by, at=at)
    return made


@transaction.atomic
def sign(
    level: ServiceLevel, *, side: str, signatory: str, signed_on: date, by: User, at: datetime
) -> None:
    """Say who signed for one side, and when. Raises ``CannotDo`` when that side has signed."""
    level = _lock(level)
    if level_state(level.days, on=local_date(at)) is LevelState.ENDED:
        raise CannotDo("It has ended")
    if (level.our_signed_on if side == US else level.their_signed_on) is not None:
        raise CannotDo("This side has signed already")
    if side == US:
        level.our_signatory, level.our_signed_on = signatory, signed_on
        level.save(update_fields=["our_signatory", "our_signed_on"])
    else:
        level.their_signatory, level.their_signed_on = signatory, signed_on
        level.save(update_fields=["their_signatory", "their_signed_on"])
    _line("service level agreement signed", level, by=by, at=at, side=side)


@transaction.atomic
def review(
    level: ServiceLevel, *, reviewed_on: date, review_on: date, by: User, at: datetime
) -> None:
    """Say that it was reviewed and goes on. Raises ``CannotDo`` when it does not bind."""
    level = _lock(level)
    if level_state(level.days, on=local_date(at)) not in BINDING:
        raise CannotDo("Only an agreement in force is reviewed")
    if review_on <= reviewed_on:
        raise CannotDo("The next review must be after this one", field="review_on")
    level.reviewed_on, level.review_on = reviewed_on, review_on
    level.save(update_fields=["reviewed_on", "review_on"])
    _line("service level agreement reviewed", level, by=by, at=at)


@transaction.atomic
def end(level: ServiceLevel, *, ended_on: date, why: str, by: User, at: datetime) -> None:
    """Say its last day, and why. Raises ``CannotDo`` when that was said already."""
    level = _lock(level)
    if level.ended_on is not None:
        raise CannotDo("Its last day was said already")
    level.ended_on, level.ended_by, level.ended_why = ended_on, by, why
    level.save(update_fields=["ended_on", "ended_by", "ended_why"])
    _line("service level agreement ended", level, by=by, at=at)


def _lock(level: ServiceLevel) -> ServiceLevel:
    return ServiceLevel.objects.select_for_update().get(pk=level.pk)


def _line(verb: str, level: ServiceLevel, *, by: User, at: datetime, **details: Any) -> None:
    trail.record(verb, by=by, at=at, authority=level.authority, subject=level, **details)
