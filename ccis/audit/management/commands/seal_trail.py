"""Seals the trail, as is done each minute, and shows the latest seal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ccis.audit import published, sealing


class Command(BaseCommand):
    help = "Seal what came to the trail since the last seal, and publish the seals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--show", action="store_true", help="Only print the last published seal and the keys"
        )
        parser.add_argument(
            "--after-restore",
            action="store_true",
            help="The database was restored from a backup older than the published seals",
        )
        parser.add_argument(
            "--new-key", action="store_true", help="Retire the signing key and make another"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["show"]:
            try:
                done = sealing.seal_trail(
                    at=timezone.now(),
                    after_restore=options["after_restore"],
                    new_key=options["new_key"],
                )
            except sealing.CannotSeal as error:
                raise CommandError(str(error)) from error
            if done.was_busy:
                self.stdout.write("Another sealer is at work. Nothing was done.")
                return
            self.stdout.write(f"Sealed {done.rows:,} lines; published {done.published:,} seals.")
        for name in sorted(published.public_keys()):
            self.stdout.write(f"Public key: {published.folder() / f'key-{name}.pem'}")
        latest = published.last_published()
        self.stdout.write(latest.line() if latest else "Nothing was published yet.")
