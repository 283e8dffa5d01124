"""What lists give an organisation to do: new ones, days that end, and copies (LC-04, LC-18)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse

from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.calendar.words import local_date
from ccis.govuk.words import plural
from providers.portal.models import Seat
from providers.portal.todo import ToDo, register
from sharing.agreements.rules import DELIVERY
from sharing.models import Disclosure, ListGrant
from sharing.portal.presenters import WEEK
from sharing.portal.queries import to_destroy
from sharing.queries.opening import lists_of

ONE_MOMENT = timedelta(microseconds=1)


def find(seat: Seat, at: datetime) -> list[ToDo]:
    """What the lists of a seat ask for: numbers and days, and nobody's name."""
    if not (
        seat.gives(Permission.WORK_LIST) and holds(seat.user, Permission.WORK_LIST, seat.authority)
    ):
        return []
    lists = list(lists_of(seat).values_list("pk", flat=True))
    return [*_new(lists, at), *_ending(lists, at), *_to_destroy(lists, at)] if lists else []


def _new(lists: Sequence[int], at: datetime) -> list[ToDo]:
    """Those of lists that nobody there saw yet, though their time may run since delivery."""
    seen = ListGrant.objects.filter(content_object__in=lists, opened_at__isnull=False)
    unseen = Q(on_list__version__clock=DELIVERY) & ~Q(on_list__in=seen.values("content_object"))
    live = Disclosure.objects.live(at).filter(on_list__in=lists)
    found = live.filter(Q(received_at=None) | unseen).count()
    if not found:
        return []
    words = plural(found, "person", "people")
    return [ToDo("See your new list", reverse("mylist:list"), None, words)]


def _ending(lists: Sequence[int], at: datetime) -> list[ToDo]:
    """Those of whom nothing was said yet: who is helped is asked about by when a word is due."""
    soon = Disclosure.objects.live(at).filter(
        on_list__in=lists, ends_at__lte=at + WEEK, answers=None
    )
    found = soon.aggregate(people=Count("pk"), first=Min("ends_at"))
    if not found["people"]:
        return []
    people = plural(found["people"], "person", "people")
    return [
        ToDo(
            title="Say what happened to those whose days end this week",
            href=reverse("mylist:list"),
            due=local_date(found["first"] - ONE_MOMENT),
            words=people,
        )
    ]


def _to_destroy(lists: Sequence[int], at: datetime) -> list[ToDo]:
    found = to_destroy(lists, at)
    if not found:
        return []
    words = f"{plural(found, 'person', 'people')} taken off your list"
    return [ToDo("Destroy what you kept, and confirm it", reverse("destruction:mine"), None, words)]


def listen() -> None:
    """Have the portal's home show them."""
    register(find)
