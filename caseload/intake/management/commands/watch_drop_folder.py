"""Takes in what sources put into their drop folders, once or for as long as it runs."""

import signal
import threading
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from caseload.intake import dropping
from caseload.intake.tasks import hand_over

LOCK = 71_004
"""Advisory lock: one watcher at a time, so that none takes a file from another's hands."""


class Command(BaseCommand):
    help = "Take in what sources put into their drop folders"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="Go on, so often")
        parser.add_argument(
            "--beat", type=Path, metavar="FILE", help="Touch this after each look: all is well"
        )
        parser.add_argument(
            "--untouched",
            type=int,
            metavar="SECONDS",
            default=int(dropping.UNTOUCHED.total_seconds()),
            help="A file that nobody has touched for so long is whole",
        )

    def handle(self, *, every: int | None, untouched: int, beat: Path | None, **_: Any) -> None:
        stop = threading.Event()
        if every:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        while True:
            self._look(timedelta(seconds=untouched))
            if beat:
                beat.touch()
            if not every or stop.wait(every):
                return

    def _look(self, untouched: timedelta) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            (ours,) = cursor.fetchone()
        if not ours:
            self.stdout.write("Another watcher is at work")
            return
        try:
            root = Path(settings.DROP_FOLDER)
            taken = dropping.look(root, now=timezone.now(), untouched=untouched)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        for file in taken.received:
            hand_over(file)
        if taken.received or taken.again or taken.refused:
            self.stdout.write(
                f"{len(taken.received)} received, {taken.again} known already, "
                f"{taken.refused} refused, {taken.waiting} waiting"
            )
