"""Makes a month's return without a browser: ``make_return --authority 306 --period 2026-10``."""

import json
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ccis.authorities.models import Authority
from ccis.calendar.periods import Period
from returns import queries
from returns.actions import builds, files, making
from returns.editions.model import URGENCY
from returns.errors import CannotMake, MustMend
from returns.models import Build, BuildKind, BuildState
from returns.write_part import new_file


class Command(BaseCommand):
    help = "Make a month's NCCIS return, check it, and keep the file with its hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--authority", help="the authority's three-digit code")
        parser.add_argument("--period", help="the month, as 2026-10; the last one that is over")
        parser.add_argument("--edition", help="the edition's name; the newest")
        parser.add_argument(
            "--trial", action="store_true", help="a trial may have errors that must be mended"
        )
        parser.add_argument(
            "--demo",
            action="store_true",
            help="last month's and the month before's, for the largest authority kept here; goes on"
            " as a trial if there are errors to mend; what is made already stays",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--output", type=Path, help="also copy the file into this folder")

    def handle(self, *_: Any, **options: Any) -> None:
        """Make it here and now; ends with an error and the reason when it cannot be made."""
        self.quiet = options["json"]
        self.state = ""
        try:
            authority, period = _authority(options), _period(options)
            if options["demo"]:
                self._earlier(authority, period.previous(), options)
            build = self._made(authority, period, options)
        except CannotMake as error:
            raise CommandError(error.message) from error
        copy = _copied(build, options["output"]) if options["output"] else files.path_of(build)
        if self.quiet:
            self.stdout.write(json.dumps(_result(build, copy), indent=2))
        else:
            self._show(build, copy)

    def _earlier(self, authority: Authority, period: Period, options: dict[str, Any]) -> None:
        """The month before, so that the demo has something to compare with."""
        self._say(f"{period.label}, to compare with:")
        self._made(authority, period, options)
        self._say(f"{period.next().label}:")

    def _made(self, authority: Authority, period: Period, options: dict[str, Any]) -> Build:
        now = timezone.now
        there = Build.objects.of(authority).for_period(period).done().newest_first().first()
        if options["demo"] and there is not None:
            self._say("  Made already.")
            return there
        build = builds.ask(
            authority=authority,
            period=period,
            kind=BuildKind.TRIAL if options["trial"] else BuildKind.FINAL,
            by=None,
            at=now(),
            edition=options["edition"],
        )
        try:
            return making.make(build_id=build.pk, now=now, progress=self._progress)
        except MustMend as error:
            if not options["demo"]:
                raise
            self._say(f"Not a final return: {error.message} It goes on as a trial.")
            builds.go_on_as_trial(build=build, by=None, at=now())
            return making.make(build_id=build.pk, now=now, progress=self._progress)

    def _say(self, text: str) -> None:
        if not self.quiet:
            self.stdout.write(text)

    def _progress(self, build: Build) -> None:
        if build.state != self.state:
            self.state = build.state
            self._say(f"  {BuildState(build.state).label} …")
        elif build.done_count:
            self._say(f"    {build.done_count:,} of {build.record_count or 0:,}")

    def _show(self, build: Build, path: Path) -> None:
        say = self._say
        kind = BuildKind(build.kind).label.lower()
        say(f"The {build.month.label} return of {build.authority.title}: made, {kind}.")
        say(f"  Edition {build.edition}, as known at change {build.moment:,}")
        parts = " + ".join(f"{count:,} {status}" for status, count in build.counts.items())
        say(f"  {build.record_count:,} records = {parts or 'none'}")
        headline = build.figures["headline"]
        say(
            f"  Aged 16 and 17: {headline['cohort']:,}."
            f" NEET {headline['neet']:,} ({headline['neet_percent']}%),"
            f" not known {headline['not_known']:,} ({headline['not_known_percent']}%),"
            f" taking part {headline['participating']:,} ({headline['participating_percent']}%)"
        )
        for key, count in build.finding_counts.items():
            urgency = URGENCY.get(int(key) if key.isdigit() else None, "Priority not known")
            say(f"  {urgency}: {count:,}")
        for rule in queries.errors_by_rule(build)[:12]:
            say(f"    {rule.people:>7,}  {rule.words}")
        say(f"  {build.size:,} bytes in {sum(build.seconds.values()):.1f} s, sha256 {build.sha256}")
        say(f"  {path}")


def _authority(options: dict[str, Any]) -> Authority:
    served = list(Authority.objects.served())
    if options["authority"]:
        found = [one for one in served if one.code == options["authority"]]
        if not found:
            raise CannotMake(f"The caseload of authority {options['authority']} is not kept here.")
        return found[0]
    if options["demo"] and served:
        return max(served, key=lambda one: one.young_people.count())
    if len(served) != 1:
        kept = ", ".join(one.code for one in served) or "none"
        raise CannotMake(f"Say which authority, with --authority. Kept here: {kept}.")
    return served[0]


def _period(options: dict[str, Any]) -> Period:
    if not options["period"]:
        return Period.latest_ended(timezone.localdate())
    try:
        return Period.parse(options["period"])
    except ValueError as error:
        raise CannotMake(f"{error}.") from error


def _copied(build: Build, folder: Path) -> Path:
    """A copy of the file in another folder, which only this account may read."""
    folder.mkdir(parents=True, exist_ok=True)
    source = files.path_of(build)
    copy = folder / source.name
    copy.unlink(missing_ok=True)
    with source.open("rb") as made, new_file(copy) as target:
        shutil.copyfileobj(made, target, 1 << 20)
    return copy


def _result(build: Build, path: Path) -> dict[str, Any]:
    return {
        "ref": build.ref,
        "authority": build.authority.code,
        "period": build.period,
        "edition": build.edition,
        "kind": build.kind,
        "moment": build.moment,
        "records": build.record_count,
        "counts": build.counts,
        "findings": build.finding_counts,
        "figures": build.figures,
        "seconds": build.seconds,
        "sha256": build.sha256,
        "size": build.size,
        "path": str(path),
    }
