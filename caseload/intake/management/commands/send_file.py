"""Sends in a file without a browser: for demos, trials, and folders that files are dropped in."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.errors import IntakeError
from caseload.intake.kinds import KINDS
from caseload.intake.models import InboundFile
from caseload.intake.queries import counts_of
from caseload.intake.rules import Arrival, FileState
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider


class Command(BaseCommand):
    help = "Send in a file, have it read and matched, and with --approve applied"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="The CSV or Excel workbook")
        parser.add_argument("--authority", required=True, help="Its code, such as 306")
        parser.add_argument(
            "--kind", choices=sorted(KINDS), default="", help="Else the headings tell"
        )
        parser.add_argument("--source", default="", help="Who sent it, in words")
        parser.add_argument("--provider", default="", help="Who sent it, by DfE number or UKPRN")
        parser.add_argument("--as-at", type=date.fromisoformat, help="The day of which it tells")
        parser.add_argument("--by", default="", help="Email address of whoever sends and approves")
        parser.add_argument("--approve", action="store_true", help="Apply the rows that are ready")

    def handle(self, path: Path, authority: str, **options: Any) -> None:
        by = self._user(options["by"], needed=options["approve"])
        try:
            with path.open("rb") as content:
                receipt = files.receive(
                    authority=self._authority(authority),
                    content=content,
                    file_name=path.name,
                    kind=options["kind"],
                    provider=self._provider(options["provider"]),
                    source_name=options["source"] or path.stem,
                    as_at=options["as_at"],
                    by=by,
                    at=timezone.now(),
                    came_by=Arrival.COMMAND,
                )
        except (IntakeError, OSError) as error:
            raise CommandError(str(error)) from None
        if not receipt.is_new:
            self.stdout.write(
                f"This file was already sent: {receipt.file.ref}. Nothing was changed."
            )
            return
        work_on(receipt.file.pk, now=timezone.now)
        file = InboundFile.objects.get(pk=receipt.file.pk)
        if by is not None and options["approve"] and file.state == FileState.READY:
            self._approve(file, by)
        self._say(file)

    def _approve(self, file: InboundFile, by: User) -> None:
        try:
            files.approve(file=file, by=by, at=timezone.now())
        except IntakeError as error:
            self.stdout.write(error.message)
            return
        work_on(file.pk, now=timezone.now)
        file.refresh_from_db()

    def _say(self, file: InboundFile) -> None:
        self.stdout.write(f"{file.ref} {file.state_label}: {file.row_count or 0:,} rows")
        if file.refusal:
            self.stdout.write(f"  {file.refusal}")
        for outcome, rows in counts_of(file).items():
            self.stdout.write(f"  {rows:>9,} {outcome.label}")

    def _authority(self, code: str) -> Authority:
        try:
            return Authority.objects.served().get(code=code)
        except Authority.DoesNotExist:
            raise CommandError(f"This installation keeps no authority {code}") from None

    def _provider(self, number: str) -> Provider | None:
        if not number:
            return None
        found = Provider.objects.filter(dfe_number=number) | Provider.objects.filter(ukprn=number)
        provider = found.first()
        if provider is None:
            raise CommandError(f"The directory has no provider with the number {number}")
        return provider

    def _user(self, email: str, *, needed: bool) -> User | None:
        user = User.objects.filter(email=email.lower()).first() if email else None
        if user is None and (email or needed):
            raise CommandError("Say with --by whose email address sends and approves")
        return user
