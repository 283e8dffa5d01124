"""How many joined, left and were at risk, and how much of drop-out we were told of (LDOR-05).

Tables are made once: the page and the file say the same. What may be passed on hides small
numbers; ``is_exact`` is for officers, and is never a file.
"""

from collections.abc import Iterable, Mapping, Sequence

from ccis.calendar.periods import Period
from ccis.govuk.charts import Chart, Series
from ccis.govuk.words import number, plural
from ccis.small_numbers import HIDDEN, suppress, suppress_parts, suppress_rows
from sharing.monitoring.presenters.tables import Table, Value
from sharing.monitoring.queries import OfProvider, Volumes, Year
from sharing.monitoring.rules import Told, months_of_year, year_before, year_in_words

NOT_HELD = "not held"
NOBODY = "nobody left"
SOURCE = (
    "From returns of drop-outs. A month without a figure is hidden because few people are in it."
)


def parts(counts: Mapping[str, int], *, is_exact: bool) -> dict[str, int | None]:
    """The parts of a total that stands beneath them."""
    return dict(counts) if is_exact else suppress_parts(counts)


def whole(count: int, *, is_exact: bool) -> int | None:
    """A total."""
    return count if is_exact else suppress(count)


# -- by month --------------------------------------------------------------------------------------

NOT_WHOLE = (
    "A month stands beside the year before once the day of all its returns is past. What may be "
    "passed on has the year before added up once this year is over: a hidden number would follow."
)
NAMES = {"joiners": "Joiners", "leavers": "Leavers", "at_risk": "At risk"}


def _by_month(found: Year, which: str, *, before: bool = False) -> dict[str, int]:
    """Of each month so far, or of all twelve a year earlier.

    What of those is hidden is found for the whole year, as on its own page: hidden for a part of
    it, other months would be, and one page would tell what the other hides.
    """
    months = months_of_year(found.year) if before else found.months
    by_month = found.before if before else found.now
    return {str(month): getattr(by_month.get(month, Volumes()), which) for month in months}


def _adds_up(found: Year, *, is_exact: bool) -> bool:
    """Whether the year before is added up.

    Part of it, taken from the whole on its own page, would tell what is hidden in both.
    """
    return found.is_whole or (is_exact and bool(found.compared))


def by_month(found: Year, *, is_exact: bool) -> Table:
    """Joiners, leavers and people at risk of each month, beside the same month a year earlier."""
    columns: list[dict[str, Value]] = []
    totals: list[Value] = ["All months"]
    heads = ["Month"]
    compared = [str(month) for month in found.compared]
    for which, words in NAMES.items():
        now, before = (_by_month(found, which, before=earlier) for earlier in (False, True))
        shown = parts(before, is_exact=is_exact)
        columns += [{**parts(now, is_exact=is_exact)}, {month: shown[month] for month in compared}]
        totals.append(whole(sum(now.values()), is_exact=is_exact))
        added_up = sum(before[month] for month in compared)
        is_added_up = _adds_up(found, is_exact=is_exact)
        totals.append(whole(added_up, is_exact=is_exact) if is_added_up else "")
        heads += [f"{words}, {year_in_words(year)}" for year in (found.year, found.year - 1)]
    return Table(
        key="months",
        caption="By month, beside the year before",
        heads=heads,
        rows=[
            [month.label, *(column.get(str(month), "") for column in columns)]
            for month in found.months
        ],
        total=totals,
        note="" if found.is_whole else NOT_WHOLE,
    )


def chart_of_year(found: Year, *, is_exact: bool) -> Chart:
    """Joiners, leavers and people at risk by month."""
    values = {which: parts(_by_month(found, which), is_exact=is_exact) for which in NAMES}
    left = whole(sum(_by_month(found, "leavers").values()), is_exact=is_exact)
    said = "Few leavers" if left is None else f"{plural(left, 'leaver')}"
    return Chart(
        kind="bar",
        title=f"{said} notified in {year_in_words(found.year)} so far",
        labels=_labels(found.months),
        series=tuple(Series(words, _values(values[which])) for which, words in NAMES.items()),
        source=SOURCE,
        name="drop-outs-by-month",
        missing=HIDDEN,
    )


def chart_of_leavers(found: Year, *, is_exact: bool) -> Chart:
    """Leavers by month, beside the same months a year earlier, as far as they are compared."""
    compared = [str(month) for month in found.compared]
    series, sums = [], []
    for before in (False, True):
        counts = _by_month(found, "leavers", before=before)
        shown = parts(counts, is_exact=is_exact)
        cells = {month: shown[month] for month in compared}
        series.append(Series(year_in_words(found.year - before), _values(cells)))
        is_told = found.is_whole or None not in cells.values()
        count = sum(counts[month] for month in compared)
        sums.append(whole(count, is_exact=is_exact) if is_told else None)
    return Chart(
        kind="bar",
        title=_moved(*sums, until=found.compared[-1], is_exact=is_exact),
        labels=_labels(found.compared),
        series=tuple(series),
        source=SOURCE,
        name="leavers-against-last-year",
        missing=HIDDEN,
    )


