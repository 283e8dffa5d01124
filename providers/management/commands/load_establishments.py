"""Loads the published register of schools and colleges into the directory."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from ccis.authorities.management.loading import LoadsReference
from ccis.files.reference import NotThatFile
from providers import register


class Command(LoadsReference):
    help = "Load the register of establishments (GIAS, edubasealldata); run again with a newer one"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--every-age",
            action="store_true",
            help="Those too whose pupils all leave before they are 14",
        )

    def handle(self, path: Path, by: str, every_age: bool, **_: Any) -> None:
        user = self.user(by)
        try:
            loaded = register.load(path, by=user, at=timezone.now(), every_age=every_age)
        except NotThatFile as error:
            raise CommandError(str(error)) from None
        self.say(loaded.counts(), loaded.problems)
