"""Versions of one fact: addressed by their place in the record, followed to the one believed."""

from dataclasses import dataclass, field
from typing import Any

from caseload.models import YoungPerson
from caseload.queries.timeline import only_ended, successors_of, versions_of


@dataclass
class Lineage:
    """All versions of one kind of fact about one person, oldest first.

    A version is addressed by its place, counted from 1 and never used again: facts are not
    deleted, and nothing of the database's own numbering stands in an address.
    """

    versions: list[Any]
    successors: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.successors = successors_of(self.versions)
        self._places = {
            version.pk: getattr(version, "place", at)
            for at, version in enumerate(self.versions, start=1)
        }
        self._at = {self._places[version.pk]: version for version in self.versions}

    def place_of(self, version: Any) -> int:
        """The number by which an address names a version."""
        return self._places[version.pk]

    def believed(self, place: int) -> Any | None:
        """The version believed now that stands where version ``place`` once stood.

        ``None`` when that was taken out. Raises ``IndexError`` for a place that never was.
        """
        if place not in self._at:
            raise IndexError(place)
        version = self._at[place]
        while version is not None and version.superseded_id is not None:
            version = self.successors.get(version.pk)
        return version

    @property
    def current(self) -> list[Any]:
        """Versions believed now, the latest first."""
        return sorted(
            (version for version in self.versions if version.superseded_id is None),
            key=lambda version: (
                version.during.lower is not None,
                version.during.lower,
                version.pk,
            ),
            reverse=True,
        )

    @property
    def corrected(self) -> list[Any]:
        """Versions no longer believed, the latest first, but for those that only came to an end."""
        return [
            version
            for version in reversed(self.versions)
            if version.superseded_id is not None
            and not (
                version.pk in self.successors and only_ended(version, self.successors[version.pk])
            )
        ]


def lineage(person: YoungPerson, model: type[Any]) -> Lineage:
    """Every version of one kind of fact: one question."""
    return Lineage(versions_of(person, [model])[model])


def lineages(person: YoungPerson, models: list[type[Any]]) -> dict[type[Any], Lineage]:
    """Every version of several kinds of fact: one question each."""
    return {model: Lineage(found) for model, found in versions_of(person, models).items()}
