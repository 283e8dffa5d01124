"""Files that come in: each way measured in turn, held against the aims, told as tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.database import Bench
from benchmarks.results import Aim, table

ROWS = 100_000
SAMPLE = 2_000
"""Rows in our measurement; and in that of django-import-export, which goes row by row."""

STEPS = {
    "keep": "Kept: hashed and encrypted",
    "reading": "Read: every cell, rows kept as sent",
    "checking": "Checked as a whole",
    "matching": "Matched and staged for review",
    "applying": "Applied, with its trail",
}


@dataclass
class Incoming:
    """What was measured of one file among so many people; the quickest of each way counts."""

    people: int
    rows: int
    sample: int
    ours: dict[str, Any] = field(default_factory=dict)
    floor: dict[str, Any] = field(default_factory=dict)
    plain: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Our seconds, in floors."""
        return float(self.ours["seconds"] / self.floor["seconds"])

    @property
    def faster(self) -> float:
        """How many times as long a row takes with django-import-export."""
        theirs = self.plain["seconds"] / self.sample
        return float(theirs / (self.ours["seconds"] / self.rows))

    def aims(self) -> list[Aim]:
        """What was to be reached, and whether it was."""
        at = f"Taking in {self.rows:,} rows among {self.people:,} people"
        took, longest = self.ours["seconds"], self.ours["longest"]
        found = [
            Aim(f"{at}: at most 3 × the floor", f"{self.ratio:.2f} ×", self.ratio <= 3),
            Aim(f"{at}: no transaction over 2 s", f"{longest:.2f} s", longest <= 2),
            Aim(
                f"{at}, against django-import-export, row for row: 20 × faster",
                f"{self.faster:.0f} ×",
                self.faster >= 20,
            ),
        ]
        if self.rows == ROWS:
            found.insert(1, Aim(f"{at}: under 15 s in all", f"{took:.1f} s", took < 15))
        return found

    def tables(self) -> list[str]:
        """The ways beside each other, and ours by step."""
        rows = [
            [
                "`COPY` in, and the same rows into the same tables (the floor)",
                *self._figures(self.floor, self.rows),
                "1.0",
            ],
            [
                "Ours, from receipt to result",
                *self._figures(self.ours, self.rows),
                f"{self.ratio:.1f}",
            ],
        ]
        if self.plain:
            rows.append(
                [
                    f"django-import-export, {self.sample:,} rows alone",
                    *self._figures(self.plain, self.sample),
                    f"{self.ratio * self.faster:.0f}",
                ]
            )
        steps = [[label, f"{self.ours['steps'].get(step, 0):.2f}"] for step, label in STEPS.items()]
        outcomes = ", ".join(f"{n:,} {outcome}" for outcome, n in self.ours["outcomes"].items())
        return [
            f"## A file of {self.rows:,} starters and leavers among {self.people:,} people",
            "",
            f"What became of the rows: {outcomes}. The longest transaction lasted"
            f" {self.ours['longest']:.2f} s. “Processor” is the seconds that the worker and its"
            " session of the database computed: it tells more than the clock when others use the"
            " machine.",
            "",
            *table(
                ["Way", "Seconds", "Processor", "ms a row", "Peak MB", "× floor, a row"],
                rows,
            ),
            *table(["Ours, step by step", "Seconds"], steps),
        ]

    @staticmethod
    def _figures(measured: dict[str, Any], rows: int) -> list[str]:
        return [
            f"{measured['seconds']:.2f}",
            f"{measured['processor']:.2f}",
            f"{measured['seconds'] * 1000 / rows:.2f}",
            f"{max(measured['peaks']):.0f}",
        ]


def measure(bench: Bench, *, rows: int, times: int, say: Callable[[str], None]) -> Incoming:
    """Measure every way about other people each time, taking back what each wrote."""
    rows = min(rows, bench.people)
    found = Incoming(bench.people, rows, min(SAMPLE, rows))

    def way(role: str, name: str, about: int, turn: int) -> dict[str, Any]:
        command = [sys.executable, "-m", "benchmarks.intake", name, str(about), str(turn)]
        measured: dict[str, Any] = json.loads(bench.run_as(role, command))
        if "seconds" in measured:
            say(f"  {bench.people:,} {name}, {about:,} rows: {measured['seconds']:.2f} s")
        return measured

    way("owner", "mark", rows, 0)
    for turn in range(times):
        found.ours = _quicker(found.ours, way("worker", "ours", rows, turn))
        way("owner", "undo", rows, turn)
        found.floor = _quicker(found.floor, way("worker", "floor", rows, turn))
        way("owner", "take-back", rows, turn)
        if turn == 0:
            found.plain = way("worker", "plain", found.sample, turn)
            way("owner", "take-back", rows, turn)
    return found


def _quicker(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return other if not one or other["seconds"] < one["seconds"] else one
