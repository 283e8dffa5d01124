"""Learns how likely rows of a kind are to be about someone, from the newest files of it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caseload.intake.kinds import KINDS
from caseload.matching.learning import TooLittle, learn_kind
from ccis.authorities.models import Authority


class Command(BaseCommand):
    help = "Learn the parameters of matching by likeness from the newest files of a kind"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("--authority", required=True, help="three digits, as 306")

    def handle(self, *, kind: str, authority: str, **options: Any) -> None:
        ours = Authority.objects.served().filter(code=authority).first()
        if ours is None:
            raise CommandError(f"This installation keeps no caseload of authority {authority}")
        try:
            model = learn_kind(authority=ours, kind=kind, by=None, at=timezone.now())
        except TooLittle as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Version {model.version} for {kind}, from {model.pairs:,} pairs. It is not in use "
            "yet: try it under How matching decides, and put it in use there."
        )
