"""What the last check of the trail said, and when: kept as a line of the trail itself."""

from dataclasses import dataclass
from datetime import datetime

from ccis.audit import trail
from ccis.audit.findings import Outcome
from ccis.audit.models import TrailDetail, TrailEntry

CHECKED = "trail checked"


@dataclass(frozen=True)
class Checked:
    """A check of the trail: when, how much, with how many faults."""

    at: datetime
    seals: int
    lines: int
    faults: int
    whole: bool
    """Whether from the first seal on."""


def record_checked(outcome: Outcome, *, at: datetime, since: datetime | None) -> None:
    """Leave a line that the trail was checked, with its counts."""
    trail.record(
        CHECKED,
        by=None,
        at=at,
        authority=None,
        seals=outcome.seals,
        lines=outcome.rows,
        erased=outcome.erased,
        unsealed=outcome.unsealed,
        faults=outcome.faults,
        whole=since is None,
    )


def last_checked() -> Checked | None:
    """The last check; ``None`` before the first."""
    line = TrailEntry.objects.filter(verb=CHECKED, by_id=None).order_by("-id").first()
    if line is None:
        return None
    said = TrailDetail.objects.get(entry_id=line.pk).details
    return Checked(
        at=line.at,
        seals=said.get("seals", 0),
        lines=said.get("lines", 0),
        faults=said.get("faults", 0),
        whole=said.get("whole", False),
    )
