"""Charts drawn on the server as SVG, with words and patterns as well as colour (tech: charts).

No script, no style attribute, so they pass a strict Content-Security-Policy, print, and copy into
reports. Every chart has a title that states the finding, a description, and its figures as a
table (``templates/components/chart.jinja``). Bars start at zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ccis.govuk.words import number

Kind = Literal["bar", "stacked bar", "line"]
WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 150, 16, 40
SERIES_AT_MOST = 6


@dataclass(frozen=True)
class Series:
    """One run of figures; ``None`` where there is none to show."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """What to draw. ``labels`` name the places along the foot, one for each value of a series.

    ``title`` states the finding; ``unit`` follows each figure ("%"); ``source`` says where from.
    """

    kind: Kind
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    source: str = ""
    label_heading: str = "Month"
    name: str = "chart"
    missing: str = "not collected"
    """What the table says where there is no figure to show."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= SERIES_AT_MOST:
            raise ValueError(f"a chart shows one to {SERIES_AT_MOST} series")
        if any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError("each series needs one value for each label")

    @property
    def table_heads(self) -> list[str]:
        """Headings of the table beneath."""
        return [self.label_heading, *(one.name for one in self.series)]

    @property
    def table_rows(self) -> list[list[str]]:
        """The figures as a table: a row for each label."""
        return [
            [label, *(self.shown(one.values[at]) for one in self.series)]
            for at, label in enumerate(self.labels)
        ]

    @property
    def description(self) -> str:
        """The chart in a sentence for each series: first, last, lowest and highest."""
        return " ".join(self._sentence(one) for one in self.series)

    def _sentence(self, one: Series) -> str:
        known = [
            (value, label)
            for value, label in zip(one.values, self.labels, strict=True)
            if value is not None
        ]
        if not known:
            return f"{one.name}: no figures."
        low, high = min(known), max(known)
        if len(known) == 1:
            return f"{one.name}: {self.shown(low[0])} in {low[1]}."
        first, last = known[0], known[-1]
        return (
            f"{one.name}: from {self.shown(first[0])} in {first[1]} to "
            f"{self.shown(last[0])} in {last[1]}; lowest {self.shown(low[0])}, "
            f"highest {self.shown(high[0])}."
        )

    def shown(self, value: float | None) -> str:
        """A figure as it is written, with its unit."""
        if value is None:
            return self.missing
        text = number(int(value)) if float(value).is_integer() else f"{value:,.1f}"
        return f"{text}{self.unit}"


def draw_chart(chart: Chart) -> SafeString:
    """The chart as one ``<svg role="img">``; every word in it is escaped."""
    top = _top(chart)
    marks = _line_marks(chart, top) if chart.kind == "line" else _bar_marks(chart, top)
    return format_html(
        '<svg class="ccis-chart" role="img" viewBox="0 0 {} {}" '
        'aria-labelledby="{}-title {}-desc" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}{}{}{}</svg>',
        WIDTH, HEIGHT, chart.name, chart.name, chart.name, chart.title, chart.name,
        chart.description, _patterns(chart), _grid(chart, top), marks, _foot(chart),
    )  # fmt: skip


def _highest(chart: Chart) -> float:
    if chart.kind == "stacked bar":
        return max(
            sum(one.values[at] or 0 for one in chart.series) for at in range(len(chart.labels))
        )
    return max((value or 0 for one in chart.series for value in one.values), default=0)


def _step(highest: float) -> float:
    """The distance between the lines of the grid: 1, 2, 2.5 or 5 times a power of ten.

    At most five lines stand above the foot; whole figures get whole steps where they can.
    """
    if highest <= 0:
        return 1
    power = 10.0 ** floor(log10(highest))
    for part in (0.2, 0.25, 0.5, 1.0, 2.0):
        step = power * part
        if ceil(highest / step) <= 5 and (highest < 5 or step % 1 == 0):
            return step
    return power * 2


def _top(chart: Chart) -> float:
    """The figure at the top of the grid."""
    highest = _highest(chart)
    step = _step(highest)
    return max(ceil(round(highest / step, 6)), 1) * step


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)


def _slot(chart: Chart) -> float:
    return (WIDTH - LEFT - RIGHT) / max(len(chart.labels), 1)


def _grid(chart: Chart, top: float) -> SafeString:
    step = _step(_highest(chart))
    values = [step * part for part in range(round(top / step) + 1)]
    lines = [(value, _y(value, top)) for value in values]
    return format_html_join(
        "",
        '<line class="ccis-chart__grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="ccis-chart__scale" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, WIDTH - RIGHT, y, y, LEFT - 8, round(y + 4, 1), chart.shown(round(value, 2)))
            for value, y in lines
        ),
    )


