"""Loads an authority's gazetteer of properties."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from ccis.authorities import gazetteer
from ccis.authorities.management.loading import LoadsReference
from ccis.authorities.models import Authority
from ccis.files.reference import NotThatFile


class Command(LoadsReference):
    help = "Load an authority's gazetteer (UPRN, PAON, SAON, street, town, postcode, ward)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--authority", required=True, help="Its code, such as 306")
        parser.add_argument(
            "--whole",
            action="store_true",
            help="The file has every property: mark those that are not in it as gone",
        )

    def handle(self, path: Path, by: str, authority: str, whole: bool, **_: Any) -> None:
        found = Authority.objects.filter(code=authority).first()
        if found is None:
            raise CommandError(f"There is no authority {authority}")
        try:
            loaded = gazetteer.load_gazetteer(
                path, authority=found, by=self.user(by), at=timezone.now(), whole=whole
            )
        except NotThatFile as error:
            raise CommandError(str(error)) from None
        self.say(loaded.counts(), loaded.problems)
        if whole and loaded.problems:
            self.stderr.write("Nothing was marked as gone, because some rows could not be used.")
