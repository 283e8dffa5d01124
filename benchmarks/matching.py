"""Matching by likeness, on records whose truth is known, beside what one would use instead.

``python -m benchmarks.matching`` (or ``python -m benchmarks matching``):

- FEBRL 4, invented Australians that ship in the recordlinkage package (5,000 against 5,000), with
  four sets of fields, beside exact rules, rapidfuzz, recordlinkage's ECM and Splink;
- a set of our own, invented young people in England with twins, brothers and sisters, short forms,
  moves, spellings, swapped dates and turned names (``benchmarks.alike``).

The rivals need packages that the service does not: they run in an environment of their own in the
var folder, made at the first run; where that cannot be made, it is said loudly and they are left
out. No parameter is tuned on the answers: they only count at the end.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.alike import Made, Record, make
from benchmarks.database import PROJECT, bench_of
from ccis.embedded import var_folder

RIVALS = PROJECT / "benchmarks" / "alike_rivals.py"
PACKAGES = ("recordlinkage==0.16", "pandas==2.3.3", "rapidfuzz==3.14.6", "setuptools<81")
MORE_PACKAGES = ("splink==5.0.0",)

NAMES = ("given", "family", "birth")
OURS = (*NAMES, "postcode", "address")
SUBSETS: dict[str, tuple[str, ...]] = {
    "names and date of birth": NAMES,
    "names, date of birth and postcode": (*NAMES, "postcode"),
    "names, date of birth and address": (*NAMES, "postcode", "address", "town"),
    "everything, with an identifier": (*NAMES, "postcode", "address", "town", "uln"),
}
AIMS = dict(zip(SUBSETS, (0.95, 0.985, 0.998, 0.998), strict=True))


# -- records -------------------------------------------------------------------------------------


def febrl(python: Path) -> tuple[list[dict[str, str]], list[dict[str, str]], list[str], list[str]]:
    """The two sides of FEBRL 4 as our fields, and who each record is truly about."""
    code = "import recordlinkage.datasets as d; print(d.__file__)"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout
    folder = Path(found.strip()).parent / "febrl"
    sides = []
    for name in ("dataset4a.csv", "dataset4b.csv"):
        with (folder / name).open(newline="") as file:
            rows = [
                {key.strip(): (value or "").strip() for key, value in row.items() if key}
                for row in csv.DictReader(file)
            ]
        sides.append(rows)
    truth = [[row["rec_id"].split("-")[1] for row in rows] for rows in sides]
    left, right = ([_of_febrl(row) for row in rows] for rows in sides)
    return left, right, truth[0], truth[1]


def _of_febrl(row: Mapping[str, str]) -> dict[str, str]:
    born = row["date_of_birth"]
    address = " ".join(row[key] for key in ("street_number", "address_1", "address_2"))
    return {
        "given": row["given_name"],
        "family": row["surname"],
        "birth": f"{born[:4]}-{born[4:6]}-{born[6:8]}" if len(born) == 8 else "",
        "postcode": row["postcode"],
        "address": " ".join(address.split()),
        "town": row["suburb"],
        "uln": row["soc_sec_id"],
    }


# -- ours ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What one way found: pairs of places, and how long it took."""

    pairs: list[tuple[int, int]]
    seconds: float
    certain: list[tuple[int, int]]
    asked: int


