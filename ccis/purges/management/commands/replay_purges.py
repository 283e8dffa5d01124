"""After a backup was put back: destroys again what had been destroyed since it was made."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ccis.files.register import RegisterBroken
from ccis.purges import actions


class Command(BaseCommand):
    help = "Destroy again what the register of purges names. Run it after a backup was put back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--begin-again",
            action="store_true",
            help="the register is lost for good: begin a new one with what this database knows",
        )

    def handle(self, *args: Any, begin_again: bool, **options: Any) -> None:
        now = timezone.now()
        try:
            if begin_again:
                count = actions.begin_again(at=now)
                self.stdout.write(f"A new register begins with {count:,} destroyed rows.")
            done = actions.replay(at=now)
        except (actions.RegisterLost, RegisterBroken) as error:
            raise CommandError(str(error)) from error
        if not done.anything:
            self.stdout.write(self.style.SUCCESS("Nothing to destroy again."))
            return
        self.stdout.write(
            self.style.SUCCESS(
                f"Lines read: {done.lines:,}. Destroyed again: {done.rows:,} rows, "
                f"{done.keys:,} keys."
            )
        )
