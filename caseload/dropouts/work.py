"""Whose work drop-outs are, and the files of them that wait for a person (LDOR-04)."""

from dataclasses import dataclass
from datetime import date

from caseload.dropouts.actions.passing import route_to
from caseload.dropouts.actions.telling import who_decides
from caseload.dropouts.queries import KIND
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.rules import OPEN_OUTCOMES, WITH_PEOPLE, FileState
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from ccis.calendar.working_days import add_working_days


def owner_of(file: InboundFile) -> User | None:
    """Whose it is to contact the people of a file: whoever the matrix names for an authority's own
    residents, where they work there and may do it."""
    route = route_to(file.authority, file.authority)
    return _worker(route.email if route else "", file.authority, Permission.EDIT_PEOPLE)


def _worker(email: str, authority: Authority, permission: Permission) -> User | None:
    """Whoever has an address, where they work for an authority and may do what is to be done."""
    user = User.objects.filter(email=email.lower()).first()
    return user if user is not None and holds(user, permission, authority) else None


@dataclass(frozen=True)
class FileToDo:
    """A file that stopped, or with rows that wait for a person: one thing to do, done once it went
    on and none waits."""

    file: InboundFile
    rows: int
    due_on: date
    owner: User | None


def files_to_do(authority: Authority, user: User) -> list[FileToDo]:
    """The drop-out files of an authority that wait for a person, as a user may see them, the first
    due first. Their owner is whoever says whom a notification is about (LDOR-06)."""
    if not holds(user, Permission.SEE_FILES, authority):
        return []
    waiting = InboundFile.objects.visible_to(user).filter(
        authority=authority, kind=KIND, state__in={*WITH_PEOPLE, FileState.STOPPED}
    )
    within = kind_named(KIND).work_within
    decides = who_decides(route_to(authority, authority))
    owner = _worker(decides, authority, Permission.APPROVE_FILES)
    return [
        FileToDo(
            file,
            sum(file.counts.get(outcome, 0) for outcome in OPEN_OUTCOMES),
            add_working_days(local_date(file.received_at), within),
            owner,
        )
        for file in waiting.select_related("provider").order_by("received_at", "pk")
    ]
