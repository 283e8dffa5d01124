"""Our matching by likeness over one set of records, in a process of its own.

``python -m benchmarks.alike_ours SET.json`` reads ``{left, right, fields}`` and prints what it
found, as places, with what it took: seconds, processor time and memory, its own and those of its
session of the database.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import django

django.setup()

import numpy as np  # noqa: E402
from django.db import connection  # noqa: E402

from caseload.matching import blocking  # noqa: E402
from caseload.matching.comparisons import NAMED  # noqa: E402
from caseload.matching.learning import learn  # noqa: E402
from caseload.matching.reckoning import Pairs, count_letters  # noqa: E402
from caseload.matching.rules import Band  # noqa: E402


def match(
    left: Sequence[Mapping[str, str]], right: Sequence[Mapping[str, str]], fields: Sequence[str]
) -> dict[str, Any]:
    """Pairs found by the database, parameters learnt from them alone, and everyone settled.

    A pair is found where it is assigned and likelier than not; ``certain`` and ``asked`` are the
    bands as the service has them.
    """
    clock = _Clock()
    blocking.make_sides()
    for side, records in (("score_left", left), ("score_right", right)):
        lines = ([at, *(one[name] for name in fields)] for at, one in enumerate(records))
        blocking.fill(side, fields, lines)
    clock.note("filling")
    i, j = blocking.find_pairs()
    clock.note("finding pairs")
    rows, here = blocking.read_side("score_left", fields)
    people, there = blocking.read_side("score_right", fields)
    blocking.drop_sides()
    clock.note("reading")
    pairs = Pairs(here, there, np.array(rows), np.array(people), i, j)
    counts = {name: count_letters(there.columns[name]) for name in NAMED}
    learnt = learn(pairs, row_count=len(left), held=len(right), counts=counts)
    scored = learnt.scored
    clock.note("comparing, learning and scoring")
    took = clock.total()
    best = np.flatnonzero(scored.is_best)
    best = best[np.argsort(-scored.probability[best], kind="stable")]
    likely = np.flatnonzero(scored.probability >= scored.parameters.ask)
    bands = {at: scored.band(at) for at in likely.tolist()}
    row_of = scored.rows
    certain = {int(row_of[at]) for at, band in bands.items() if band == Band.CERTAIN}
    asked = {int(row_of[at]) for at, band in bands.items() if band == Band.ASK} - certain
    found = zip(
        scored.probability[best].tolist(),
        scored.rows[best].tolist(),
        scored.people[best].tolist(),
        strict=True,
    )
    return {
        "scored": list(found),
        "least": 0.5,
        "certain": sorted(certain),
        "asked": len(asked),
        "bands": learnt.bands.as_json(),
        "compared": len(i),
        **took,
    }


class _Clock:
    """Seconds and processor time of each step; the memory that was held at most."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.last = self.began = time.perf_counter()
        connection.ensure_connection()
        self.session = f"/proc/{connection.connection.info.backend_pid}"
        self.worked = time.process_time() + self._session_worked()

    def note(self, step: str) -> None:
        """A step has ended."""
        now = time.perf_counter()
        self.steps[step] = round(now - self.last, 1)
        print(f"  {step}: {now - self.last:.1f} s", file=sys.stderr, flush=True)
        self.last = now

    def _session_worked(self) -> float:
        path = Path(self.session) / "schedstat"
        return int(path.read_text().split()[0]) / 1e9 if path.exists() else 0.0

    def total(self) -> dict[str, Any]:
        """What it all took."""
        status = Path(self.session) / "status"
        lines = status.read_text().splitlines() if status.exists() else []
        held = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
        return {
            "seconds": round(time.perf_counter() - self.began, 2),
            "worked": round(time.process_time() + self._session_worked() - self.worked, 2),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "session_mb": held // 1024,
            "steps": self.steps,
        }


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps(match(asked["left"], asked["right"], asked["fields"])))
