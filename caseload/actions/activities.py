"""What someone is doing: recorded, corrected, ended, confirmed."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from caseload.actions import facts
from caseload.errors import CannotRecord
from caseload.models import Activity, Verification, YoungPerson
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.calendar.words import date_in_words, local_date


@transaction.atomic
def record(
    *,
    person: YoungPerson,
    code_id: str,
    started_on: date,
    ended_on: date | None = None,
    verified_on: date | None = None,
    by: User,
    at: datetime,
    why: str = "activity recorded",
    source: str = "",
    **values: Any,
) -> Activity:
    """Start an activity, ending the one before it on the day before (design §4).

    An activity with an end, wholly before the present one, is put in where there is room.
    ``values`` are fields of ``Activity``; ``ascertained_on`` is the day of ``at`` unless given.
    Raises ``CannotRecord`` when it would overlap another that it does not follow.
    """
    change = open_change(authority=person.lead_authority, by=by, why=why, at=at, source=source)
    facts.lock(person)
    values.setdefault("ascertained_on", local_date(at))
    during = facts.from_day(started_on, ended_on)
    for other in facts.overlapping(Activity, person=person, during=during):
        _make_room(other, started_on=started_on, ended_on=ended_on, change=change)
    activity = facts.state(
        Activity, change=change, person=person, during=during, code_id=code_id, **values
    )
    activity.refresh_from_db(fields=["spell"])
    if verified_on is not None:
        Verification.objects.create(
            person=person, spell=activity.spell, verified_on=verified_on, recorded=change
        )
    trail.record(
        "activity recorded",
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        activity=activity.pk,
        code=code_id,
    )
    return activity


def _make_room(other: Activity, *, started_on: date, ended_on: date | None, change: Any) -> None:
    """End the activity that goes on as the new one begins; refuse any other overlap."""
    starts = other.during.lower
    follows = starts is not None and starts < started_on
    if follows and (other.during.upper is None or ended_on is None):
        facts.end(other, change=change, on=started_on - timedelta(days=1))
        return
    words = other.code.label
    raise CannotRecord(
        f"They were already “{words}” on {date_in_words(max(starts or started_on, started_on))}. "
        "End that first, or correct its dates",
        field="started_on",
    )


@transaction.atomic
def correct(
    *,
    activity: Activity,
    started_on: date,
    ended_on: date | None,
    by: User,
    at: datetime,
    why: str = "activity corrected",
    source: str = "",
    **values: Any,
) -> Activity:
    """Put a recorded activity right, keeping the old version (design §4).

    Raises ``CannotRecord`` on an overlap, ``ChangedMeanwhile`` when it is no longer believed.
    """
    person = activity.person
    change = open_change(authority=person.lead_authority, by=by, why=why, at=at, source=source)
    facts.lock(person)
    facts.refuse_stale(activity)
    during = facts.from_day(started_on, ended_on)
    for other in facts.overlapping(Activity, person=person, during=during):
        if other.pk != activity.pk:
            raise CannotRecord(
                f"They were already “{other.code.label}” on "
                f"{date_in_words(max(other.during.lower or started_on, started_on))}. "
                "End that first, or correct its dates",
                field="started_on",
            )
    corrected = facts.correct(activity, change=change, during=during, **values)
    trail.record(
        "activity corrected",
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        activity=corrected.pk,
        was=activity.pk,
    )
    return corrected


@transaction.atomic
def end(
    *,
    activity: Activity,
    on: date,
    by: User,
    at: datetime,
    why: str = "activity ended",
    leaving_reason: str = "",
    source: str = "",
) -> Activity:
    """Say that an activity stopped after a day.

    Raises ``CannotRecord`` for a day before it began, or after an end that is known.
    """
    facts.refuse_later_end(activity, on=on)
    person = activity.person
    change = open_change(authority=person.lead_authority, by=by, why=why, at=at, source=source)
    facts.lock(person)
    said: dict[str, Any] = {"leaving_reason": leaving_reason} if leaving_reason else {}
    ended = facts.end(activity, change=change, on=on, **said)
    trail.record(
        "activity ended",
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        activity=ended.pk,
    )
    return ended


@transaction.atomic
def confirm(
    *, activity: Activity, verified_on: date, by: User, at: datetime, source: str = ""
) -> Verification:
    """Say that an activity was seen to go on: a row of its own, not a new version.

    Raises ``CannotRecord`` for a day before the activity began.
    """
    person = activity.person
    if activity.during.lower is not None and verified_on < activity.during.lower:
        raise CannotRecord(
            f"Confirm it on {date_in_words(activity.during.lower)} or later", field="verified_on"
        )
    change = open_change(
        authority=person.lead_authority, by=by, why="activity confirmed", at=at, source=source
    )
    facts.lock(person)
    verification = Verification.objects.create(
        person=person, spell=activity.spell, verified_on=verified_on, recorded=change
    )
    trail.record(
        "activity confirmed",
        by=by,
        at=at,
        authority=person.lead_authority,
        subject=person,
        change=change,
        spell=activity.spell,
    )
    return verification
