"""``python -m benchmarks choices``: two thousand opt-outs, and the queue after (issue 5)."""

from __future__ import annotations

import json
import os
import sys

from benchmarks.database import bench_of

PEOPLE = 20_000
OPTING_OUT = 2_000


def run(sizes: list[int], *, keep: bool) -> None:
    """Measure at each size and print a table; the database is made anew each time."""
    for people in sizes:
        bench = bench_of(people)
        print(f"Making a database of {people:,} young people …", file=sys.stderr)
        try:
            bench.make()
            before = os.getloadavg()[0]
            command = [sys.executable, "-m", "benchmarks.opting_out", str(OPTING_OUT)]
            measured = json.loads(bench.run_as("worker", command))
            print(f"## Opting out, among {people:,} young people\n")
            print(f"Load of the machine {before:.1f} before and {os.getloadavg()[0]:.1f} after.\n")
            print("\n".join(f"- {name}: {value}" for name, value in measured.items()))
        finally:
            if not keep:
                bench.drop()
