"""Finds any edited, deleted, inserted or reordered line of the trail, and any changed seal."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ccis.audit import checking, published
from ccis.audit.findings import Finding, Outcome
from ccis.audit.verifying import verify


def moment(text: str) -> datetime:
    """A day, or a day and a time, in ISO form; in UTC unless it says otherwise."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = "Check the trail against its seals, here and as published. Exit status 1 for any fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=moment, help="Only lines sealed since then (ISO)")
        parser.add_argument(
            "--seals",
            type=Path,
            action="append",
            metavar="FILE",
            help="A file or folder of published seals, from outside; may be given more than once",
        )
        parser.add_argument(
            "--public-key",
            type=Path,
            action="append",
            metavar="FILE",
            help="A public key, from outside; may be given more than once",
        )
        parser.add_argument(
            "--json", action="store_true", help="One JSON object on a line for each finding"
        )
        parser.add_argument(
            "--no-record", action="store_true", help="Leave no line in the trail that this was done"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for path in (options["seals"] or []) + (options["public_key"] or []):
            if not path.exists():
                raise CommandError(f"There is nothing at {path}.")
        try:
            keys = published.public_keys(options["public_key"])
        except ValueError as error:
            raise CommandError(f"This is no public key: {error}.") from error
        outcome = Outcome()
        for finding in verify(
            outcome,
            published=published.read_published(options["seals"]),
            keys=keys,
            since=options["since"],
            progress=None if options["json"] else self._progress,
        ):
            self._say(finding, as_json=options["json"])
        if not options["no_record"]:
            checking.record_checked(outcome, at=timezone.now(), since=options["since"])
        self._end(outcome, as_json=options["json"])

    def _progress(self, seal: int, last: int) -> None:
        self.stderr.write(f"  checked up to seal {seal:,} of {last:,}")

    def _say(self, finding: Finding, *, as_json: bool) -> None:
        words = f"{finding.kind}: {finding.words}"
        self.stdout.write(json.dumps(finding.as_json()) if as_json else words)

    def _end(self, outcome: Outcome, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(outcome.as_json()))
        else:
            for sentence in outcome.sentences(now=timezone.now()):
                self.stdout.write(sentence)
        if outcome.faults:
            raise CommandError("The trail is not as it was sealed.", returncode=1)
