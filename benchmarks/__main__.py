"""``python -m benchmarks``: measures, prints the table, keeps it in the var folder (see README)."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from datetime import UTC, datetime

from benchmarks import audit, choices, dropouts, matching, portal, reads
from benchmarks.database import PROJECT, Bench, bench_of, server_version
from benchmarks.incoming import ROWS, measure
from benchmarks.results import AUTHORITY, ENGLAND, LARGE, Run, Size, page
from ccis.embedded import var_folder

PLAIN_UP_TO = LARGE
"""The plain way holds everyone in memory, so it is not tried on more people than this."""

DOCUMENT = PROJECT / "docs" / "measurements.md"
TITLE = (
    "# Measurements\n\nWritten by `make bench ARGS=--document`; benchmarks/README.md says how.\n\n"
)


def main(words: list[str] | None = None) -> int:
    """Measure what was asked for; exit status 0 whether or not the aims were reached."""
    asked = sys.argv[1:] if words is None else words
    if asked[:1] == ["matching"]:
        return matching.run(asked[1:])
    if asked[:1] == ["sharing"]:
        from benchmarks import sharing  # what makes its worlds is the tests' own

        return sharing.run()
    if asked[:1] == ["ldor"]:
        dropouts.run()
        return 0
    choice = _parser().parse_args(asked)
    if choice.what == "audit":
        audit.run(choice.people or [*audit.SIZES], keep=choice.keep)
        return 0
    if choice.what in ("search", "lists"):
        reads.run(choice.what, choice.people or [reads.PEOPLE], keep=choice.keep)
        return 0
    if choice.what == "choices":
        choices.run(choice.people or [choices.PEOPLE], keep=choice.keep)
        return 0
    if choice.what == "portal":
        portal.run(choice.people or [portal.PEOPLE], keep=choice.keep)
        return 0
    sizes = choice.people or [LARGE, ENGLAND]
    run = Run(
        on=datetime.now(UTC).date().isoformat(),
        cores=_cores(),
        memory_gb=_memory_gb(),
        python=platform.python_version(),
        postgresql=server_version(bench_of(sizes[0])),
        load=os.getloadavg()[0],
    )
    authority = choice.authority and choice.what != "intake"
    for people in sorted({*sizes, AUTHORITY} if authority else {*sizes}):
        only_make = people == AUTHORITY and AUTHORITY not in sizes
        _measure(run, people, only_make=only_make, choice=choice)
    _keep(run, document=choice.document)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        choices=[
            "return",
            "intake",
            "audit",
            "search",
            "lists",
            "choices",
            "portal",
            "matching",
            "sharing",
            "ldor",
            "all",
        ],
        default="all",
    )
    parser.add_argument(
        "--rows", type=int, default=ROWS, help=f"rows of the file that comes in ({ROWS})"
    )
    parser.add_argument(
        "--people",
        type=int,
        action="append",
        metavar="N",
        help=f"how many young people; may be given more than once ({LARGE} and {ENGLAND})",
    )
    parser.add_argument(
        "--times", type=int, help="how often to measure each way (3; 2 for England)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the databases for the next run")
    parser.add_argument(
        "--no-authority",
        dest="authority",
        action="store_false",
        help=f"leave out the whole make for {AUTHORITY} people",
    )
    parser.add_argument("--document", action="store_true", help=f"also write docs/{DOCUMENT.name}")
    return parser


def _measure(run: Run, people: int, *, only_make: bool, choice: argparse.Namespace) -> None:
    """One size: its database made if need be, and what was asked for measured on it."""
    bench = bench_of(people)
    times = choice.times or (2 if people > LARGE else 3)
    try:
        if not bench.is_there():
            _say(f"Making a database of {people:,} young people …")
            bench.make()
        if choice.what != "intake":
            run.sizes.append(_returns(bench, times=times, only_make=only_make))
        if choice.what != "return" and not only_make:
            run.parts.append(measure(bench, rows=choice.rows, times=times, say=_say))
    finally:
        _clear(bench, keep=choice.keep)


def _returns(bench: Bench, *, times: int, only_make: bool) -> Size:
    """Every way of the return in turn, again and again."""
    size = Size(bench.people)
    for turn in range(times):
        for way in _ways(bench.people, turn=turn, only_make=only_make):
            measured = json.loads(
                bench.run_as("worker", [sys.executable, "-m", "benchmarks.ways", way])
            )
            size.note(way, measured)
            _say(f"  {bench.people:,} {way}: {measured['seconds']:.2f} s {measured['peaks']} MB")
    return size


def _ways(people: int, *, turn: int, only_make: bool) -> list[str]:
    """The make comes first: it makes the records that the others read. The plain way, once."""
    if only_make:
        return ["make"]
    ways = ["make", "floor", "facts", "two", "one", "lxml"]
    return [*ways, "plain"] if turn == 0 and people <= PLAIN_UP_TO else ways


def _clear(bench: Bench, *, keep: bool) -> None:
    shutil.rmtree(bench.folder, ignore_errors=True)
    if not keep:
        bench.drop()


def _keep(run: Run, *, document: bool) -> None:
    """Print the tables, and keep them beside the raw figures."""
    folder = var_folder() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "measurements.json").write_text(json.dumps(run.as_json(), indent=2) + "\n")
    (folder / "measurements.md").write_text(TITLE + page(run))
    if document:
        DOCUMENT.write_text(TITLE + page(run))
    print(page(run))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


if __name__ == "__main__":
    sys.exit(main())
