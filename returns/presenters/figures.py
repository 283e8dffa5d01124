"""The figures by month and by group, and beside what was published (docs/nccis.md §7).

Readers who see figures and not returns are shown no small number, and none that another number
would give away: see ``Shown``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from ccis.calendar.periods import Period
from ccis.govuk.charts import Chart, Series
from ccis.govuk.words import number, percentage, points
from ccis.small_numbers import HIDDEN
from returns import rules
from returns.editions.model import GROUP_LABELS, GUARANTEE_GROUPS, Edition
from returns.models import Build, BuildKind
from returns.presenters.places import to_build
from returns.presenters.words import gaps_in_words
from returns.presenters.workbench import in_season

MEASURES: Final[tuple[tuple[str, str, str], ...]] = (
    ("neet", "neet", "NEET"),
    ("not_known", "not-known", "Not known"),
    ("neet_or_not_known", "neet-or-not-known", "NEET or not known"),
    ("participating", "participating", "Taking part"),
)
"""Key in the figures, word of the address, words on the page."""

PARTS_OF: Final = ("neet", "not_known")
"""Measures that add up to NEET or not known: one gives the other away."""

SPLITS: Final[tuple[tuple[str, str, str], ...]] = (
    ("by_age", "By age at the start of the academic year", "age"),
    ("by_gender", "By gender", "gender"),
    ("by_sen", "By SEND", "sen"),
    ("by_vulnerable", "By the Department's vulnerable group", "vulnerable"),
)

SEN_WORDS: Final = {"EHC plan": "plan", "SEN support": "support", "No SEN": "none"}
VULNERABLE_WORDS: Final = {"vulnerable": "yes", "not vulnerable": "no"}

Headline = Mapping[str, int]


# What may be shown


@dataclass(frozen=True)
class Shown:
    """Figures as one reader may see them: exact, or with small numbers hidden.

    Hiding goes by whole rows of a table: a row with a small count in it shows no count but its
    base, and if only one row is hidden, or the hidden ones are few people together, so is the
    next smallest, so that nothing follows by subtraction.
    """

    is_exact: bool

    def rows(self, parts: Mapping[str, Headline]) -> dict[str, Headline | None]:
        """The headlines of the parts of a whole that is itself shown; ``None`` where hidden."""
        if self.is_exact:
            return dict(parts)
        hidden = {name for name, one in parts.items() if _has_small(one)}
        rest = sorted(parts.keys() - hidden, key=lambda name: _smallest(parts[name]))
        while hidden and rest and (len(hidden) == 1 or _too_few(parts, hidden)):
            hidden.add(rest.pop(0))
        return {name: None if name in hidden else one for name, one in parts.items()}

    def counts(self, parts: Mapping[str, int]) -> dict[str, int | None]:
        """The parts of a total that is itself shown."""
        return dict(parts) if self.is_exact else rules.suppress_parts(parts)

    def headline(self, one: Headline) -> dict[str, int | None]:
        """One headline's measures: where one of the two parts of the sum is small, so are both."""
        measures = {key: one[key] for key, _, _ in MEASURES}
        if self.is_exact:
            return dict(measures)
        made = {key: rules.suppress(count) for key, count in measures.items()}
        if any(made[key] is None for key in PARTS_OF):
            made |= dict.fromkeys(PARTS_OF)
        return made


def _has_small(one: Headline) -> bool:
    counts = [*(one[key] for key, _, _ in MEASURES), one["base"]]
    return any(rules.suppress(count) is None for count in counts)


def _smallest(one: Headline) -> tuple[int, int]:
    return min(one[key] for key, _, _ in MEASURES), one["base"]


def _too_few(parts: Mapping[str, Headline], hidden: set[str]) -> bool:
    """Whether the hidden rows together are so few that the total gives them away."""
    totals = [sum(parts[name][key] for name in hidden) for key, _, _ in MEASURES]
    return any(rules.suppress(total) is None for total in totals)


def _share(count: int | None, base: int) -> Fraction | None:
    return None if count is None else rules.share(count, base)


def _percent(exact: Fraction | None) -> str:
    return percentage(rules.percent(exact)) if exact is not None else HIDDEN


# By month


