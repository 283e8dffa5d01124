"""Looks up again, in a newer gazetteer, the addresses that an older one did not have (PIA-24)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caseload.actions.places import check_addresses
from ccis.accounts.models import User
from ccis.authorities.models import Authority


class Command(BaseCommand):
    help = "Look up again the addresses that are not in the gazetteer"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--authority", required=True, help="Its code, such as 306")
        parser.add_argument("--by", default="", help="Email address of whoever asks for it")

    def handle(self, *, authority: str, by: str, **_: Any) -> None:
        found = Authority.objects.served().filter(code=authority).first()
        if found is None:
            raise CommandError(f"This installation keeps no authority {authority}")
        user = User.objects.filter(email=by.lower()).first() if by else None
        if by and user is None:
            raise CommandError("Nobody has this email address")
        count = check_addresses(found, by=user, at=timezone.now())
        self.stdout.write(f"{count:,} addresses found that were not before")
