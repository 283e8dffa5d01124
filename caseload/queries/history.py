"""A record as we knew it on one day, saying what was true on another (PIA-07, LAW-10)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from caseload.models import Verification, YoungPerson
from caseload.queries.timeline import versions_of
from ccis.audit.models import Change


@dataclass
class Changed:
    """One change to a record, with what it recorded and what it put aside."""

    change: Change
    recorded: list[Any] = field(default_factory=list)
    superseded: list[Any] = field(default_factory=list)


def moment_of(person: YoungPerson, day: date) -> int:
    """The number of the authority's last change by the end of a day, by the clock of England."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    found = Change.objects.filter(authority=person.lead_authority, at__lt=end)
    return found.aggregate(latest=Max("pk"))["latest"] or 0


def as_known(versions: dict[Any, list[Any]], moment: int, true_on: date) -> dict[Any, list[Any]]:
    """Of all versions, those believed at ``moment`` that say what was true on a day."""
    return {
        model: [v for v in found if _was_believed(v, moment) and _held(v, true_on)]
        for model, found in versions.items()
        if model is not Verification
    }


def _was_believed(version: Any, moment: int) -> bool:
    return bool(
        version.recorded_id <= moment
        and (version.superseded_id is None or version.superseded_id > moment)
    )


def _held(version: Any, day: date) -> bool:
    lower, upper = version.during.lower, version.during.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


def changes(versions: dict[Any, list[Any]]) -> list[Changed]:
    """Every change of a record, the latest first."""
    found: dict[int, Changed] = {}
    for facts in versions.values():
        for fact in facts:
            found.setdefault(fact.recorded_id, Changed(fact.recorded)).recorded.append(fact)
            if fact.superseded_id is not None:
                made = found.setdefault(fact.superseded_id, Changed(fact.superseded))
                made.superseded.append(fact)
    return [found[number] for number in sorted(found, reverse=True)]


def with_merged(person: YoungPerson) -> dict[Any, list[Any]]:
    """Every version of a person's facts, with those of records merged into theirs (PIA-14)."""
    versions = whole(person)
    for other in person.merged_records.order_by("pk"):
        for model, found in whole(other).items():
            versions[model] = [*versions[model], *found]
    return versions


def whole(person: YoungPerson) -> dict[Any, list[Any]]:
    """Every version of every fact of a person: one question a kind."""
    return versions_of(person)