def months(found: Sequence[tuple[Period, Build]], shown: Shown) -> list[dict[str, Any]]:
    """The measures of each month, newest first; counts are links for those who see returns."""
    made = []
    for month, build in reversed(found):
        headline = build.figures["headline"]
        measures = shown.headline(headline)
        made.append(
            {
                "month": month.label,
                "is_trial": build.kind == BuildKind.TRIAL,
                "base": number(headline["base"]),
                "base_href": _people(build, shown, figure="base"),
                "cells": [
                    _cell(measures[key], headline["base"], _people(build, shown, figure=figure))
                    for key, figure, _ in MEASURES
                ],
            }
        )
    return made


def _cell(count: int | None, base: int, href: str) -> dict[str, Any]:
    """A share with its count, as one cell."""
    if count is None:
        return {"share": HIDDEN, "count": "", "href": ""}
    exact = rules.share(count, base)
    share = percentage(rules.percent(exact)) if exact is not None else "nobody"
    return {"share": share, "count": number(count), "href": href if count else ""}


def _people(build: Build, shown: Shown, **query: str) -> str:
    """Where the people behind a number are, for those who may see them."""
    if not shown.is_exact or not build.records_kept:
        return ""
    return to_build(build, "build-people", **query)


def chart(found: Sequence[tuple[Period, Build]], shown: Shown) -> Chart:
    """NEET and not known by month."""
    values: dict[str, list[float | None]] = {key: [] for key in PARTS_OF}
    for _, build in found:
        headline = build.figures["headline"]
        measures = shown.headline(headline)
        for key in PARTS_OF:
            exact = rules.percent(_share(measures[key], headline["base"]))
            values[key].append(None if exact is None else float(exact))
    names = {key: text for key, _, text in MEASURES}
    newest = found[-1][1]
    return Chart(
        kind="line" if len(found) > 2 else "bar",
        title=_finding(found, values["not_known"], values["neet"]),
        labels=tuple(f"{month.label[:3]} {month.year % 100:02}" for month, _ in found),
        series=tuple(Series(names[key], tuple(values[key])) for key in PARTS_OF),
        unit="%",
        source=(
            "From our own returns, of young people aged 16 and 17 who live here. "
            f"Return edition {newest.edition}."
        ),
        name="figures-by-month",
    )


def _finding(
    found: Sequence[tuple[Period, Build]],
    not_known: Sequence[float | None],
    neet: Sequence[float | None],
) -> str:
    """What the chart says: how not known and NEET have moved since the first month."""
    first, last = found[0][0], found[-1][0]
    if len(found) == 1:
        return f"NEET and not known in {last.label}"
    said = [
        f"{words} {_moved(values[0], values[-1])}"
        for words, values in (("not known", not_known), ("NEET", neet))
        if values[0] is not None and values[-1] is not None
    ]
    if not said:
        return f"NEET and not known from {first.label} to {last.label}"
    sentence = " and ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]} since {first.label}"


def _moved(then: float | None, now: float | None) -> str:
    if then is None or now is None:
        return "cannot be compared"
    change = points(now - then)
    return "has not changed" if change == "no change" else f"is {change}"


# One month


def since_before(found: Sequence[tuple[Period, Build]], shown: Shown) -> list[dict[str, Any]]:
    """The newest month's measures as cards, each with the change since the month before it."""
    if not found:
        return []
    build = found[-1][1]
    headline = build.figures["headline"]
    measures = shown.headline(headline)
    made = []
    for key, figure, text in MEASURES:
        count = measures[key]
        note = "" if count is None else f"{number(count)} of {number(headline['base'])}"
        moved = _change(found, key, shown)
        made.append(
            {
                "text": text,
                "number": _percent(_share(count, headline["base"])),
                "note": ", ".join(filter(None, (note, moved))),
                "href": _people(build, shown, figure=figure),
            }
        )
    return made


def _change(found: Sequence[tuple[Period, Build]], key: str, shown: Shown) -> str:
    if len(found) < 2:
        return ""
    (month, then), (_, now) = found[-2:]
    shares = [
        _share(shown.headline(one.figures["headline"])[key], one.figures["headline"]["base"])
        for one in (now, then)
    ]
    moved = rules.change(*shares)
    return f"{points(float(moved))} since {month.label}" if moved is not None else ""


def splits(build: Build, edition: Edition, shown: Shown) -> list[dict[str, Any]]:
    """The measures of the parts of the base, a table for each way of parting it."""
    made = []
    for key, title, word in SPLITS:
        parts = shown.rows(build.figures.get(key, {}))
        rows = [
            {"name": _part_name(word, name, edition)}
            | _measures(one, build, shown, {word: _part_word(name)})
            for name, one in parts.items()
        ]
        if rows:
            made.append({"title": title, "rows": rows})
    return made


