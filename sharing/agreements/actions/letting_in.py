"""Whom an agreement names is let in, and whom it names no longer is not (LC-10)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from ccis.access.roles import Role
from ccis.accounts.errors import CannotChangeAccess
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from providers.models import Provider
from providers.portal import rules
from providers.portal.actions import seats
from providers.portal.models import Seat, SeatOffer
from sharing.agreements.actions import making
from sharing.agreements.errors import CannotDo
from sharing.agreements.models import Agreement, NamedPerson

LinkTo = Callable[[str], str]


def invite(person: NamedPerson, *, by: User, at: datetime, link_to: LinkTo, service: str) -> None:
    """Invite somebody whom a second officer approved, at their work address.

    The first of an organisation looks after its access and signs. Raises ``CannotDo``.
    """
    if person.ended_at is not None or person.approved_at is None:
        raise CannotDo("Only someone who is named and approved is invited")
    agreement = person.agreement
    try:
        seats.invite(
            provider=agreement.provider,
            authority=agreement.authority,
            name=person.name,
            email=person.email,
            role=Role.NAMED_INDIVIDUAL,
            by=by,
            at=at,
            link_to=link_to,
            service=service,
        )
    except CannotChangeAccess as error:
        raise CannotDo(error.message) from error


def invite_or_again(
    person: NamedPerson, *, by: User, at: datetime, link_to: LinkTo, service: str
) -> None:
    """Invite somebody named, or send anew the invitation that waits for them. ``CannotDo``."""
    offer = SeatOffer.objects.waiting().filter(
        provider=person.agreement.provider,
        invitation__authority=person.agreement.authority,
        invitation__email=person.email,
    )
    waiting = offer.select_related("invitation").first()
    if waiting is None:
        invite(person, by=by, at=at, link_to=link_to, service=service)
        return
    try:
        seats.send_again(waiting, by=by, at=at, link_to=link_to, service=service)
    except CannotChangeAccess as error:
        raise CannotDo(error.message) from error


def invite_approved(
    agreement: Agreement, *, by: User, at: datetime, link_to: LinkTo, service: str
) -> tuple[int, list[str]]:
    """Invite everyone approved who has no access and no invitation.

    Gives how many were, and why others could not be. Each stands for itself.
    """
    known = here(agreement.provider, agreement.authority, at)
    invited, wrong = 0, []
    for person in agreement.people.filter(approved_at__isnull=False, ended_at=None):
        if person.email in known:
            continue
        person.agreement = agreement
        try:
            invite(person, by=by, at=at, link_to=link_to, service=service)
        except CannotDo as error:
            wrong.append(error.message)
        else:
            invited += 1
    return invited, wrong


def here(provider: Provider, authority: Authority, at: datetime) -> dict[str, str]:
    """By work address, where someone stands at an organisation: ``"seat"`` or ``"offer"``.

    A seat counts that lets them open what is shared with named people.
    """
    offered = SeatOffer.objects.waiting().filter(provider=provider, invitation__authority=authority)
    seated = Seat.objects.open(at).filter(
        provider=provider, authority=authority, role=Role.NAMED_INDIVIDUAL.value
    )
    return dict.fromkeys(offered.values_list("invitation__email", flat=True), "offer") | (
        dict.fromkeys(seated.values_list("user__email", flat=True), "seat")
    )


@transaction.atomic
def end_who_is_not_named(*, agreements: frozenset[int], by: User | None, at: datetime) -> None:
    """End the seats, and take back the invitations, of whom no agreement names any more."""
    places = {
        (one.provider, one.authority)
        for one in Agreement.objects.filter(pk__in=agreements).select_related(
            "provider", "authority"
        )
    }
    for provider, authority in places:
        named = NamedPerson.objects.filter(
            agreement__provider=provider,
            agreement__authority=authority,
            approved_at__isnull=False,
            ended_at=None,
        ).values_list("email", flat=True)
        theirs = Seat.objects.open(at).filter(
            provider=provider, authority=authority, role=Role.NAMED_INDIVIDUAL.value
        )
        for seat in theirs.exclude(user__email__in=named):
            seats.end(seat, because=rules.NOT_NAMED, by=by, at=at)
        offers = SeatOffer.objects.waiting().filter(
            provider=provider,
            invitation__authority=authority,
            role=Role.NAMED_INDIVIDUAL.value,
        )
        if by is not None:
            for offer in offers.exclude(invitation__email__in=named):
                seats.withdraw(offer, by=by, at=at)


@transaction.atomic
def end_naming(seat: Seat, *, by: User | None, at: datetime) -> None:
    """Take off those named whose access somebody ended, in every agreement of the place."""
    if by is None or seat.ended_because not in rules.SAID_SO:
        return
    named = NamedPerson.objects.filter(
        agreement__provider=seat.provider,
        agreement__authority=seat.authority,
        email=seat.user.email,
        ended_at=None,
    )
    for person in named.select_related("agreement"):
        making.end_person(person, by=by, at=at)
