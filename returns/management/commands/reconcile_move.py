"""Holds what moved in against the return made from it: ``reconcile_move return.xml``."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caseload.intake.models import InboundFile
from ccis.access.references import read_reference
from ccis.calendar.periods import Period
from returns.actions import moves
from returns.errors import CannotMake
from returns.models import Reconciliation
from returns.moving.kind import NAME
from returns.moving.reasons import explains, in_words


class Command(BaseCommand):
    help = "Make the return of the month of what moved in, and say where the two differ"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="The file that was sent in, or its reference")
        parser.add_argument("--authority", default="", help="Its code, where several were sent it")
        parser.add_argument("--period", default="", help="The month, as 2026-10, to be sure of it")
        parser.add_argument("--json", action="store_true", help="One JSON object, ids included")

    def handle(self, file: str, **options: Any) -> None:
        found = self._file(file, options["authority"])
        month = Period.of(found.as_at)
        if options["period"] and options["period"] != str(month):
            raise CommandError(f"This file tells of {month.label}, not of {options['period']}")
        try:
            asked = moves.ask(file=found, by=None, at=timezone.now())
            moves.carry_out(reconciliation=asked, now=timezone.now)
        except CannotMake as error:
            raise CommandError(error.message) from None
        if options["json"]:
            self.stdout.write(json.dumps(as_json(asked)))
        else:
            self._say(asked)

    def _file(self, named: str, authority: str) -> InboundFile:
        files = InboundFile.objects.select_related("authority").filter(kind=NAME)
        path = Path(named)
        if path.is_file():
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            files = files.filter(sha256=digest)
        else:
            files = files.filter(ref=read_reference(named))
        if authority:
            files = files.filter(authority__code=authority)
        found = list(files.exclude(state__in=["refused", "set-aside"])[:2])
        if not found:
            raise CommandError("No such file has moved in. Send it in first, with send_file")
        if len(found) > 1:
            raise CommandError("Several authorities were sent this file. Say which, --authority")
        return found[0]

    def _say(self, asked: Reconciliation) -> None:
        there, here = asked.counts["there"], asked.counts["here"]
        self.stdout.write(f"{asked.build.month.label}, edition {asked.build.edition}")
        self.stdout.write(f"  {there['records']:>9,} records in the old return")
        self.stdout.write(f"  {here['records']:>9,} in ours, {asked.counts['same']:,} the same")
        for one in moves.groups_of(asked):
            element, reason = str(one["element"]), str(one["reason"])
            mark = " " if explains(reason) or one["told"] == one["number"] else "?"
            what = element or f"record {one['what']}"
            words = in_words(element, reason)
            self.stdout.write(f"{mark} {one['number']:>9,} {what}: {words}")
        self.stdout.write(f"  {moves.unexplained(asked):>9,} differences are not explained")


def as_json(asked: Reconciliation) -> dict[str, Any]:
    """A reconciliation with every difference, by id and element; no values."""
    return {
        "authority": asked.authority.code,
        "period": asked.build.period,
        "edition": asked.build.edition,
        **asked.counts,
        "unexplained": moves.unexplained(asked),
        "differences": [
            {
                "young_persons_id": one.young_persons_id,
                "row": one.row_number,
                "what": one.what,
                "element": one.element,
                "reason": one.reason,
                "explained": explains(one.reason) or bool(one.explanation),
            }
            for one in asked.differences.order_by("young_persons_id", "id")
        ],
    }
