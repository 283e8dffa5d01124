"""What the commands that load reference files share."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ccis.accounts.models import User
from ccis.files.reference import Problem

SHOWN = 100


class LoadsReference(BaseCommand):
    """A command that loads a file and says what became of its rows."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="The CSV")
        parser.add_argument("--by", default="", help="Email address of whoever loads it")

    def user(self, email: str) -> User | None:
        """Whoever loads it; nobody for the service itself."""
        if not email:
            return None
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("Nobody has an account with that email address")
        return user

    def say(self, counts: dict[str, int], problems: Sequence[Problem]) -> None:
        """Print the counts, then each problem with its row and column."""
        for name, count in counts.items():
            self.stdout.write(f"{count:>10,} {name}")
        for problem in problems[:SHOWN]:
            self.stderr.write(str(problem))
        if len(problems) > SHOWN:
            self.stderr.write(f"… and {len(problems) - SHOWN:,} more")
