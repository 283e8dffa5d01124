"""People whose row was accepted, as work for someone (DWP-01, LDOR-04)."""

from collections.abc import Callable, Collection

from caseload.actions.tasks import Wanted, open_tasks
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile, InboundRow
from caseload.models import YoungPerson
from ccis.accounts.models import User
from ccis.audit.models import Change
from ccis.calendar.words import local_date
from ccis.calendar.working_days import add_working_days

OwnerOf = Callable[[InboundFile], User | None]
"""Whose the work of a file is, who may work with people of its authority; ``None`` for anyone's."""

_owners: dict[str, OwnerOf] = {}


def register_owner(kind: str, owner_of: OwnerOf) -> OwnerOf:
    """Have the work of files of a kind be somebody's from the start."""
    _owners[kind] = owner_of
    return owner_of


def open_work(file: InboundFile, rows: Collection[int], change: Change) -> int:
    """Open a task about the person of each of these rows, where the kind asks for it.

    In the transaction that applies the rows (ids), so that neither is without the other. What is
    about someone whom the owner may not see is anyone's. Gives how many were opened.
    """
    kind = kind_named(file.kind)
    if not kind.gives_work:
        return 0
    due_on = add_working_days(local_date(change.at), kind.work_within)
    accepted = InboundRow.objects.filter(pk__in=rows, person__isnull=False).order_by("number")
    owner = _owners[file.kind](file) if file.kind in _owners else None
    seen = set()
    if owner is not None:
        people = YoungPerson.objects.visible_to(owner)
        seen = set(people.filter(pk__in=accepted.values("person")).values_list("pk", flat=True))
    return open_tasks(
        (
            Wanted(
                person,
                what,
                due_on,
                kind=kind.work_kind,
                owner=owner.pk if owner is not None and person in seen else None,
                source_row=number,
            )
            for number, person, read in accepted.values_list("number", "person_id", "read")
            if person is not None and (what := kind.work_of(read))
        ),
        change=change,
    )
