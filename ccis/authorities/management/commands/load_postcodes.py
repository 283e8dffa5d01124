"""Loads the national directory of postcodes, and the names of wards."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from ccis.authorities import gazetteer
from ccis.authorities.management.loading import LoadsReference
from ccis.files.reference import NotThatFile


class Command(LoadsReference):
    help = "Load an ONS directory of postcodes (ONSPD or NSPL); run again with a newer one"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--ward-names", type=Path, help="The CSV of ward codes and names")

    def handle(self, path: Path, by: str, ward_names: Path | None, **_: Any) -> None:
        user = self.user(by)
        try:
            loaded = gazetteer.load_postcodes(path, by=user, at=timezone.now())
            self.say(loaded.counts(), loaded.problems)
            if ward_names is not None:
                named = gazetteer.load_ward_names(ward_names, by=user, at=timezone.now())
                self.stdout.write("Names of wards")
                self.say(named.counts(), named.problems)
        except NotThatFile as error:
            raise CommandError(str(error)) from None
