"""Words of the portal's pages, and of the council's about access to it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from ccis.access.roles import Role
from ccis.authorities.models import Authority
from ccis.calendar.words import date_in_words, day_of_year, local_date, short_date
from ccis.govuk import tags
from ccis.govuk.lists import Column
from ccis.govuk.words import date_and_time, plural
from providers.models import Provider
from providers.portal import reviewing, rules
from providers.portal.models import Seat, SeatOffer
from providers.portal.todo import Coming, ToDo

ORGANISATIONS = [
    Column("Organisation"),
    Column("People with access"),
    Column("Last used"),
    Column("Look at access by"),
]
LATEST_ENDED = 20


def lines(found: Sequence[ToDo], at: datetime) -> list[dict[str, Any]]:
    """Each thing to do with its day in words, and whether that day is past."""
    today = local_date(at)
    return [
        {
            "title": one.title,
            "href": one.href,
            "words": one.words,
            "due": f"By {date_in_words(one.due)}" if one.due else "",
            "is_late": one.due is not None and one.due < today,
        }
        for one in found
    ]


def nothing_to_do(coming: Coming | None) -> str:
    """What stands where there is nothing to do, and what comes next where something does."""
    if coming is None:
        return "Nothing to do."
    return f"Nothing to do. Next: {coming.title}, by {day_of_year(coming.due)}."


def elsewhere(found: Mapping[Seat, int]) -> list[str]:
    """How much there is to do for others that somebody acts for; no line where there is nothing."""
    return [
        f"{plural(things, 'thing')} to do for {seat.provider.name} for {seat.authority.title}"
        for seat, things in found.items()
        if things
    ]


def people(seats: Iterable[Seat], at: datetime, *, own: Seat | None = None) -> list[dict[str, Any]]:
    """Who has access: since when, when used, when looked at."""
    return [
        {
            "ref": one.ref,
            "name": one.user.name,
            "email": one.user.email,
            "part": Role(one.role).label,
            "manages": one.may_manage,
            "since": short_date(local_date(one.made_at)),
            "used": date_and_time(one.used_at) if one.used_at else "Not yet",
            "ends": short_date(local_date((one.used_at or one.made_at) + rules.UNUSED_AFTER)),
            "reviewed": short_date(local_date(one.reviewed_at)) if one.reviewed_at else "Not yet",
            "is_own": own is not None and one.pk == own.pk,
        }
        for one in seats
    ]


def offers(found: Iterable[SeatOffer], at: datetime) -> list[dict[str, Any]]:
    """Who is invited and has not come yet, as this organisation calls them: another may too."""
    return [
        {
            "ref": one.ref,
            "name": one.name or one.invitation.email,
            "email": one.invitation.email,
            "sent": date_and_time(one.invitation.sent_at),
            "is_too_old": not one.invitation.can_be_used(at),
        }
        for one in found
    ]


def review_words(seats: list[Seat], at: datetime) -> dict[str, Any]:
    """By when access is to be looked at again, and whether that is late."""
    due = reviewing.due_on(seats)
    return {
        "due": date_in_words(due) if due else "",
        "is_late": due is not None and due < local_date(at),
    }


def organisations(
    places: Iterable[Provider], authority: Authority, at: datetime
) -> list[dict[str, Any]]:
    """A row for each organisation where somebody has access or is invited."""
    seats: dict[int, list[Seat]] = {}
    for one in Seat.objects.open(at).filter(authority=authority):
        seats.setdefault(one.provider_id, []).append(one)
    return [_organisation(one, seats.get(one.pk, []), at) for one in places]


def _organisation(provider: Provider, seats: list[Seat], at: datetime) -> dict[str, Any]:
    used = max((one.used_at for one in seats if one.used_at), default=None)
    due = reviewing.due_on(seats)
    return {
        "name": provider.name,
        "href": reverse("portal:organisation", args=[provider.ref]),
        "people": len(seats),
        "used": date_and_time(used) if used else "Not yet",
        "due": short_date(due) if due else "",
        "colour": tags.LATE if due is not None and due < local_date(at) else "",
        "is_for_council": reviewing.is_for_council(seats, local_date(at)),
        "unmanaged": bool(seats) and not any(one.may_manage for one in seats),
    }


def on_sharing(authority: Authority, at: datetime) -> list[dict[str, Any]]:
    """The card of the organisations whose access the council is to look at; none for none."""
    found = reviewing.places_for_council(authority, at)
    if not found:
        return []
    text = "Organisations’ access to look at"
    return [{"number": found, "text": text, "href": reverse("portal:organisations")}]


def ended(provider: Provider, authority: Authority, at: datetime) -> list[list[str]]:
    """Access that has ended, the latest first: who, until when, why."""
    past = Seat.objects.filter(provider=provider, authority=authority, ended_at__lte=at)
    latest = past.select_related("user").order_by("-ended_at", "-pk")[:LATEST_ENDED]
    return [
        [
            one.user.name,
            date_and_time(one.ended_at),
            rules.BECAUSE.get(one.ended_because, ""),
        ]
        for one in latest
    ]
