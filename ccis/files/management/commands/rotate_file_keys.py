"""Wraps every data key again by a new FILE_KEY, while files stay open."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ccis.accounts.factors.rotating import seal_all_again
from ccis.accounts.factors.sealing import CannotOpenSecret
from ccis.audit import trail
from ccis.files import storage

TOLD_EACH = 500


class Command(BaseCommand):
    help = (
        "Wrap the keys of all stored files, and secrets of second factors, by FILE_KEY in place "
        "of those in FILE_KEYS_BEFORE. May be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only say how many keys are left; changes nothing"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        left = storage.wrapped_before()
        if check:
            self.stdout.write(f"{len(left):,} keys are not wrapped by this FILE_KEY.")
            return
        done, damaged = 0, 0
        for number, file_id in enumerate(left, 1):
            try:
                done += storage.wrap_again(file_id)
            except storage.StoredFileDamaged as error:
                damaged += 1
                self.stderr.write(f"{error}.")
            if number % TOLD_EACH == 0:
                self.stdout.write(f"{number:,} of {len(left):,} keys")
        try:
            secrets = seal_all_again()
        except CannotOpenSecret as error:
            words = f"{error}. Add the key that sealed it to FILE_KEYS_BEFORE"
            raise CommandError(words) from error
        trail.record(
            "file keys rotated", by=None, at=timezone.now(), authority=None, keys=done,
            damaged=damaged, secrets=secrets, key=storage.name_of_file_key(),
        )  # fmt: skip
        self.stdout.write(f"Wrapped again: {done:,} keys, {secrets:,} secrets of second factors.")
        if damaged:
            raise CommandError(
                f"{damaged:,} keys open with none of the keys given. Add theirs to "
                "FILE_KEYS_BEFORE and run this again; until then keep those that are there."
            )
        self.stdout.write(self.style.SUCCESS("You can take FILE_KEYS_BEFORE out of the settings."))