def ours(
    left: Sequence[Mapping[str, str]], right: Sequence[Mapping[str, str]], fields: Sequence[str]
) -> Result:
    """Our way over two sides: blocks by the database, parameters by EM from the pairs alone.

    A pair is taken where it is assigned and likelier than not; ``certain`` and ``asked`` are the
    bands as the service would have them.
    """
    from caseload.matching import blocking
    from caseload.matching.comparisons import compare
    from caseload.matching.learning import learn
    from caseload.matching.reckoning import Pairs, count_letters, reckon
    from caseload.matching.rules import Band

    began = time.perf_counter()
    blocking.make_sides()
    for side, records in (("score_left", left), ("score_right", right)):
        lines = ([at, *(one[name] for name in fields)] for at, one in enumerate(records))
        blocking.fill(side, fields, lines)
    i, j = blocking.find_pairs()
    found = time.perf_counter()
    rows, here = blocking.read_side("score_left", fields)
    people, there = blocking.read_side("score_right", fields)
    blocking.drop_sides()
    import numpy as np

    pairs = Pairs(here, there, np.array(rows), np.array(people), i, j)
    counts = {name: count_letters(there.columns[name]) for name in ("given", "family")}
    levels = compare(here, there, i, j)
    parameters = learn(pairs, row_count=len(left), held=len(right), counts=counts, levels=levels)
    learnt = time.perf_counter()
    scored = reckon(
        pairs, parameters, held=len(right), row_count=len(left), counts=counts, levels=levels
    )
    best = np.flatnonzero(scored.is_best & (scored.probability >= 0.5))
    ended = time.perf_counter()
    print(
        f"  {len(i):,} pairs; blocks {found - began:.1f} s, learning {learnt - found:.1f} s, "
        f"scoring {ended - learnt:.1f} s; found {parameters.found:.3f}, "
        f"moved {parameters.moved:.3f}",
        file=sys.stderr,
    )
    bands = {at: scored.band(at) for at in np.flatnonzero(scored.probability >= 0.01).tolist()}
    certain = [at for at, band in bands.items() if band == Band.CERTAIN]
    settled = {int(scored.rows[at]) for at in certain}
    asked = {int(scored.rows[at]) for at, band in bands.items() if band == Band.ASK} - settled
    both = [
        [(int(scored.rows[at]), int(scored.people[at])) for at in some]
        for some in (best.tolist(), certain)
    ]
    return Result(both[0], ended - began, both[1], len(asked))


def marks(
    pairs: Iterable[tuple[int, int]], left: Sequence[str], right: Sequence[str]
) -> dict[str, float]:
    """Precision, recall and F1 of pairs of places, where the same truth stands on both sides."""
    chosen = set(pairs)
    true = sum(left[i] == right[j] for i, j in chosen)
    there = len(set(left) & set(right))
    precision = true / len(chosen) if chosen else 1.0
    recall = true / there if there else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "wrong": len(chosen) - true}


# -- rivals --------------------------------------------------------------------------------------


def rivals_python(given: str | None) -> Path | None:
    """A Python that has the rivals; made in the var folder if need be. None where it cannot be."""
    if given:
        return Path(given)
    folder = var_folder() / "bench" / "rivals"
    python = folder / "bin" / "python"
    if python.exists():
        return python
    _say(f"Installing {', '.join((*PACKAGES, *MORE_PACKAGES))} for the rivals …")
    venv.create(folder, with_pip=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*install, *PACKAGES], check=False).returncode:
        return None
    subprocess.run([*install, *MORE_PACKAGES], check=False)
    return python


def rivals(
    python: Path, left: Sequence[Record], right: Sequence[Record], fields: Sequence[str]
) -> dict[str, dict[str, object]]:
    """What each rival found: ``{name: {pairs, seconds}}``, or ``{name: {missing: why}}``."""
    asked = json.dumps({"left": left, "right": right, "fields": fields})
    done = subprocess.run(
        [python, RIVALS], input=asked, stdout=subprocess.PIPE, text=True, check=False
    )
    found: dict[str, dict[str, object]] = json.loads(done.stdout) if not done.returncode else {}
    return found


# -- the run -------------------------------------------------------------------------------------

LINE = "| {} | {:.4f} | {:.4f} | **{:.4f}** | {:,} | {:.1f} | {} |"
HEAD = (
    "| way | precision | recall | F1 | wrong | seconds | certain: share of rows, precision; asked |"
    "\n|---|---|---|---|---|---|---|"
)