def _foot(chart: Chart) -> SafeString:
    slot = _slot(chart)
    every = max(1, ceil(len(chart.labels) * 56 / (WIDTH - LEFT - RIGHT)))
    return format_html_join(
        "",
        '<text class="ccis-chart__label" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (round(LEFT + slot * (at + 0.5), 1), HEIGHT - BOTTOM + 20, label)
            for at, label in enumerate(chart.labels)
            if at % every == 0
        ),
    )


_HATCHES = (
    "",
    "M0 0 L8 8 M-2 6 L2 10 M6 -2 L10 2",
    "M0 4 H8",
    "M4 0 V8",
    "M0 8 L8 0 M-2 2 L2 -2 M6 10 L10 6",
    "M0 4 H8 M4 0 V8",
)


def _patterns(chart: Chart) -> SafeString:
    made = format_html_join(
        "",
        '<pattern id="{}-fill-{}" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<rect class="ccis-chart__ground-{}" width="8" height="8"/>'
        '<path class="ccis-chart__hatch" d="{}"/></pattern>',
        ((chart.name, at, at, _HATCHES[at]) for at in range(len(chart.series))),
    )
    return format_html("<defs>{}</defs>", made)


def _bar_marks(chart: Chart, top: float) -> SafeString:
    rects = []
    slot = _slot(chart)
    stacked = chart.kind == "stacked bar"
    width = slot * 0.7 / (1 if stacked else len(chart.series))
    for at in range(len(chart.labels)):
        below = 0.0
        for which, one in enumerate(chart.series):
            value = one.values[at]
            if value is None:
                continue
            x = LEFT + slot * (at + 0.15) + (0 if stacked else width * which)
            y = _y(below + value, top)
            rects.append(
                (round(x, 1), y, round(width - 1, 1), round(_y(below, top) - y, 1), chart.name,
                 which)
            )  # fmt: skip
            below += value if stacked else 0
    drawn = format_html_join(
        "",
        '<rect class="ccis-chart__bar" x="{}" y="{}" width="{}" height="{}" '
        'fill="url(#{}-fill-{})"/>',
        rects,
    )
    return format_html("{}{}", drawn, _names(chart, _name_places(chart, top)))


def _name_places(chart: Chart, top: float) -> list[float]:
    """Heights at which the names of bars stand: the middle of the last stack, else in order."""
    if chart.kind != "stacked bar":
        return [TOP + 12 + 22 * which for which in range(len(chart.series))]
    places, below = [], 0.0
    for one in chart.series:
        value = one.values[-1] or 0
        places.append(_y(below + value / 2, top) + 4)
        below += value
    return places


def _line_marks(chart: Chart, top: float) -> SafeString:
    slot = _slot(chart)
    drawn, ends = [], []
    for which, one in enumerate(chart.series):
        end = _y(0, top)
        for run in _runs(one.values):
            places = [(round(LEFT + slot * (at + 0.5), 1), _y(value, top)) for at, value in run]
            path = "M" + " L".join(f"{x} {y}" for x, y in places)
            drawn.append((which, path))
            end = places[-1][1]
        ends.append(end + 4)
    lines = format_html_join("", '<path class="ccis-chart__line-{}" d="{}"/>', drawn)
    return format_html("{}{}", lines, _names(chart, ends, swatch=False))


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Stretches of figures with none missing, so that a gap is drawn as a gap."""
    runs: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((at, value))
    return [run for run in runs if run]


def _names(chart: Chart, places: list[float], *, swatch: bool = True) -> SafeString:
    """Names beside the marks rather than in a key, kept from lying on one another."""
    x = WIDTH - RIGHT + 8
    spread = _apart(places)
    swatches = format_html_join(
        "",
        '<rect class="ccis-chart__bar" x="{}" y="{}" width="12" height="12" '
        'fill="url(#{}-fill-{})"/>',
        (
            (x, round(place - 10, 1), chart.name, which)
            for which, place in enumerate(spread)
            if swatch
        ),
    )
    words = format_html_join(
        "",
        '<text class="ccis-chart__name" x="{}" y="{}">{}</text>',
        (
            (x + (18 if swatch else 0), round(place, 1), one.name)
            for one, place in zip(chart.series, spread, strict=True)
        ),
    )
    return format_html("{}{}", swatches, words)


def _apart(places: list[float], gap: float = 18) -> list[float]:
    """The same heights, moved so that none is nearer than ``gap`` to another, inside the chart."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    over = max(moved) - (HEIGHT - BOTTOM)
    return [place - max(over, 0) for place in moved]
