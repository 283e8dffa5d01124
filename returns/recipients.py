"""The Department for Education was sent what a final return said: who asks is told so (LAW-09).

It is told what is right by the next return, which replaces all that was said of a person.
"""

from collections.abc import Sequence

from caseload.models import (
    Activity,
    Address,
    Characteristic,
    Enrolment,
    Fact,
    Guarantee,
    Identifier,
    IntendedDestination,
    LevelOfNeed,
    Name,
    Particulars,
    SendProvision,
    YoungPerson,
)
from optout.recipients import Recipient, register_sent_to
from returns.models import Build, SentStatus

IN_A_RETURN = (
    Activity,
    Address,
    Characteristic,
    Enrolment,
    Guarantee,
    Identifier,
    IntendedDestination,
    LevelOfNeed,
    Name,
    Particulars,
    SendProvision,
)
"""Kinds of fact that a return may tell of; how to reach someone is in none."""


def name_the_department() -> None:
    """Have corrections say which returns they alter."""
    register_sent_to(returns_with)


def returns_with(person: YoungPerson, versions: Sequence[Fact]) -> list[Recipient]:
    """The final returns that named someone while one of these versions was believed, and true in
    the month: what a correction of it alters.
    """
    told = [one for one in versions if isinstance(one, IN_A_RETURN)]
    if not told:
        return []
    named = SentStatus.objects.filter(person=person).values("build")
    return [
        Recipient(
            who="the Department for Education",
            how=f"The return of {build.month.label}",
            sent_on=build.date_of_send,
            told="The next return says what is right",
        )
        for build in Build.objects.standing().filter(pk__in=named)
        if any(_was_in(one, build) for one in told)
    ]


def _was_in(version: Fact, build: Build) -> bool:
    moment = build.moment or 0
    known = version.recorded_id <= moment
    believed = version.superseded_id is None or version.superseded_id > moment
    starts, ends = version.starts_on, version.ends_on
    begun = starts is None or starts <= build.month.end
    return known and believed and begun and (ends is None or ends >= build.month.start)