def _moved(now: int | None, before: int | None, *, until: Period, is_exact: bool) -> str:
    """The finding; without numbers where what they add up to would tell what is hidden."""
    if now is None or before is None:
        return f"Leavers up to {until.label}, beside the same months last year"
    if now == before:
        return f"As many leavers up to {until.label} as in the same months last year"
    more = "more" if now > before else "fewer"
    than = f"leavers up to {until.label} than in the same months last year"
    many = whole(abs(now - before), is_exact=is_exact)
    return f"Slightly {more} {than}" if many is None else f"{number(many)} {more} {than}"


def _labels(months: Iterable[Period]) -> tuple[str, ...]:
    return tuple(f"{month.label[:3]} {month.year % 100:02}" for month in months)


def _values(counts: Mapping[str, int | None]) -> tuple[float | None, ...]:
    return tuple(None if count is None else float(count) for count in counts.values())


# -- by provider -----------------------------------------------------------------------------------


def by_provider(found: Year, *, is_exact: bool) -> Table:
    """Each provider's year so far, beside the year before and what retention data say."""
    ones = {one.source.ref: one for one in found.providers}
    columns = {
        "joiners": {ref: one.now.joiners for ref, one in ones.items()},
        "leavers": {ref: one.now.leavers for ref, one in ones.items()},
        "at_risk": {ref: one.now.at_risk for ref, one in ones.items()},
    }
    heads = ["Provider", "Joiners", "Leavers", "At risk"]
    if _adds_up(found, is_exact=is_exact):
        columns["before"] = {ref: one.before.leavers for ref, one in ones.items()}
        heads.append(f"Leavers last year, up to {year_before(found.compared[-1]).label}")
    shown = {name: parts(counts, is_exact=is_exact) for name, counts in columns.items()}
    expected = {ref: one.expected for ref, one in ones.items() if one.expected is not None}
    shown_expected = parts(expected, is_exact=is_exact)
    notified = {
        ref: one.notified_before for ref, one in ones.items() if one.notified_before is not None
    }
    shown_notified = parts(notified, is_exact=is_exact)
    rows: list[list[Value]] = []
    for ref, one in ones.items():
        leavers, awaited = shown["leavers"][ref], shown_expected.get(ref)
        rows.append(
            [
                one.source.title,
                *(shown[name][ref] for name in columns),
                shown_notified[ref] if ref in notified else NOT_HELD,
                *_against(one, leavers, awaited),
            ]
        )
    total: list[Value] = [
        "All providers",
        *(whole(sum(counts.values()), is_exact=is_exact) for counts in columns.values()),
        whole(sum(notified.values()), is_exact=is_exact) if notified else NOT_HELD,
        whole(sum(expected.values()), is_exact=is_exact) if expected else NOT_HELD,
        "",
        "",
    ]
    return Table(
        key="providers",
        caption="By provider, beside the year before and retention data",
        heads=[
            *heads,
            "Leavers, whole of last year, as entered",
            "Leave early in a whole year, by retention data",
            "Retention data of",
            "Leavers notified, of those",
        ],
        rows=rows,
        total=total,
        note="Retention data are those of the year, or else the newest before it.",
    )


def _against(one: OfProvider, leavers: int | None, awaited: int | None) -> list[Value]:
    """What retention data say, of which year, and what part of it was notified."""
    if one.expected is None or one.expected_year is None:
        return [NOT_HELD, "", ""]
    share: Value = "" if not one.expected else None
    if awaited and leavers is not None:
        share = 100 * leavers / awaited
    return [awaited, year_in_words(one.expected_year), share]


# -- how much of drop-out was told -----------------------------------------------------------------


def told(found: Year, *, is_exact: bool) -> Table:
    """Of those who left each provider early, by their records, how many it told us of, how soon."""
    ones = {
        one.source.ref: (one.source.title, one.told)
        for one in found.providers
        if one.told is not None
    }
    counts = {ref: known.counts for ref, (_, known) in ones.items()}
    shown = dict(counts) if is_exact else suppress_rows(counts)
    is_small = not is_exact and any(suppress(n) is None for n in found.told.counts.values())
    return Table(
        key="told",
        caption="How much of drop-out we were told of",
        heads=["Provider", "Left early", "We were told of", "Share", "Days until we were told"],
        rows=[
            [title, *(_told(known) if shown[ref] is not None else _hidden())]
            for ref, (title, known) in ones.items()
        ],
        total=["All providers", *(_hidden() if is_small else _told(found.told))],
        note=(
            "People whose record says that they left before the end that was expected, or, where "
            "none was, outside June to August; a change of course at the same provider is not "
            "counted. Days are the median, from their last day until the notification came."
        ),
    )


def _told(known: Told) -> Sequence[Value]:
    share: Value = NOBODY if known.share is None else known.share
    days = "" if known.days is None else f"{known.days:g}"
    return [known.left, known.told, share, days]


def _hidden() -> Sequence[Value]:
    return [None, None, None, None]


TABLES = {"months": by_month, "providers": by_provider, "told": told}
"""Those of the page, by the word in the address of their file."""
