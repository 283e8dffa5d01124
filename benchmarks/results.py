"""What was measured, held against the aims, as a table on the screen and as a page of the docs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

ENGLAND = 1_300_000
LARGE = 100_000
AUTHORITY = 40_000
"""Young people in all of England, in the smaller measurement, and in a large authority."""

LABELS = {
    "floor": "`COPY` of the same columns from the typed records to a file (the floor)",
    "facts": "`COPY` of the same columns straight from the facts to a file",
    "two": "Our writer, two processes, joined and hashed",
    "one": "Our writer, one process, hashed",
    "lxml": "One pass of `lxml.xmlfile`, an element tree a record",
    "plain": "Django's ORM with prefetch from the facts, one ElementTree",
}
OURS = ("two", "one")
STEPS = {
    "fixing": "Moment fixed, directory kept",
    "records": "Cohort and typed records",
    "checking": "Every check, and the figures",
    "writing": "XML and its hash",
    "proving": "One parse as proof",
}


@dataclass
class Size:
    """What was measured at one size: the best of some times for each way, and the whole make."""

    people: int
    records: int = 0
    findings: int = 0
    bytes: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, list[float]] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def note(self, way: str, measured: dict[str, Any]) -> None:
        """Keep a measurement if it is the quickest yet, and the greatest peak of all."""
        self.times[way] = self.times.get(way, 0) + 1
        peaks = [*self.peaks.get(way, []), *measured["peaks"]]
        self.peaks[way] = sorted(peaks, reverse=True)[: len(measured["peaks"])]
        if measured["seconds"] < self.seconds.get(way, float("inf")):
            self.seconds[way] = measured["seconds"]
            if way == "make":
                self.records = measured["records"]
                self.findings = measured["findings"]
                self.bytes = measured["bytes"]
                self.steps = measured["steps"]

    def ratio(self, way: str, to: str) -> float | None:
        """How many times as long one way took as another; None where one was not measured."""
        if way not in self.seconds or to not in self.seconds:
            return None
        return self.seconds[way] / self.seconds[to]

    @property
    def writing(self) -> float | None:
        """Seconds of our writer, on one process or two, whichever was quicker."""
        return min((self.seconds[way] for way in OURS if way in self.seconds), default=None)

    @property
    def from_facts(self) -> float | None:
        """Seconds from facts to a file, records and writing: what the plain way does in one."""
        if "records" not in self.steps or self.writing is None:
            return None
        return self.steps["records"] + self.writing


@dataclass(frozen=True)
class Aim:
    """One aim, what was reached, and whether that is within it."""

    words: str
    reached: str
    kept: bool


class Part(Protocol):
    """Something else that was measured, with its own aims and tables."""

    def aims(self) -> list[Aim]:
        """What was to be reached, and whether it was."""

    def tables(self) -> list[str]:
        """What was measured, as lines of Markdown."""


@dataclass
class Run:
    """One run: the machine in neutral words, and each size."""

    on: str
    cores: int
    memory_gb: int
    python: str
    postgresql: str
    load: float
    sizes: list[Size] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    """What was measured besides the return."""

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        aims = [asdict(aim) for aim in self.aims()]
        return {**asdict(self), "aims": aims}

    def aims(self) -> list[Aim]:
        """Every aim that this run can speak of."""
        aims: list[Aim] = []
        for size in self.sizes:
            aims += _aims_of(size)
        for part in self.parts:
            aims += part.aims()
        return aims + list(self._flat_memory())

    def _flat_memory(self) -> Iterator[Aim]:
        """Memory must be the same at both sizes, for each way that is ours."""
        sizes = {size.people: size for size in self.sizes if "two" in size.peaks}
        if len(sizes) < 2:
            return
        small, large = sizes[min(sizes)], sizes[max(sizes)]
        for way in ("one", "two", "make"):
            few, many = max(small.peaks[way]), max(large.peaks[way])
            yield Aim(
                f"Peak memory of {_name(way)} the same at {large.people:,} as at"
                f" {small.people:,} (within 10 %)",
                f"{many:.0f} MB and {few:.0f} MB",
                abs(many - few) <= few / 10,
            )


def _name(way: str) -> str:
    return {"one": "the writer", "two": "the writer in two", "make": "the whole make"}[way]


def _aims_of(size: Size) -> list[Aim]:
    at = f"at {size.people:,}"
    found = [_memory(size, at)]
    if size.people >= LARGE:  # below that, starting two processes is most of the time
        found = [
            _at_most(size, "two", "floor", 2.0, f"Writing {at} on two processes"),
            _at_most(size, "one", "floor", 3.5, f"Writing {at} on one process"),
            _quicker(size, "lxml", 4.0, f"Writing {at}, against lxml"),
            _quicker(size, "plain", 10.0, f"Writing {at}, against the plain way"),
            _against_facts(size, at),
            _from_facts(size, at),
            *found,
        ]
    limit = {ENGLAND: 120.0, AUTHORITY: 5.0}.get(size.people)
    if limit is not None and "make" in size.seconds:
        took = size.seconds["make"]
        found.append(Aim(f"Whole make {at} in {limit:.0f} s", f"{took:.1f} s", took <= limit))
    return [aim for aim in found if aim is not None]


def _at_most(size: Size, way: str, to: str, most: float, words: str) -> Aim | None:
    ratio = size.ratio(way, to)
    if ratio is None:
        return None
    return Aim(f"{words}: at most {most:g} × the floor", f"{ratio:.2f} ×", ratio <= most)


def _quicker(size: Size, rival: str, least: float, words: str) -> Aim | None:
    if size.writing is None or rival not in size.seconds:
        return None
    ratio = size.seconds[rival] / size.writing
    return Aim(f"{words}: {least:g} × faster", f"{ratio:.1f} ×", ratio >= least)


def _against_facts(size: Size, at: str) -> Aim | None:
    """From the facts to the file, against a COPY that makes the same way."""
    ours, floor = size.from_facts, size.seconds.get("facts")
    if ours is None or floor is None:
        return None
    words = f"Records and writing {at}: at most 2 × a COPY straight from the facts"
    return Aim(words, f"{ours / floor:.2f} ×", ours / floor <= 2)


def _from_facts(size: Size, at: str) -> Aim | None:
    """The plain way starts from the facts, so the fair comparison adds the making of records."""
    ours, plain = size.from_facts, size.seconds.get("plain")
    if ours is None or plain is None:
        return None
    words = f"Records and writing {at}, against the plain way, like for like: 10 × faster"
    return Aim(words, f"{plain / ours:.1f} ×", plain / ours >= 10)


def _memory(size: Size, at: str) -> Aim | None:
    peaks = [peak for way in ("one", "two", "make") for peak in size.peaks.get(way, [])]
    if not peaks:
        return None
    return Aim(
        f"Peak memory {at} of each of our processes under 100 MB",
        f"{max(peaks):.0f} MB",
        max(peaks) < 100,
    )


# Tables


def page(run: Run) -> str:
    """The whole result as Markdown."""
    parts = [*_machine(run), *_aims(run)]
    for size in run.sizes:
        parts += _writing(size)
    parts += [*_whole(run), *_growth(run)]
    for part in run.parts:
        parts += part.tables()
    return "\n".join(parts) + "\n"


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """A table in Markdown, and the empty line after it."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return [*("| " + " | ".join(line) + " |" for line in lines), ""]


