"""Brings the files for translators up to date with the pages: ``words``, or ``words --check``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from optout.catalogues import merged, problems, read_file, write_mo, write_po
from optout.extracting import COMMENT, every_word
from optout.languages import files, folder


class Command(BaseCommand):
    help = (
        "Find every word of young people's pages, put it into each language's file, and make what "
        "the pages read from those."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where something is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, or say what they lack."""
        wanted = every_word()
        written: dict[Path, bytes] = {
            folder() / "choices.pot": write_po(wanted, comment=COMMENT).encode()
        }
        lacking = []
        for code, path in files().items():
            entries = merged(wanted, read_file(path))
            written[path] = write_po(entries).encode()
            written[path.with_suffix(".mo")] = write_mo(entries)
            lacking += [f"{code}: {line}" for line in problems(wanted, entries)]
        stale = [path for path, words in written.items() if _held(path) != words]
        if options["check"]:
            lacking += [f"{path.relative_to(folder())} is behind (make words)" for path in stale]
            if lacking:
                raise CommandError("\n".join(lacking))
            return
        for path in stale:
            path.write_bytes(written[path])
        self.stdout.write(f"{len(wanted) - 1} messages, {len(files())} languages.")
        for line in lacking:
            self.stdout.write(line)


def _held(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