def _measures(
    one: Headline | None, build: Build, shown: Shown, query: dict[str, str]
) -> dict[str, Any]:
    """The base and the measures of a part, as the cells of its row."""
    if one is None:
        return {"base": HIDDEN, "base_href": "", "cells": [_cell(None, 0, "") for _ in MEASURES]}
    return {
        "base": number(one["base"]),
        "base_href": _people(build, shown, figure="base", **query) if one["base"] else "",
        "cells": [
            _cell(one[key], one["base"], _people(build, shown, figure=figure, **query))
            for key, figure, _ in MEASURES
        ],
    }


def _part_name(word: str, name: str, edition: Edition) -> str:
    if word == "gender":
        known = edition.codes.gender.get(name)
        return known.label if known else "Not recorded"
    return f"{name[:1].upper()}{name[1:]}"


def _part_word(name: str) -> str:
    """A part as the filter of the people knows it."""
    return {**SEN_WORDS, **VULNERABLE_WORDS}.get(name, name)


def activities(build: Build, shown: Shown) -> list[dict[str, Any]]:
    """People by what they are doing; NEET as one, and without custody, for those shown less."""
    groups: dict[str, int] = dict(build.figures["groups"])
    words = dict(GROUP_LABELS)
    if not shown.is_exact:
        neet = groups.pop("neet-available") + groups.pop("neet-not-available")
        groups.pop("custody")
        groups, words = {"neet": neet, **groups}, {"neet": "NEET", **words}
    base = build.figures["headline"]["cohort" if shown.is_exact else "base"]
    counts = shown.counts(groups)
    return [
        {
            "name": words[name],
            "count": HIDDEN if counts[name] is None else number(counts[name]),
            "share": _percent(_share(counts[name], base)),
            "href": _people(build, shown, figure=name),
        }
        for name in words
        if counts.get(name) != 0 and name in counts
    ]


def guarantee(build: Build, shown: Shown) -> list[dict[str, Any]]:
    """The offers of the September Guarantee, from April to August."""
    if not in_season(build):
        return []
    made = []
    for key, text in (("year_11", "Year 11"), ("year_12", "Year 12"), ("both", "Both")):
        one = build.figures["guarantee"][key]
        counts = shown.counts(one["groups"])
        made.append(
            {
                "name": text,
                "cohort": number(one["cohort"]),
                "cells": [
                    _cell(counts[group], one["cohort"], "") | {"group": group}
                    for group in GUARANTEE_GROUPS
                ],
            }
        )
    return made


# Beside what was published


PUBLISHED: Final[tuple[tuple[str, str], ...]] = (
    ("neet_nk", "NEET or not known"),
    ("neet", "NEET"),
    ("nk", "Not known"),
    ("participation", "Taking part, in March"),
    ("sg_offer", "September Guarantee, offer made"),
)
"""Measures that are published, in the order of the table."""

OURS: Final = {"neet_nk": "neet_or_not_known", "neet": "neet", "nk": "not_known"}
"""Our count behind a published measure."""


@dataclass(frozen=True)
class Area:
    """An area's published figures of its newest year; ``None`` is not published or hidden."""

    name: str
    year: int
    values: Mapping[str, Any]


def published(areas: Sequence[Area]) -> dict[str, Any]:
    """A table of the areas' published figures: a row for each measure."""
    return {
        "heads": ["Measure", *(f"{area.name}, {area.year}" for area in areas)],
        "rows": [
            [text, *(_value(area.values.get(measure)) for area in areas)]
            for measure, text in PUBLISHED
        ],
    }


def _value(value: Any) -> str:
    return "not published" if value is None else percentage(value)


def mean_rows(means: Mapping[str, rules.Mean | None], shown: Shown) -> list[list[str]]:
    """Our own means of December, January and February, where all three are made."""
    counts = {key: mean for key, mean in means.items() if mean is not None}
    if not shown.is_exact:
        small = any(0 < mean.count < rules.SMALL for mean in counts.values())
        if small:
            return [[text, HIDDEN] for measure, text in PUBLISHED if OURS.get(measure) in counts]
    return [
        [text, _percent(counts[OURS[measure]].share)]
        for measure, text in PUBLISHED
        if OURS.get(measure) in counts
    ]


def about(build: Build, edition: Edition) -> str:
    """What the figures rest on, for the foot of the page."""
    return f"Return edition {edition.label}, {gaps_in_words(edition)}"
