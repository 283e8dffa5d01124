"""The demo's staff, schools, colleges, training providers and employers."""

from datetime import date
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from caseload.demo import names
from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.authorities.models import Authority, SubRegion
from providers.models import Provider

PASSWORD = "northgate-demo-2026"  # noqa: S105 - printed for everyone; the demo has invented people only

STAFF = (
    ("dana.achterberg", "Dana Achterberg", Role.DATA_MANAGER, False),
    ("tom.officer", "Tom Calder", Role.TRACKING_OFFICER, False),
    ("lee.leader", "Lee Marsh", Role.TRACKING_OFFICER, True),
    ("priya.adviser", "Priya Sand", Role.ADVISER, False),
    ("ines.governance", "Ines Pell", Role.INFORMATION_GOVERNANCE, False),
    ("ada.admin", "Ada Novak", Role.ADMINISTRATOR, False),
    ("yusuf.youth", "Yusuf Bielik", Role.YOUTH_WORKER, False),
    ("rae.reader", "Rae Thistlewood", Role.READ_ONLY, False),
)
"""Mailbox, name, role and whether they lead a team. All at ``northgate.example``."""


@cache
def _password() -> str:
    """The password of all, as it is kept: to work it out is slow on purpose, so once is enough."""
    return make_password(PASSWORD)


def sign_in(email: str, name: str) -> User:
    """Somebody who signs in with the demo's password."""
    return User.objects.create(
        email=email, name=name, password=_password(), password_changed_at=timezone.now()
    )


def make_staff(authority: Authority, neighbour: Authority, *, since: date) -> list[User]:
    """Make one sign-in a role; the data manager works for the neighbour too (PIA-29)."""
    users = []
    for mailbox, name, role, leads in STAFF:
        user = sign_in(f"{mailbox}@northgate.example", name)
        Membership.objects.create(
            user=user, authority=authority, role=role.value, leads_team=leads, starts_on=since
        )
        users.append(user)
    Membership.objects.create(
        user=users[0], authority=neighbour, role=Role.DATA_MANAGER.value, starts_on=since
    )
    other = sign_in("sam.southmere@southmere.example", "Sam Larkspur")
    Membership.objects.create(
        user=other, authority=neighbour, role=Role.TRACKING_OFFICER.value, starts_on=since
    )
    return users


def make_sub_region(authority: Authority, neighbour: Authority) -> None:
    """A unit that the two authorities share."""
    unit, _ = SubRegion.objects.get_or_create(name="Northgate and Southmere Tracking Unit")
    unit.authorities.set([authority, neighbour])


def make_providers(authority: Authority) -> dict[str, Provider]:
    """Make the directory; keys are what planned activities point to."""
    places: dict[str, Provider] = {}

    def add(key: str, **fields: Any) -> None:
        places[key] = Provider.objects.create(**fields)

    for number, (name, _) in enumerate(names.SCHOOLS):
        add(
            f"school{number}",
            name=name,
            kind=Provider.Kind.SCHOOL,
            authority=authority,
            dfe_number=f"{authority.code}{7901 + number}",
            opened_on=date(1990, 9, 1),
        )
    for number, (name, kind, establishment, ukprn) in enumerate(names.COLLEGES):
        add(
            f"college{number}",
            name=name,
            kind=kind,
            authority=authority,
            dfe_number=f"{authority.code}{establishment}",
            ukprn=ukprn,
        )
    for number, (name, ukprn) in enumerate(names.TRAINERS):
        add(f"trainer{number}", name=name, kind=Provider.Kind.TRAINING, authority=authority,
            ukprn=ukprn)  # fmt: skip
    for number, name in enumerate(names.EMPLOYERS):
        add(f"employer{number}", name=name, kind=Provider.Kind.EMPLOYER, authority=authority)
    return places
