"""Whose work drop-outs are, and the files of them that wait for a person (LDOR-04)."""

from dataclasses import dataclass
from datetime import date

from caseload.dropouts.models import Route
from caseload.dropouts.queries import KIND
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.rules import OPEN_OUTCOMES, WITH_PEOPLE
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from ccis.calendar.working_days import add_working_days


def owner_in(authority: Authority, permission: Permission) -> User | None:
    """Whoever the matrix names for an authority's own residents, where they work there and may do
    what is to be done."""
    route = Route.objects.of(authority).current().filter(home=authority).first()
    user = User.objects.filter(email=route.email.lower()).first() if route else None
    return user if user is not None and holds(user, permission, authority) else None


def owner_of(file: InboundFile) -> User | None:
    """Whose it is to contact the people of a file."""
    return owner_in(file.authority, Permission.EDIT_PEOPLE)


@dataclass(frozen=True)
class FileToDo:
    """A file with rows that wait for a person: one thing to do, done once none waits."""

    file: InboundFile
    rows: int
    due_on: date
    owner: User | None


def files_to_do(authority: Authority, user: User) -> list[FileToDo]:
    """The drop-out files of an authority that wait for a person, as a user may see them; the first
    due first."""
    if not holds(user, Permission.SEE_FILES, authority):
        return []
    waiting = InboundFile.objects.visible_to(user).filter(
        authority=authority, kind=KIND, state__in=WITH_PEOPLE
    )
    within = kind_named(KIND).work_within
    owner = owner_in(authority, Permission.APPROVE_FILES)
    return [
        FileToDo(
            file,
            sum(file.counts.get(outcome, 0) for outcome in OPEN_OUTCOMES),
            add_working_days(local_date(file.received_at), within),
            owner,
        )
        for file in waiting.select_related("provider").order_by("received_at", "pk")
    ]
