"""Retention figures from a file: every row is read, or the file is refused with what to mend."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from caseload.intake.source_models import Source
from ccis.authorities.models import Authority
from ccis.files.reading import CannotRead, Limits, Row, Table, read_table
from ccis.files.storage import Readable
from ccis.files.values import as_text, normalise_header
from sharing.monitoring.actions.registers import Given
from sharing.monitoring.errors import CannotDo
from sharing.monitoring.rules import MEASURES, read_year, wrong_figure

COLUMNS: Final = ("Provider", "Year", "Measure", "Figure", "Where it is from")
LIMITS: Final = Limits(file_bytes=2_000_000, rows=5_000)
MOST_SHOWN: Final = 20
"""Rows to mend that are named at once."""

MEASURE_NAMES: Final = {normalise_header(words): code for code, words in MEASURES.items()} | {
    normalise_header(code): code for code in MEASURES
}


def baselines_in(content: Readable, name: str, authority: Authority) -> list[Given]:
    """The figures of a CSV or workbook with the columns of ``COLUMNS``.

    A provider is given by its name as among the sources, or by its UKPRN, URN or DfE number.
    Raises ``CannotDo`` naming each row that is wrong; then nothing of it counts.
    """
    found: list[Given] = []
    wrong: list[str] = []
    known = _sources(authority)
    try:
        with read_table(content, filename=name, limits=LIMITS) as table:
            places = _places(table)
            for row in table.rows:
                try:
                    found.append(_given(row, places, known))
                except CannotDo as error:
                    wrong.append(f"Row {row.number}: {error.message}")
    except CannotRead as error:
        raise CannotDo(str(error)) from None
    if wrong:
        more = len(wrong) - MOST_SHOWN
        rest = [f"And {more} more rows"] if more > 0 else []
        raise CannotDo("\n".join([*wrong[:MOST_SHOWN], *rest]))
    if not found:
        raise CannotDo("This file has no rows under its headings")
    return found


def figure_of(text: str, measure: str) -> Decimal:
    """A figure as typed. Raises ``CannotDo`` in words."""
    try:
        figure = Decimal(text.replace(",", "").replace("%", "").strip())
    except InvalidOperation:
        raise CannotDo("Enter a number") from None
    if not figure.is_finite() or figure >= 1_000_000:
        raise CannotDo("Enter a number below 1,000,000")
    why = wrong_figure(measure, figure)
    if why:
        raise CannotDo(why)
    return round(figure, 2)


def _places(table: Table) -> Mapping[str, int]:
    places = {}
    for heading in COLUMNS:
        there = table.column(heading)
        if there is None:
            raise CannotDo(f"Row 1 should have the headings. We did not find {heading}")
        places[heading] = there.position
    return places


def _given(row: Row, places: Mapping[str, int], known: Mapping[str, Source | None]) -> Given:
    provider, year_text, measure_text, figure, origin = (
        as_text(row.cells[places[heading]]).strip() for heading in COLUMNS
    )
    key = " ".join(provider.lower().split())
    if key not in known:
        raise CannotDo("this provider is not among your sources. Add it there first")
    source = known[key]
    if source is None:
        raise CannotDo("several sources are called that. Give the UKPRN instead")
    year = read_year(year_text)
    if year is None:
        raise CannotDo("the year must be like 2026/27")
    measure = MEASURE_NAMES.get(normalise_header(measure_text))
    if measure is None:
        raise CannotDo(f"the measure must be one of: {', '.join(MEASURES.values())}")
    if not origin:
        raise CannotDo("say where the figure is from")
    return Given(source, year, measure, figure_of(figure, measure), origin[:200])


def _sources(authority: Authority) -> dict[str, Source | None]:
    """Sources by every name and number that they are known by; ``None`` where several are."""
    found: dict[str, Source | None] = {}
    for source in Source.objects.of(authority).select_related("provider"):
        for name in _names(source):
            found[name] = None if name in found and found[name] != source else source
    return found


def _names(source: Source) -> Iterator[str]:
    names = [source.title]
    if source.provider is not None:
        one = source.provider
        names += [number for number in (one.ukprn, one.urn, one.dfe_number) if number]
    yield from dict.fromkeys(" ".join(name.lower().split()) for name in names)
