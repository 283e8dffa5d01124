"""Attempts to reach someone: logged in two taps, taken back as quickly (LC-18)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date
from sharing.errors import CannotShare
from sharing.models import Disclosure
from sharing.outcomes.models import Attempt
from sharing.outcomes.rules import HOWS, OVER, RESULTS

ONE_PRESS = timedelta(seconds=3)


@transaction.atomic
def log_attempt(
    disclosure: Disclosure,
    *,
    how: str,
    result: str = "",
    by: User,
    at: datetime,
    tried_on: date | None = None,
) -> Attempt:
    """Log that somebody tried to reach someone on a list, today where no day is given.

    ``how`` is one of ``rules.HOWS``, ``result`` one of ``rules.RESULTS`` or nothing. The same by
    the same person within seconds is one press that came twice. Raises
    ``CannotShare`` when they are on the list no more, and for a day to come or before the list.
    """
    held = _live(disclosure, at)
    today = local_date(at)
    day = tried_on or today
    if how not in HOWS:
        raise CannotShare("Select how you tried", field="how")
    if result and result not in RESULTS:
        raise CannotShare("Select what came of it", field="result")
    if not local_date(held.released_at) <= day <= today:
        raise CannotShare("Enter a day between the start of the list and today", field="tried_on")
    same = {"by": by, "how": how, "result": result, "tried_on": day, "at__gt": at - ONE_PRESS}
    pressed_twice = Attempt.objects.standing().filter(disclosure=held, **same).first()
    if pressed_twice is not None:
        return pressed_twice
    made = Attempt.objects.create(
        disclosure=held,
        tried_on=day,
        how=how,
        result=result,
        at=at,
        by=by,
        by_name=by.name,
    )
    _line("attempt logged", made, by=by, at=at)
    return made


@transaction.atomic
def undo_attempt(attempt: Attempt, *, by: User, at: datetime) -> None:
    """Take back an attempt that was logged by mistake; it stays, struck through.

    Raises ``CannotShare`` when it was taken back, or they are on the list no more.
    """
    _live(attempt.disclosure, at)
    done = Attempt.objects.standing().filter(pk=attempt.pk).update(undone_at=at, undone_by=by)
    if not done:
        raise CannotShare("This was taken back already")
    _line("attempt taken back", attempt, by=by, at=at)


def _live(disclosure: Disclosure, at: datetime) -> Disclosure:
    """The disclosure, which nobody ends before this is done."""
    live = Disclosure.objects.live(at).filter(pk=disclosure.pk, kind=Disclosure.Kind.LIST)
    held = live.select_for_update(of=("self",), no_key=True).first()
    if held is None:
        raise CannotShare(OVER)
    return held


def _line(verb: str, attempt: Attempt, *, by: User, at: datetime) -> None:
    disclosure = attempt.disclosure
    trail.record(
        verb,
        by=by,
        at=at,
        authority=disclosure.authority,
        subject=disclosure.person,
        disclosure=disclosure.ref,
        attempt=attempt.ref,
    )
