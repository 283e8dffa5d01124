"""Matching by likeness, on records whose truth is known, beside what one would use instead.

``python -m benchmarks matching``:

- FEBRL 4, invented Australians that ship in the recordlinkage package (5,000 against 5,000), with
  four sets of fields, beside exact rules, rapidfuzz, recordlinkage's ECM and Splink;
- a set of our own, invented young people in England with twins, brothers and sisters, short forms,
  moves, spellings, swapped dates and turned names (``benchmarks.alike``);
- with ``--large``, 100,000 rows against 500,000 people, beside Splink on the same work.

The rivals need packages that the service does not: they run in an environment of their own in the
var folder, made at the first run; where that cannot be made, it is said loudly and they are left
out. Every way runs in a process of its own. No parameter is tuned on the answers: they only count
at the end.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.alike import Made, Record, make
from benchmarks.database import PROJECT, Bench, bench_of, server_version
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

WAYS = {
    "exact": "exact names and date of birth",
    "rapidfuzz": "rapidfuzz token_sort, best from 85",
    "ecm": "recordlinkage ECM",
    "splink": "Splink, from 0.9",
}

# -- records ---------------------------------------------------------------------------------------


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


@dataclass(frozen=True)
class Task:
    """Two sides of records, the truth of each record, and the fields that may be used."""

    title: str
    left: Sequence[Record]
    right: Sequence[Record]
    truth: tuple[Sequence[str], Sequence[str]]
    fields: Sequence[str]
    aim: float | None = None
    ways: tuple[str, ...] = tuple(WAYS)


Answer = dict[str, Any]


def asked_of(bench: Bench, task: Task, *, python: Path | None) -> dict[str, Answer]:
    """What each way answered, ours first; ``{missing: why}`` for one that cannot be had."""
    path = bench.folder / "set.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"left": task.left, "right": task.right, "fields": task.fields}))
    _say(f"{task.title}: ours")
    command = [sys.executable, "-m", "benchmarks.alike_ours", str(path)]
    answers = {"ours": json.loads(bench.run_as("worker", command))}
    for way in task.ways if python else ():
        _say(f"{task.title}: {way}")
        done = subprocess.run(
            [str(python), RIVALS, way, path], stdout=subprocess.PIPE, text=True, check=False
        )
        answers[way] = json.loads(done.stdout or '{"missing": "it stopped"}')
    path.unlink()
    return answers


def taken(answer: Answer) -> list[tuple[int, int]]:
    """The pairs that a way takes itself."""
    return [(i, j) for score, i, j in answer["scored"] if score >= answer["least"]]


def best_f1(answer: Answer, truth: tuple[Sequence[str], Sequence[str]]) -> float:
    """The F1 that the way would have had by the line that the answers say is best."""
    left, right = truth
    there = len(set(left) & set(right))
    best, true = 0.0, 0
    for count, (_, i, j) in enumerate(sorted(answer["scored"], reverse=True), start=1):
        true += left[i] == right[j]
        best = max(best, 2 * true / (count + there))
    return best


# -- the page ------------------------------------------------------------------------------------

HEAD = (
    "| way | precision | recall | F1 | wrong | best F1 of any line | seconds | processor | memory |"
    "\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def table(task: Task, answers: Mapping[str, Answer]) -> list[str]:
    """One set of records by every way, as lines of a page, with our bands below."""
    aim = f" (aim {task.aim})" if task.aim else ""
    lines = [f"## {task.title}{aim}", "", HEAD]
    for way, answer in answers.items():
        name = WAYS.get(way, way)
        if "missing" in answer:
            lines.append(f"| {name} | not run: {answer['missing']} | | | | | | | |")
            continue
        found = marks(taken(answer), *task.truth)
        memory = answer["peak_mb"] + answer.get("session_mb", 0)
        lines.append(
            f"| {name} | {found['precision']:.4f} | {found['recall']:.4f} | **{found['f1']:.4f}** "
            f"| {found['wrong']:,.0f} | {best_f1(answer, task.truth):.4f} "
            f"| {answer['seconds']:.1f} | {answer['worked']:.1f} | {memory:,} MB |"
        )
    return [*lines, "", *bands(task, answers["ours"]), ""]


def bands(task: Task, answer: Answer) -> list[str]:
    """What our bands reckoned, and what was so."""
    of_row = {i: j for _, i, j in answer["scored"]}
    sure = marks([(i, of_row[i]) for i in answer["certain"]], *task.truth)
    said, rows = answer["bands"], len(task.left)
    held = set(task.truth[1])
    there = sum(truth in held for truth in task.truth[0]) or 1
    shown = {i for score, i, _ in answer["scored"] if score >= said["ask"]["from"]}
    missed = sum(truth in held for at, truth in enumerate(task.truth[0]) if at not in shown)
    steps = ", ".join(f"{step} {seconds} s" for step, seconds in answer["steps"].items())
    return [
        f"Ours: {len(answer['certain']) / rows:.1%} certain from {said['certain']['from']:.3f} on, "
        f"precision {sure['precision']:.5f} (reckoned {1 - said['certain']['error']:.5f}); "
        f"{answer['asked'] / rows:.2%} asked from {said['ask']['from']:.3f} on; of those held "
        f"{missed / there:.2%} below that (reckoned {said['none']['missed']:.2%}). "
        f"{answer['compared']:,} pairs compared: {steps}.",
    ]


def origins(made: Made, answer: Answer) -> list[str]:
    """How well names of each origin are matched in our set."""
    lines = [
        "| names | rows held | found | recall | precision | F1 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    held = set(made.right_truth)
    pairs = taken(answer)
    for origin in sorted(set(made.origin)):
        places = [at for at, its in enumerate(made.origin) if its == origin]
        there = sum(made.left_truth[at] in held for at in places)
        among = set(places)
        chosen = [(i, j) for i, j in pairs if i in among]
        true = sum(made.left_truth[i] == made.right_truth[j] for i, j in chosen)
        lines.append(
            f"| {origin} | {there:,} | {true:,} | {true / max(there, 1):.4f} "
            f"| {true / max(len(chosen), 1):.4f} | {2 * true / max(there + len(chosen), 1):.4f} |"
        )
    return [*lines, ""]


# -- the run -------------------------------------------------------------------------------------


def measure(bench: Bench, python: Path | None, choice: argparse.Namespace) -> Iterator[list[str]]:
    """Everything that was asked for, as lines of a page, set by set."""
    yield ["# Matching by likeness, measured", "", *surroundings(bench, python), ""]
    if python is None:
        yield ["**The rivals could not be installed: neither they nor FEBRL 4 were run.**", ""]
    elif not choice.large:
        left, right, *truth = febrl(python)
        for title, fields in SUBSETS.items():
            both = (truth[0], truth[1])
            task = Task(f"FEBRL 4: {title}", left, right, both, fields, AIMS[title])
            yield table(task, asked_of(bench, task, python=python))
    sets: tuple[tuple[str, tuple[str, ...]], ...] = (("names, date of birth", NAMES),)
    sets = (*sets, ("and postcode", (*NAMES, "postcode")), ("and address", OURS))
    people, rows = (500_000, 100_000) if choice.large else (choice.people, choice.rows)
    made = make(people, rows, seed=choice.seed)
    for title, fields in sets[-1:] if choice.large else sets:
        ways = ("exact", "splink") if choice.large else tuple(WAYS)
        heading = f"Our own set, {rows:,} rows against {people:,} people: {title}"
        both = (made.left_truth, made.right_truth)
        task = Task(heading, made.left, made.right, both, fields, ways=ways)
        answers = asked_of(bench, task, python=python)
        yield table(task, answers)
        if fields == OURS:
            yield origins(made, answers["ours"])


def surroundings(bench: Bench, python: Path | None) -> list[str]:
    """The machine and the versions of what was measured."""
    versions = {"Python": platform.python_version(), "PostgreSQL": server_version(bench)}
    if python is not None:
        listed = subprocess.run(
            [python, "-m", "pip", "list", "--format=json"], capture_output=True, check=False
        ).stdout
        chosen = {"recordlinkage", "splink", "duckdb", "rapidfuzz", "pandas"}
        versions |= {
            one["name"]: one["version"]
            for one in json.loads(listed or "[]")
            if one["name"].lower() in chosen
        }
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return [f"{cores} cores, {memory} GB of memory. {told}."]


def run(words: list[str] | None = None) -> int:
    """Make a database of its own, measure in it, drop it, and print the page."""
    choice = _parser().parse_args(words)
    python = rivals_python(choice.python)
    if python is None:
        _say("THE RIVALS COULD NOT BE INSTALLED: they and FEBRL 4 are left out.")
    bench = bench_of(0)
    bench.drop()
    with psycopg.connect(bench.owner_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(bench.name)))
    try:
        bench.run_as("owner", [sys.executable, "manage.py", "migrate", "--verbosity=0"])
        folder = var_folder() / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ("matching-large.md" if choice.large else "matching.md")).open("w") as page:
            for lines in measure(bench, python, choice):
                print(*lines, sep="\n", flush=True)
                print(*lines, sep="\n", file=page, flush=True)
    finally:
        bench.drop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks matching", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000, help="people held in our own set")
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the list in our own set")
    parser.add_argument("--seed", type=int, default=11, help="of the dice that make our own set")
    parser.add_argument("--large", action="store_true", help="100,000 rows against 500,000 people")
    parser.add_argument("--python", help="a Python that has recordlinkage and, if may be, splink")
    return parser


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run())
