"""The rule of sharing over many random worlds: does any break it, and how quick is it?

``python -m benchmarks sharing`` asks the pure rule of 100,000 worlds,
which ``tests/unit/sharing/worlds.py`` makes and judges, and plays a thousand people through the
database by ``tests/integration/sharing/test_worlds.py``. It ends with 1 where a rule is broken.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from random import Random

from benchmarks.database import PROJECT
from sharing.rules import may_share
from tests.unit.sharing import worlds

WORLDS = 100_000
IN_THE_DATABASE = 1_000


def run(how_many: int = WORLDS) -> int:
    """Ask, judge, print; exit status 0 when no world breaks a rule."""
    random, spent, gone = Random(2026), 0.0, 0
    wrong: list[list[str]] = []
    for _ in range(how_many):
        facts, offer = worlds.facts(random), worlds.offer(random)
        begun = time.perf_counter()
        answer = may_share(facts, offer, on=worlds.DAY)
        spent += time.perf_counter() - begun
        gone += answer.may
        if broken := worlds.breaks(facts, offer, answer):
            wrong.append(broken)
    print(
        f"{how_many:,} worlds: {gone:,} may go, {len(wrong)} break a rule; "
        f"{spent / how_many * 1e6:.1f} microseconds each"
    )
    for broken in wrong[:10]:
        print("  ", ", ".join(broken))
    played = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/integration/sharing/test_worlds.py"],
        cwd=PROJECT,
        env=os.environ | {"CCIS_WORLDS": str(IN_THE_DATABASE)},
        check=False,
    )
    return 1 if wrong or played.returncode else 0
