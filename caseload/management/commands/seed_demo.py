"""Fills an empty database with the invented authority of the demo."""

import os
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from caseload.demo import further
from caseload.demo.directory import (
    PASSWORD,
    STAFF,
    make_providers,
    make_staff,
    make_sub_region,
)
from caseload.demo.files import write_example_files
from caseload.demo.plan import Planner
from caseload.demo.writing import write_people
from caseload.models import YoungPerson
from ccis.authorities import policy
from ccis.authorities.models import Authority
from ccis.calendar.periods import Period

CODE, COUNCIL = "306", "Northgate Council"
NEIGHBOUR_CODE, NEIGHBOUR = "302", "Southmere Council"
SEED = 20261121


class Command(BaseCommand):
    help = "Make the demo: an invented authority, its staff, its directory and files to try."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Stand on another day")
        parser.add_argument(
            "--small",
            action="store_true",
            help="One person in six; CCIS_DEMO_SMALL=on says the same",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "CCIS_DEMO", False):
            raise CommandError("The demo is made only where CCIS_DEMO=on says that it is one.")
        if YoungPerson.objects.exists():
            self.stdout.write("The demo's people are here already. Nothing was changed.")
        else:
            small = options["small"] or os.environ.get("CCIS_DEMO_SMALL") == "on"
            self.make(options["today"] or timezone.localdate(), small=small)
            self.stdout.write(f"Made {YoungPerson.objects.count():,} invented young people.")
        self.stdout.write("Sign in as")
        for mailbox, name, role, _ in STAFF:
            self.stdout.write(f"  {mailbox}@northgate.example  {role.label}  ({name})")
        self.stdout.write(f"  password for all: {PASSWORD}")
        for line in further.lines():
            self.stdout.write(line)

    @transaction.atomic
    def make(self, today: date, *, small: bool) -> None:
        """Make everything in one transaction, so that half a demo cannot be."""
        authority, neighbour = self.serve(CODE, COUNCIL), self.serve(NEIGHBOUR_CODE, NEIGHBOUR)
        staff = make_staff(authority, neighbour, since=date(today.year - 3, 1, 1))
        make_sub_region(authority, neighbour)
        on = Period.latest_ended(today).end
        now = timezone.now()
        for served in (authority, neighbour):
            policy.adopt(authority=served, by=staff[0], at=now, why="The demo's first policy")
        places = make_providers(authority)
        planner = Planner(seed=SEED, on=on, lea=CODE)
        people = planner.people()
        if small:
            people = people[::6] + [person for person in people if person.case]
        write_people(authority, people, by=staff[0], on=on, at=now, places=places, seed=SEED)
        others = Planner(seed=SEED + 1, on=on, lea=NEIGHBOUR_CODE)
        others.uln_serial = 920_000_000
        write_people(
            neighbour,
            [others.person(year) for year in (11, 12, 13) for _ in range(20)],
            by=staff[0],
            on=on,
            at=now,
            places=places,
            seed=SEED + 1,
        )
        write_example_files(
            Path(settings.VAR_DIR) / "demo" / "files", people, places=places, on=on, seed=SEED
        )
        by_mailbox = {user.email.partition("@")[0]: user for user in staff}
        for step in further.steps():
            step(further.Made(authority, by_mailbox, today, now))

    @staticmethod
    def serve(code: str, council: str) -> Authority:
        """Keep an authority here under an invented name."""
        authority = Authority.objects.get(code=code)
        authority.is_served = True
        authority.council_name = council
        authority.save(update_fields=["is_served", "council_name"])
        return authority
