"""Says whether a certificate of destruction is as it was signed. Needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ccis.audit import published
from sharing.destruction.certificates import NotACertificate, read


class Command(BaseCommand):
    help = "Check a certificate of destruction against the published key. Exit status 1 if false."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The certificate, as it was downloaded")
        parser.add_argument(
            "--public-key",
            type=Path,
            action="append",
            metavar="FILE",
            help="A public key, from outside; may be given more than once",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            signed = read(options["file"].read_text(encoding="utf-8"))
            keys = published.public_keys(options["public_key"])
        except (OSError, ValueError, NotACertificate) as error:
            raise CommandError(str(error)) from error
        if signed.key not in keys:
            raise CommandError(f"Signed by key {signed.key}, which is not among those given.")
        if not signed.holds(keys):
            raise CommandError("FALSE: this is not what was signed.")
        says = signed.says
        self.stdout.write(self.style.SUCCESS(f"TRUE: signed by key {signed.key}."))
        word = says["confirmed"]
        self.stdout.write(
            f"Certificate {says['certificate']}: {len(says['people'])} people of list "
            f"{says['list']}, {says['organisation']}. Confirmed on {word['on']} by {word['by']}."
        )
        self.stdout.write(says["rests_on_their_word"])
        self.stdout.write(says["in_backups"])
