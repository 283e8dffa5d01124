"""A month's workbook of drop-outs: how soon a college knows what is wrong (LDOR-02; issue 7).

``python -m benchmarks ldor`` makes a workbook of 5,000 learners, column for column the document's,
in which one in thirty is wrong somewhere, and lets each way look at it in a process of its own:

- ``floor``: python-calamine reads every cell and forgets it.
- ``ours``: received, encrypted, kept row by row, every cell checked, matched against the caseload,
  until the errors can be seen. Somebody asks ten times a second how far it is.
- ``plainly``: openpyxl and the checks that one would write first, in memory, of five columns;
  nothing is kept, matched or guarded against.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from threading import Event, Thread
from typing import Any

ROWS = 5_000
PEOPLE = 20_000
"""Young people whom the council keeps: an ordinary London borough's."""
AIM = 10.0
TIMES = 2
"""How often each way; the quicker counts."""
HEADINGS_AT = 9
"""Lines of the document above the first learner's."""

Measured = dict[str, Any]

LEARNERS = """
SELECT l.value, n.family, n.given, b.date_of_birth, a.line_1, a.postcode
FROM caseload_name n
JOIN caseload_particulars b ON b.person_id = n.person_id AND b.superseded_id IS NULL
JOIN caseload_address a ON a.person_id = n.person_id AND a.superseded_id IS NULL
JOIN caseload_identifier l
  ON l.person_id = n.person_id AND l.superseded_id IS NULL AND l.kind_id = 'uln'
WHERE n.superseded_id IS NULL AND b.date_of_birth BETWEEN '2006-12-01' AND '2010-08-31'
ORDER BY b.date_of_birth, n.person_id LIMIT %s
"""
WRONG: list[tuple[int, dict[str, Any]]] = [
    (90, {"birth": "31/02/2009"}),
    (91, {"joiner": "x", "leaver": "x"}),
    (92, {"postcode": "nowhere"}),
]
"""Each so many-th learner has this instead."""


def run() -> None:
    """Make the workbook, let each way look at it, print a table."""
    from benchmarks.database import bench_of

    bench = bench_of(PEOPLE)
    if not bench.is_there():
        print(f"Making a database of {PEOPLE:,} young people …", file=sys.stderr)
        bench.make()
    try:
        command = [sys.executable, "-m", "benchmarks.dropouts"]
        bench.run_as("worker", [*command, "make"])
        best: dict[str, Measured] = {}
        for turn in range(TIMES):
            for way in WAYS:
                found = json.loads(bench.run_as("worker", [*command, way, str(turn)]))
                if way not in best or found["seconds"] < best[way]["seconds"]:
                    best[way] = found
    finally:
        bench.drop()
    _print(best)


