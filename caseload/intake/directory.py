"""Providers, authorities and codes as one file needs them: read once, then looked up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from caseload.intake.rules import OF_SENDERS, Arrival
from caseload.models import ActivityCode, EthnicityCode
from ccis.authorities.models import Authority
from ccis.authorities.policy import Policy
from providers.models import Provider


class Place(NamedTuple):
    """A provider, with what deciding about a row asks of it."""

    pk: int
    kind: str
    name: str
    authority: int | None
    dfe_number: str


class Activity(NamedTuple):
    """An activity code with its headline group and its words."""

    code: str
    group: str
    label: str


@dataclass(frozen=True)
class Directory:
    """What rows may name: providers by number, authorities by code, codes of the national lists."""

    by_dfe_number: Mapping[str, Place] = field(default_factory=dict)
    by_ukprn: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    by_id: Mapping[int, Place] = field(default_factory=dict)
    numberless: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    """Providers that have neither a DfE number nor a UKPRN, by name in small letters."""
    authorities: Mapping[str, int] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)
    ethnicities: frozenset[str] = frozenset()

    def school(self, number: str, authority_code: str) -> Place | None:
        """The provider with a DfE number, of which the authority's own part may be left out."""
        return self.by_dfe_number.get(number if len(number) == 7 else authority_code + number)

    def training(self, ukprn: str, authority: int) -> Place | None:
        """The provider with a UKPRN; of several sites the only one in the authority's area.

        ``None`` when there is none, or no telling which.
        """
        places = self.by_ukprn.get(ukprn, ())
        if len(places) > 1:
            places = [place for place in places if place.authority == authority]
        return places[0] if len(places) == 1 else None


@dataclass(frozen=True)
class Given:
    """What is known of a file before its first row."""

    as_at: date
    """The day of which the file tells."""
    today: date
    authority: int
    authority_code: str
    sender: Place | None = None
    directory: Directory = field(default_factory=Directory)
    came_by: str = Arrival.BROWSER.value
    policy: Policy = field(default_factory=Policy)

    @property
    def is_the_senders(self) -> bool:
        """Whether the file came from its sender itself, and not by anyone of an authority."""
        return self.came_by in OF_SENDERS


def read_directory() -> Directory:
    """Read the directory in a few queries: some tens of thousands of rows for all of England."""
    places = [
        Place(*row)
        for row in Provider.objects.order_by("closed_on", "pk").values_list(
            "pk", "kind", "name", "authority_id", "dfe_number", named=False
        )
    ]
    numbers = dict(Provider.objects.exclude(ukprn="").order_by("pk").values_list("pk", "ukprn"))
    by_id = {place.pk: place for place in places}
    by_dfe: dict[str, Place] = {}
    for place in places:
        if place.dfe_number:
            by_dfe.setdefault(place.dfe_number, place)
    by_ukprn: defaultdict[str, list[Place]] = defaultdict(list)
    for pk, ukprn in numbers.items():
        by_ukprn[ukprn].append(by_id[pk])
    numberless: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        if not place.dfe_number and place.pk not in numbers:
            numberless[" ".join(place.name.casefold().split())].append(place)
    return Directory(
        numberless=numberless,
        by_dfe_number=by_dfe,
        by_ukprn=by_ukprn,
        by_id=by_id,
        authorities=dict(Authority.objects.values_list("code", "pk")),
        activities={
            code: Activity(code, group, label)
            for code, group, label in ActivityCode.objects.values_list("code", "group", "label")
        },
        ethnicities=frozenset(EthnicityCode.objects.values_list("code", flat=True)),
    )
