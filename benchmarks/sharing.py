"""Sharing: does any world break its rule, how quick are its files, how soon is gone what ended?

``python -m benchmarks sharing`` asks the pure rule of 100,000 worlds,
which ``tests/unit/sharing/worlds.py`` makes and judges; plays a thousand people through the
database by ``tests/integration/sharing/test_worlds.py``; makes a list of 5,000 into an encrypted
workbook, ours and plainly (``sharing_files.py``); and purges 100,000 disclosures that are due
(``destroying.py``). It ends with 1 where a rule is broken.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from random import Random

from benchmarks import destroying
from benchmarks.database import PROJECT
from sharing.rules import may_share
from tests.unit.sharing import worlds

WORLDS = 100_000
IN_THE_DATABASE = 1_000
TIMES = 2
"""How often each way of writing the workbook; the quicker counts."""


def run() -> int:
    """Ask, judge, measure, print; exit status 0 when no world breaks a rule."""
    wrong, played = rule(WORLDS), in_the_database(IN_THE_DATABASE)
    workbook()
    purged = destroying.measure()
    print(
        f"Purge of {purged['due']:,} that are due, {purged['stayed']:,} staying: "
        f"{purged['seconds']:.1f} s, {purged['worked']:.1f} worked, {purged['peak_mb']} MB; "
        f"with nothing due {purged['again'] * 1000:.0f} ms (load {purged['load']:.1f})"
    )
    return 0 if wrong == 0 and played else 1


def rule(how_many: int) -> int:
    """The pure rule in so many worlds; how many break it."""
    random, spent, gone = Random(2026), 0.0, 0
    wrong: list[list[str]] = []
    for _ in range(how_many):
        facts, offer = worlds.facts(random), worlds.offer(random)
        begun = time.process_time()
        answer = may_share(facts, offer, on=worlds.DAY)
        spent += time.process_time() - begun
        gone += answer.may
        if broken := worlds.breaks(facts, offer, answer):
            wrong.append(broken)
    print(
        f"{how_many:,} worlds: {gone:,} may go, {len(wrong)} break a rule; "
        f"{spent / how_many * 1e6:.1f} microseconds worked each",
        flush=True,
    )
    for broken in wrong[:10]:
        print("  ", ", ".join(broken))
    return len(wrong)


def in_the_database(people: int) -> bool:
    """So many people through the actions and the constraints; whether nothing was ever wrong."""
    played = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/integration/sharing/test_worlds.py"],
        cwd=PROJECT,
        env=os.environ | {"CCIS_WORLDS": str(people)},
        check=False,
    )
    return played.returncode == 0


def workbook() -> None:
    """A list as an encrypted workbook, ours and plainly, in turns."""
    best: dict[str, dict[str, float]] = {}
    for way in ["ours", "plainly"] * TIMES:
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.sharing_files", way],
            cwd=PROJECT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "ccis.settings.test"},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        measured = json.loads(said)
        if way not in best or measured["worked"] < best[way]["worked"]:
            best[way] = measured
    for way, one in best.items():
        print(
            f"5,000 people as an encrypted workbook, {way}: {one['seconds']:.2f} s, "
            f"{one['worked']:.2f} worked, {one['peak_mb']} MB, {one['bytes']:,} bytes",
            flush=True,
        )
    print(f"Ours took {best['ours']['worked'] / best['plainly']['worked']:.2f} × as long")