def _print(best: dict[str, Measured]) -> None:
    floor, ours = best["floor"]["seconds"], best["ours"]
    print(f"## A workbook of {ROWS:,} drop-outs, among {PEOPLE:,} young people\n")
    print("| Way | Seconds | of them processor | × floor | Peak MB | Wrong cells |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for way, one in best.items():
        print(
            f"| {way} | {one['seconds']:.2f} | {one['worked']:.2f} |"
            f" {one['seconds'] / floor:.1f} | {one['peak_mb']} | {one['wrong']} |"
        )
    reached = "reached" if ours["seconds"] < AIM else "**not reached**"
    print(
        f"\nUnder {AIM:.0f} seconds: {reached}. Whoever waits saw {ours['seen']} changes,"
        f" at most {ours['longest_wait']:.1f} s apart. {ours['outcomes']}."
    )


# -- the workbook ----------------------------------------------------------------------------------


def _kept(turn: int) -> Any:
    from pathlib import Path

    from django.conf import settings

    folder = Path(settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"october-{turn}.xlsx"


def make() -> None:
    """Write the workbook from people of the caseload."""
    from django.db import connection

    from caseload.dropouts import template

    with connection.cursor() as cursor:
        cursor.execute(LEARNERS, [ROWS + TIMES - 1])
        found = cursor.fetchall()
    if len(found) < ROWS + TIMES - 1:
        raise SystemExit(f"Only {len(found)} young people have a number.")
    rows = []
    for number, (uln, family, given, birth, address, postcode) in enumerate(found):
        row = {
            "uln": uln, "family": family, "given": given, "birth": birth, "address": address,
            "postcode": postcode, "leaver": date(2026, 10, 1 + number % 28),
        }  # fmt: skip
        for each, instead in WRONG:
            if number % each == each - 1:
                row |= instead
        rows.append(row)
    sender = template.Sender("Kestrel College", "", "Sam Okoro", "", "sam@kestrel.example")
    for turn in range(TIMES):  # the same bytes would be a file that was sent already
        _kept(turn).write_bytes(template.workbook(sender, rows[turn : turn + ROWS]))


# -- the ways --------------------------------------------------------------------------------------


def floor(turn: int) -> Measured:
    """Read every cell."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(_kept(turn))).get_sheet_by_index(0)
    cells = sum(len(row) for row in sheet.to_python())
    return {"wrong": "", "cells": cells}


def ours(turn: int) -> Measured:
    """As the worker does it, until the college sees its errors."""
    from django.utils import timezone

    from caseload.intake.actions import files
    from caseload.intake.actions.work import work_on
    from caseload.intake.models import InboundFile
    from ccis.authorities.models import Authority
    from providers.models import Provider

    provider = Provider.objects.order_by("pk")[turn]
    began = time.monotonic()
    file = files.receive(
        authority=Authority.objects.get(is_served=True),
        content=_kept(turn).read_bytes(),
        file_name="october.xlsx",
        kind="ldor",
        source_name=provider.name,
        provider=provider,
        by=None,
        at=timezone.now(),
        as_at=date(2026, 10, 31),
    ).file
    with _Waiting(InboundFile, file.pk) as waiting:
        work_on(file.pk, now=timezone.now)
    file.refresh_from_db()
    if sum(file.counts.values()) != ROWS:
        raise SystemExit(f"{ROWS} rows came in and the file is {file.state}: {file.refusal}")
    return {
        "seconds": time.monotonic() - began,
        "wrong": sum(len(row.problems) for row in file.rows.exclude(problems=[])),
        "outcomes": ", ".join(f"{number:,} {name}" for name, number in file.counts.items()),
        "seen": len(waiting.seen),
        "longest_wait": max(b - a for a, b in zip(waiting.seen, waiting.seen[1:], strict=False)),
    }


class _Waiting:
    """Somebody who asks ten times a second how far a file is, and when that changed."""

    def __init__(self, model: Any, pk: int) -> None:
        self.asked = model.objects.filter(pk=pk).values_list("state", "done_count")
        self.over = Event()
        self.seen = [time.monotonic()]
        self.thread = Thread(target=self._ask)

    def _ask(self) -> None:
        before = None
        while not self.over.wait(0.1):
            if (now := self.asked.all().get()) != before:
                self.seen.append(time.monotonic())
                before = now

    def __enter__(self) -> _Waiting:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()
        self.seen.append(time.monotonic())


def plainly(turn: int) -> Measured:
    """openpyxl and a few checks."""
    import re

    import openpyxl

    postcode = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|NONE")
    wrong: list[str] = []
    sheet = openpyxl.load_workbook(_kept(turn), read_only=True, data_only=True).active
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number <= HEADINGS_AT:
            continue
        uln, family, given, birth, _, home = row[:6]
        if uln and not re.fullmatch(r"[1-9][0-9]{9}", str(uln)):
            wrong.append(f"A{number}: not a ULN")
        if not family or not given:
            wrong.append(f"B{number}: no name")
        if not isinstance(birth, datetime):
            wrong.append(f"D{number}: not a date")
        if not postcode.fullmatch(str(home or "").upper()):
            wrong.append(f"F{number}: not a postcode")
        if sum(1 for mark in row[8:11] if mark) != 1:
            wrong.append(f"I{number}: mark one")
    return {"wrong": len(wrong)}


WAYS: dict[str, Callable[[int], Measured]] = {"floor": floor, "ours": ours, "plainly": plainly}


def main(words: list[str]) -> None:
    """Make the workbook, or do one way and print what was measured."""
    import django

    django.setup()
    if words[0] == "make":
        make()
        return
    began, worked = time.monotonic(), time.process_time()
    measured = WAYS[words[0]](int(words[1]))
    measured = {
        "seconds": time.monotonic() - began,
        "worked": time.process_time() - worked,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    } | measured
    print(json.dumps(measured))


if __name__ == "__main__":
    main(sys.argv[1:])
