"""Referring someone on, which nobody may without their own explicit yes (LC-21)."""

from datetime import date, datetime

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from ccis.calendar.words import local_date
from optout.queries import objecting
from providers.models import Provider
from sharing.actions.locks import hold_people
from sharing.errors import CannotShare
from sharing.models import Disclosure
from sharing.outcomes.models import Referral
from sharing.outcomes.rules import HOWS, OVER

NO_YES = (
    "You may not refer them on, or pass anything on about them, before they said yes to it "
    "themselves. Ask them first"
)
SAID_NO = "You may not refer them to this organisation. Ask the council"
"""That they said no to it is not told: names could be tried for it."""


@transaction.atomic
def refer_on(
    disclosure: Disclosure,
    *,
    to: str,
    consented: bool,
    consented_on: date | None,
    consented_how: str,
    by: User,
    at: datetime,
) -> Referral:
    """Record that an organisation refers someone to another, with their own yes to just that.

    Raises ``CannotShare`` without the yes, its day and how it was given; where what they told us
    says no to that organisation; and when they are on the list no more.
    """
    hold_people([disclosure.person_id])
    if not Disclosure.objects.live(at).filter(pk=disclosure.pk).exists():
        raise CannotShare(OVER)
    to = " ".join(to.split())
    if not to:
        raise CannotShare("Enter which organisation", field="to")
    if not consented:
        raise CannotShare(NO_YES, field="consented")
    today = local_date(at)
    if consented_on is None or not local_date(disclosure.released_at) <= consented_on <= today:
        raise CannotShare(
            "Enter the day on which they said yes, from the start of the list to today",
            field="consented_on",
        )
    if consented_how not in HOWS:
        raise CannotShare("Select how they said yes", field="consented_how")
    for provider in Provider.objects.filter(name__iexact=to):
        if objecting([disclosure.person_id], provider, on=today):
            raise CannotShare(SAID_NO, field="to")
    same = {"to__iexact": to, "consented_on": consented_on, "by": by}
    pressed_twice = Referral.objects.filter(disclosure=disclosure, **same).first()
    if pressed_twice is not None:
        return pressed_twice
    made = Referral.objects.create(
        disclosure=disclosure,
        to=to,
        consented_on=consented_on,
        consented_how=consented_how,
        at=at,
        by=by,
        by_name=by.name,
    )
    trail.record(
        "referred on",
        by=by,
        at=at,
        authority=disclosure.authority,
        subject=disclosure.person,
        disclosure=disclosure.ref,
        referral=made.ref,
    )
    return made
