"""All that was ever recorded of someone, as events (pages §3.3)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from caseload.models import (
    FACT_MODELS,
    NEED_TO_KNOW,
    Activity,
    Address,
    Attendance,
    Characteristic,
    Consent,
    ConsentAttempt,
    ConsentOverride,
    ContactNeed,
    ContactPoint,
    Departure,
    DoNotSurvey,
    Enrolment,
    Fact,
    Guarantee,
    Identifier,
    IntendedDestination,
    LevelOfNeed,
    Name,
    NoticeGiven,
    Particulars,
    RiskIndicators,
    Section72,
    SendProvision,
    Verification,
    YoungPerson,
)
from caseload.queries.choices import hold_back
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.calendar.words import local_date

RELATED: dict[type[Any], tuple[str, ...]] = {
    Identifier: ("kind",),
    Particulars: ("gender", "ethnicity"),
    Activity: ("code", "provider"),
    Characteristic: ("code",),
    LevelOfNeed: ("code",),
    Guarantee: ("status", "authority"),
    IntendedDestination: ("code",),
    Enrolment: ("provider", "authority"),
    Attendance: ("provider",),
}
"""What each kind of fact is shown with, read in the same question."""

KINDS: dict[type[Any], str] = {
    Activity: "activities",
    Verification: "activities",
    Name: "details",
    Particulars: "details",
    Identifier: "details",
    Address: "details",
    ContactPoint: "details",
    Characteristic: "education",
    SendProvision: "education",
    LevelOfNeed: "education",
    Guarantee: "education",
    IntendedDestination: "education",
    Enrolment: "education",
    Departure: "leaving",
    Section72: "choices",
    DoNotSurvey: "choices",
    Consent: "choices",
    ConsentAttempt: "choices",
    NoticeGiven: "choices",
    ConsentOverride: "choices",
    Attendance: "education",
    RiskIndicators: "education",
    ContactNeed: "details",
}
"""Which part of the story each kind of fact belongs to."""

DATED_WHEN_RECORDED = (Name, Particulars, Identifier)
"""Facts that usually hold from birth: they stand in the story on the day we came to hold them."""


@dataclass(frozen=True)
class Event:
    """Something that was recorded, confirmed, or came to its end."""

    kind: str
    on: date
    fact: Any
    what: str = "recorded"
    successor: Fact | None = None
    activity: Activity | None = None
    is_sensitive: bool = False

    @property
    def is_corrected(self) -> bool:
        """Whether we no longer believe it."""
        return self.fact.superseded_id is not None and self.what != "ended"


def versions_of(
    person: YoungPerson, models: Iterable[type[Any]] = FACT_MODELS
) -> dict[Any, list[Any]]:
    """Every version of a person's facts by kind, oldest first: one question a kind."""
    found = {}
    for model in models:
        related = RELATED.get(model, ())
        every = getattr(model, "every", model._default_manager)
        versions = (
            every.filter(person=person)
            .select_related(*related, "recorded__by", "superseded__by")
            .order_by("pk")
        )
        found[model] = list(_open(versions))
    hold_back(version for model in found for version in found[model])
    return found


def _open(versions: Iterable[Any]) -> Iterable[Any]:
    """Versions with their place in the record, less those that are sealed (LAW-10).

    Places are counted with the sealed ones, so that sealing gives no other one a new address.
    """
    for place, version in enumerate(versions, start=1):
        version.place = place
        if getattr(version, "sealed_id", None) is None:
            yield version


def person_timeline(person: YoungPerson, user: User) -> list[Event]:
    """Every event of a person's record, newest first: one question for each kind of fact.

    The caller has checked that the user may see the person. Circumstances, SEND and level of
    need are left out for those who may not see what is sensitive; for the others the sensitive
    circumstances are marked.
    """
    versions = versions_of(person)
    sees_sensitive = holds(user, Permission.SEE_SENSITIVE, person.lead_authority)
    events = [
        event
        for model, facts in versions.items()
        for event in _events(model, facts, versions[Activity])
        if sees_sensitive or not isinstance(event.fact, NEED_TO_KNOW)
    ]
    return sorted(events, key=lambda e: (e.on, e.fact.recorded_id, e.what), reverse=True)


def _events(model: Any, facts: list[Any], activities: list[Activity]) -> Iterable[Event]:
    if model is Verification:
        yield from _confirmations(facts, activities)
        return
    successors = successors_of(facts)
    for fact in facts:
        successor = successors.get(fact.pk)
        if successor is not None and only_ended(fact, successor):
            continue
        yield Event(
            kind=KINDS[model],
            on=happened_on(fact),
            fact=fact,
            successor=successor,
            is_sensitive=model is Characteristic and fact.code.is_sensitive,
        )
        if model is Activity and fact.superseded_id is None and fact.leaving_reason:
            yield Event(
                kind=KINDS[model], on=fact.ends_on or happened_on(fact), fact=fact, what="ended"
            )


def _confirmations(facts: list[Any], activities: list[Activity]) -> Iterable[Event]:
    by_spell = {activity.spell: activity for activity in activities}
    for fact in facts:
        yield Event(
            kind=KINDS[Verification],
            on=fact.verified_on,
            fact=fact,
            what="confirmed",
            activity=by_spell.get(fact.spell),
        )


def happened_on(fact: Fact) -> date:
    """The day on which a fact stands in the story."""
    recorded_on = local_date(fact.recorded.at)
    if isinstance(fact, DATED_WHEN_RECORDED):
        return recorded_on
    return fact.during.lower or recorded_on


# -- which version took the place of which ---------------------------------------------------------


def successors_of(facts: list[Any]) -> dict[int, Any]:
    """For each superseded version, by id, the version that took its place, if one did."""
    by_change = defaultdict(list)
    for fact in facts:
        by_change[fact.recorded_id].append(fact)
    found = {}
    for fact in facts:
        if fact.superseded_id is None:
            continue
        heirs = [heir for heir in by_change[fact.superseded_id] if _may_follow(fact, heir)]
        if heirs:
            found[fact.pk] = max(heirs, key=lambda heir: _agreement(fact, heir))
    return found


def _may_follow(fact: Any, heir: Any) -> bool:
    """Whether one version may have taken the place of another: the same thing, put otherwise."""
    if isinstance(fact, Activity):
        return bool(fact.spell == heir.spell)
    for same in ("kind_id", "kind", "for_year"):
        if getattr(fact, same, None) != getattr(heir, same, None):
            return False
    return True


def _agreement(fact: Any, heir: Any) -> int:
    said, says = fact.content(), heir.content()
    alike = sum(bool(said[name] == says[name]) for name in said)
    return alike + 2 * bool(fact.during.lower == heir.during.lower)


def only_ended(fact: Any, successor: Any) -> bool:
    """Whether the version that followed says the same, and only that it came to its end."""
    said, says = fact.content(), successor.content()
    for facet in (said, says):
        facet.pop("leaving_reason", None)  # it is told as the end is
    return bool(
        said == says
        and fact.during.lower == successor.during.lower
        and fact.during.upper is None
        and successor.during.upper is not None
    )
