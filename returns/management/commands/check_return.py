"""Checks any supplier's return: ``check_return FILE --edition 2019-20 [--json]``.

Exit status 0: nothing found; 1: something found; 2: the file could not be read to its end,
or not be checked at all.
"""

import json
import sys
from argparse import ArgumentParser
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from returns import checking, editions
from returns.checking import Checked, Found
from returns.editions.model import Edition
from returns.presenters.checking import belongs_to, not_asked_in_words, urgency_of

FOUND_SOMETHING = 1
UNREADABLE = 2


class Command(BaseCommand):
    help = "Check a return that any supplier's software made. Nothing of it is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the XML; - reads standard input")
        parser.add_argument("--edition", help="the edition's name, such as 2019-20; the newest")
        parser.add_argument(
            "--json",
            action="store_true",
            help="print one JSON object a finding, on a line of its own",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Check it, print what was found, and end with the status that says how it went."""
        edition = self._edition(options["edition"])
        status = 0
        try:
            with checking.check(_source(options["file"]), edition) as checked:
                self._note(checked, options)
                if options["json"]:
                    self._print_lines(checked)
                else:
                    self._report(checked)
                if checked.unread is not None:
                    status = UNREADABLE
                elif checked.counts():
                    status = FOUND_SOMETHING
        except OperationalError as error:
            raise CommandError(
                "The database cannot be reached, or stopped. Nothing is known of the file.",
                returncode=UNREADABLE,
            ) from error
        except OSError as error:
            _let_go(error)
            raise CommandError(
                f"{options['file']} cannot be opened: {error.strerror}.", returncode=UNREADABLE
            ) from error
        if status:
            sys.exit(status)

    def _edition(self, name: str | None) -> Edition:
        if name is None:
            newest = editions.newest()
            self.stderr.write(f"Checked by the newest edition, {newest.name}.")
            return newest
        if name not in editions.available():
            known = ", ".join(editions.available())
            raise CommandError(
                f"There is no edition {name}. There are: {known}.", returncode=UNREADABLE
            )
        return editions.load(name)

    def _note(self, checked: Checked, options: dict[str, Any]) -> None:
        """Say beside the findings what they do not: of which edition it is, what was not asked."""
        own = belongs_to(checked.header, checked.edition)
        if own is not None:
            file = options["file"]
            self.stderr.write(
                f"{own.words} To check it by that one: check_return {file} --edition {own.edition}"
            )
        for line in not_asked_in_words(checked.not_asked):
            self.stderr.write(line)

    def _print_lines(self, checked: Checked) -> None:
        for found in checked.findings():
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False))

    def _report(self, checked: Checked) -> None:
        say, rules = self.stdout.write, checked.edition.rules
        counts = checked.counts()
        findings, count = sum(n for _, n, _ in counts), checked.count
        say(f"{_many(count, 'record')} checked by edition {checked.edition.name}.")
        if not counts:
            say("No errors found.")
            return
        people = checked.records_with_findings()
        say(f"{_many(findings, 'error')}, in {_many(people, 'record')}.")
        say("")
        for code, n, _ in counts:
            rule = rules[code]
            say(f"{n:>9,}  {code:<8} {urgency_of(rule.priority):<22} {rule.message}")
        say("")
        for place, found in groupby(checked.findings(), key=lambda one: one.place):
            self._say_of(place, list(found))

    def _say_of(self, place: int | None, found: list[Found]) -> None:
        if place is None:
            self.stdout.write("The file")
        else:
            self.stdout.write(f"Record {place:,}, {found[0].young_persons_id or 'without an id'}")
        for one in found:
            has = "" if one.value_present else ", no value"
            self.stdout.write(f"    {one.code:<8} {one.message} ({one.element}{has})")


def _source(name: str) -> Any:
    """The file, or standard input."""
    return sys.stdin.buffer if name == "-" else Path(name)


def _let_go(error: OSError) -> None:
    """End quietly when whoever reads what is printed has stopped reading."""
    if isinstance(error, BrokenPipeError):
        with suppress(OSError):
            sys.stdout = None
        sys.exit(FOUND_SOMETHING)


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
