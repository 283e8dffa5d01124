"""What the portal's home says of updates that are due (LC-19)."""

from datetime import datetime, timedelta

from django.urls import reverse

from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.calendar.words import local_date
from ccis.govuk.words import plural
from providers.portal.models import Seat
from providers.portal.todo import ToDo, register
from sharing.models import Disclosure
from sharing.outcomes.queries import updates_due
from sharing.queries.opening import lists_of

SHOWN_BEFORE = timedelta(days=7)


def find(seat: Seat, at: datetime) -> list[ToDo]:
    """How many updates are due within a week or late, and by when the first; nobody's name."""
    if not (
        seat.gives(Permission.WORK_LIST) and holds(seat.user, Permission.WORK_LIST, seat.authority)
    ):
        return []
    theirs = Disclosure.objects.filter(on_list__in=lists_of(seat))
    soon = local_date(at) + SHOWN_BEFORE
    due = [one for one in updates_due(theirs, at=at) if one.due_on <= soon]
    if not due:
        return []
    return [
        ToDo(
            title="Say how people on your list are getting on",
            href=reverse("mylist:list"),
            due=due[0].due_on,
            words=plural(len(due), "person", "people"),
        )
    ]


def listen() -> None:
    """Have the portal's home show it."""
    register(find)