def table(
    title: str,
    left: Sequence[Record],
    right: Sequence[Record],
    truth: tuple[Sequence[str], Sequence[str]],
    fields: Sequence[str],
    *,
    python: Path | None,
) -> list[str]:
    """One set of records by every way, as lines of a page."""
    lines = [f"### {title}", "", HEAD]
    got = ours(left, right, fields)
    found, sure = marks(got.pairs, *truth), marks(got.certain, *truth)
    bands = (
        f"{len(got.certain) / len(left):.1%}, {sure['precision']:.4f}; {got.asked / len(left):.1%}"
    )
    lines.append(_line("ours", found, got.seconds, bands))
    for name, answer in (rivals(python, left, right, fields) if python else {}).items():
        if "missing" in answer:
            lines.append(f"| {name} | not run: {answer['missing']} | | | | | |")
            continue
        pairs = [(i, j) for i, j in answer["pairs"]]  # type: ignore[attr-defined]
        lines.append(_line(name, marks(pairs, *truth), float(str(answer["seconds"])), ""))
    return [*lines, ""]


def _line(name: str, found: Mapping[str, float], seconds: float, bands: str) -> str:
    figures = (found["precision"], found["recall"], found["f1"], int(found["wrong"]))
    return LINE.format(name, *figures, seconds, bands)


def origins(made: Made, fields: Sequence[str]) -> list[str]:
    """How well names of each origin are matched in our set."""
    got = ours(made.left, made.right, fields)
    lines = ["| names | rows held | recall | precision |", "|---|---|---|---|"]
    there = set(made.right_truth)
    for origin in sorted(set(made.origin)):
        places = [at for at, its in enumerate(made.origin) if its == origin]
        among = set(places)
        pairs = [pair for pair in got.pairs if pair[0] in among]
        truth = [
            made.left_truth[at] if at in among else f"not {at}" for at in range(len(made.left))
        ]
        found = marks(pairs, truth, made.right_truth)
        held = sum(made.left_truth[at] in there for at in places)
        lines.append(f"| {origin} | {held:,} | {found['recall']:.4f} | {found['precision']:.4f} |")
    return lines


def measure(python: Path | None, *, people: int, rows: int) -> list[str]:
    """Everything, in a process that has Django and a database of its own."""
    page = ["## Matching by likeness", ""]
    if python is None:
        page += ["**The rivals could not be installed: neither they nor FEBRL 4 were run.**", ""]
    else:
        left, right, *truth = febrl(python)
        for title, fields in SUBSETS.items():
            page += table(
                f"FEBRL 4: {title} (aim {AIMS[title]})",
                left,
                right,
                (truth[0], truth[1]),
                fields,
                python=python,
            )
    made = make(people, rows)
    both = (made.left_truth, made.right_truth)
    for title, fields in (("names and date of birth", NAMES), ("with postcode and address", OURS)):
        heading = f"Our own set, {rows:,} rows against {people:,} people: {title}"
        page += table(heading, made.left, made.right, both, fields, python=python)
    return [*page, *origins(made, OURS), ""]


def run(words: list[str] | None = None) -> int:
    """Make a database of its own, measure in it, drop it, and print the page."""
    choice = _parser().parse_args(words)
    if choice.inside:
        import django

        django.setup()
        python = Path(choice.python) if choice.python else None
        print("\n".join(measure(python, people=choice.people, rows=choice.rows)))
        return 0
    python = rivals_python(choice.python)
    if python is None:
        _say("THE RIVALS COULD NOT BE INSTALLED: they and FEBRL 4 are left out.")
    bench = bench_of(0)
    bench.drop()
    with psycopg.connect(bench.owner_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(bench.name)))
    try:
        bench.run_as("owner", [sys.executable, "manage.py", "migrate", "--verbosity=0"])
        command = [sys.executable, "-m", "benchmarks.matching", "--inside"]
        command += ["--people", str(choice.people), "--rows", str(choice.rows)]
        command += ["--python", str(python)] if python else []
        page = bench.run_as("worker", command)
    finally:
        bench.drop()
    folder = var_folder() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "matching.md").write_text(page)
    print(page)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000, help="people held in our own set")
    parser.add_argument("--rows", type=int, default=6_000, help="rows of the list in our own set")
    parser.add_argument("--python", help="a Python that has recordlinkage and, if may be, splink")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run())
