"""Which of a file's columns is which of ours, by heading: case and spacing ignored, order free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from caseload.intake.kinds import KINDS, Kind
from ccis.files.cells import MEND_HEADING
from ccis.files.reading import column_letter
from ccis.files.values import normalise_header

OUR_OWN = normalise_header(MEND_HEADING)
"""The first column of a workbook that we gave back marked."""


@dataclass(frozen=True)
class Recognised:
    """What was made of the headings. ``columns`` gives our key by position, counted from 0."""

    columns: Mapping[int, str]
    missing: tuple[str, ...] = ()
    """Headings that a file of this kind must have and that were not found."""
    twice: tuple[str, ...] = ()
    """Headings of ours that more than one column was taken for."""
    extra: tuple[str, ...] = ()
    """Headings that nobody knows: kept as sent, not used."""

    @property
    def is_whole(self) -> bool:
        """Whether rows can be read with it."""
        return not self.missing and not self.twice

    @property
    def notices(self) -> list[str]:
        """What to tell the sender about columns that are not used."""
        if not self.extra:
            return []
        names = ", ".join(f"“{heading}”" for heading in self.extra)
        said = (
            "column that we do not know was"
            if len(self.extra) == 1
            else "columns that we do not know were"
        )
        return [f"{len(self.extra)} {said} kept with the rows and not used: {names}"]


def headings_known() -> frozenset[str]:
    """Every heading of every kind, normalised, to find the row that they stand in."""
    return frozenset(known for kind in KINDS.values() for known, _ in kind.headings())


def recognise(
    kind: Kind,
    header: Sequence[str],
    *,
    remembered: Mapping[str, str] | None = None,
    has_sender: bool = False,
) -> Recognised:
    """Match headings with a kind's columns.

    ``remembered`` gives our key (or nothing, to leave a column out) by normalised heading, as
    this source was answered for before; it goes before what the kind knows. ``has_sender``
    says that where they learn is known without a column for it.
    """
    known = dict(kind.headings())
    keys = {column.key for column in kind.columns}
    columns: dict[int, str] = {}
    extra: list[str] = []
    for position, heading in enumerate(header):
        normal = normalise_header(heading)
        if normal == OUR_OWN:
            continue
        if remembered and normal in remembered:
            if remembered[normal] in keys:
                columns[position] = remembered[normal]
        elif normal in known:
            columns[position] = known[normal].key
        elif heading:
            extra.append(heading)
    return Recognised(
        columns=columns,
        missing=tuple(missing_from(kind, columns.values(), has_sender=has_sender)),
        twice=tuple(_twice(kind, columns.values())),
        extra=tuple(extra),
    )


def missing_from(kind: Kind, keys: Iterable[str], *, has_sender: bool) -> list[str]:
    """Headings that a file of a kind needs besides those that it has."""
    have = set(keys)
    missing = [c.heading for c in kind.columns if c.required and c.key not in have]
    for some in kind.one_of:
        if not have.intersection(some) and not (has_sender and "dfe_number" in some):
            missing.append(" or ".join(kind.column(key).heading for key in some))
    return missing


def _twice(kind: Kind, keys: Iterable[str]) -> list[str]:
    seen = list(keys)
    return [column.heading for column in kind.columns if seen.count(column.key) > 1]


def guess_kind(header: Sequence[str], *, has_sender: bool = False) -> Kind | None:
    """The kind that knows most of the headings, if it can read the file at all.

    Where none can, the one that knows at least half of the headings.
    """
    ranked = sorted(
        ((recognise(kind, header, has_sender=has_sender), kind) for kind in KINDS.values()),
        key=lambda pair: (pair[0].is_whole, len(pair[0].columns)),
        reverse=True,
    )
    if not ranked:
        return None
    best, kind = ranked[0]
    if best.is_whole or (header and len(best.columns) * 2 >= len(header)):
        return kind
    return None


@dataclass(frozen=True)
class Sent:
    """One column of a file as it was sent: its place, heading and first values."""

    position: int
    heading: str
    samples: tuple[str, ...] = field(default=())

    @property
    def letter(self) -> str:
        """As a spreadsheet letters it."""
        return column_letter(self.position)
