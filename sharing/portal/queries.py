"""What the portal's pages ask besides, of lists and clocks: nothing that says who anyone is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sharing.models import Disclosure


def to_destroy(lists: Iterable[int], at: datetime) -> int:
    """How many have left these lists whose destruction is not confirmed."""
    return Disclosure.objects.to_confirm(at).filter(on_list__in=lists).count()


@dataclass(frozen=True)
class Clock:
    """How long someone's row has been and will be there, apart from who they are."""

    disclosure: int
    person: int
    on_list: int
    received_at: datetime | None
    engaged_at: datetime | None
    ends_at: datetime
    term_days: int
    period_ends_on: date | None
    frequency: str


def clocks_of(disclosures: Collection[int]) -> dict[int, Clock]:
    """The clock of each disclosure, by its id."""
    rows = Disclosure.objects.filter(pk__in=disclosures).values_list(
        "pk",
        "person",
        "on_list",
        "received_at",
        "engaged_at",
        "ends_at",
        "version__term_days",
        "version__ends_on",
        "version__frequency",
    )
    return {row[0]: Clock(*row) for row in rows}