def _machine(run: Run) -> list[str]:
    return [
        f"Measured on {run.on}: {run.cores} cores, {run.memory_gb} GB, PostgreSQL"
        f" {run.postgresql}, Python {run.python}. Others worked on the same machine, whose load"
        f" average was {run.load:.1f} at the start: compare figures of this one run with each"
        " other only.",
        "",
    ]


def _aims(run: Run) -> list[str]:
    rows = [
        [aim.words, aim.reached, "reached" if aim.kept else "not reached"] for aim in run.aims()
    ]
    return ["## Aims", "", *table(["Aim", "Measured", ""], rows)] if rows else []


def _writing(size: Size) -> list[str]:
    if "floor" not in size.seconds:
        return []
    rows = []
    for way, label in LABELS.items():
        if way in size.seconds:
            rows.append(
                [
                    label,
                    f"{size.seconds[way]:.2f}",
                    f"{size.ratio(way, 'floor') or 0:.1f}",
                    _in_mb(size.peaks[way]),
                ]
            )
    times = max(size.times.values())
    how_often = f"{times} times, in turn, and the quickest counts (the plain way: once)"
    if times == 1:
        how_often = "once"
    return [
        f"## Writing the return of {size.people:,} young people",
        "",
        f"{size.records:,} records, {size.bytes / 1e6:,.0f} MB of XML. Each way in a process of its"
        f" own, measured {how_often}.",
        "",
        *table(["Way", "Seconds", "× floor", "Peak MB of each process"], rows),
    ]


def _in_mb(peaks: list[float]) -> str:
    return " + ".join(f"{peak:.0f}" for peak in peaks)


def _whole(run: Run) -> list[str]:
    sizes = [size for size in run.sizes if size.steps]
    if not sizes:
        return []
    rows = [
        [label, *(f"{size.steps.get(step, 0):.2f}" for size in sizes)]
        for step, label in STEPS.items()
    ]
    rows.append(
        ["Whole, with what lies between", *(f"{size.seconds['make']:.2f}" for size in sizes)]
    )
    rows.append(["Peak MB of each process", *(_in_mb(size.peaks["make"]) for size in sizes)])
    rows.append(["Findings of the checks", *(f"{size.findings:,}" for size in sizes)])
    heads = ["Seconds", *(f"{size.people:,}" for size in sizes)]
    return ["## The whole make, step by step", "", *table(heads, rows)]


def _growth(run: Run) -> list[str]:
    """How much longer the largest takes than the smaller measurement, beside how many more."""
    sizes = {size.people: size for size in run.sizes if "floor" in size.seconds}
    if len(sizes) < 2:
        return []
    small, large = sizes[min(sizes)], sizes[max(sizes)]
    more = large.people / small.people
    rows = [
        [label.partition(" (")[0], f"{large.seconds[way] / small.seconds[way]:.1f}"]
        for way, label in LABELS.items()
        if way in small.seconds and way in large.seconds
    ]
    rows += [
        [f"Make: {label}", f"{large.steps[step] / small.steps[step]:.1f}"]
        for step, label in STEPS.items()
        if small.steps.get(step, 0) >= 0.2
    ]
    rows.append(["The whole make", f"{large.seconds['make'] / small.seconds['make']:.1f}"])
    return [
        f"## How cost grows from {small.people:,} to {large.people:,}",
        "",
        f"People are {more:.0f} times as many; a cost in proportion is {more:.0f} times as much.",
        "",
        *table(["", "Times as long"], rows),
    ]
