"""Giving and ending places at an organisation (LC-10).

Whoever works on a council's seats holds the council's row, as whoever changes its roles does.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from ccis.access.roles import PORTAL_ROLES, Role
from ccis.accounts.actions import invitations, memberships
from ccis.accounts.errors import CannotChangeAccess, CannotInvite
from ccis.accounts.models import Invitation, Membership, User
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from providers.models import Provider
from providers.portal import notices, rules
from providers.portal.models import Seat, SeatOffer
from providers.portal.signals import seat_ended, seat_given

LinkTo = Callable[[str], str]
PN, SD = Role.NAMED_INDIVIDUAL, Role.SCHOOL_DATA_MANAGER

# -- inviting --------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    *,
    provider: Provider,
    authority: Authority,
    name: str,
    email: str,
    role: Role,
    may_manage: bool | None = None,
    by: User,
    at: datetime,
    link_to: LinkTo,
    service: str,
) -> Seat | SeatOffer:
    """Invite somebody by name to a seat, at their work address.

    Whoever comes in for this council already has a seat more, at once, and hears that there is
    something; nobody else's account is touched until its owner accepts. ``may_manage=None`` makes
    the first of an organisation the one who looks after its access. Raises ``CannotInvite``: they
    sit there or were invited, they work for the council itself, or the email cannot be sent.
    """
    memberships.hold_authority(authority)
    address = email.strip().lower()
    if may_manage is None:
        may_manage = not _is_managed(provider, authority, at)
    user = User.objects.filter(email=address).first()
    membership = _membership(user, authority, at) if user else None
    if user is not None and membership is not None:
        if Role(membership.role) not in PORTAL_ROLES:
            raise CannotInvite(
                "This person works for the council, and nobody does both", field="email"
            )
        seat = _sit(user, provider, authority, role, may_manage=may_manage, by=by, at=at)
        notices.notify([seat], at)
        return seat
    return _offer(
        provider, authority, name, address, role, may_manage, by=by, at=at,
        link_to=link_to, service=service,
    )  # fmt: skip


def _offer(
    provider: Provider,
    authority: Authority,
    name: str,
    address: str,
    role: Role,
    may_manage: bool,
    *,
    by: User,
    at: datetime,
    link_to: LinkTo,
    service: str,
) -> SeatOffer:
    waiting = Invitation.objects.waiting().filter(authority=authority, email=address).first()
    if waiting is not None:
        if Role(waiting.role) not in PORTAL_ROLES:
            raise CannotInvite("This person was invited to work for the council", field="email")
        if waiting.seat_offers.filter(provider=provider, withdrawn_at=None).exists():
            raise CannotInvite(
                "This person was invited already. Send that invitation again", field="email"
            )
        if role == PN and waiting.role == SD:
            waiting.role = role.value
            waiting.save(update_fields=["role"])
        invitation = invitations.send_again(waiting, by=by, at=at, link_to=link_to, service=service)
    else:
        invitation, _ = invitations.invite(
            email=address,
            name=name,
            role=role,
            leads_team=False,
            authority=authority,
            starts_on=local_date(at),
            ends_on=None,
            by=by,
            at=at,
            link_to=link_to,
            service=service,
        )
    offer = SeatOffer.objects.create(
        invitation=invitation,
        provider=provider,
        name=" ".join(name.split()),
        role=role.value,
        may_manage=may_manage,
        made_by=by,
        made_at=at,
    )
    _record("seat offered", offer, by=by, at=at)
    return offer


@transaction.atomic
def send_again(offer: SeatOffer, *, by: User, at: datetime, link_to: LinkTo, service: str) -> None:
    """Send a new link; the one before works no more. Raises ``CannotInvite``."""
    invitations.send_again(offer.invitation, by=by, at=at, link_to=link_to, service=service)


@transaction.atomic
def withdraw(offer: SeatOffer, *, by: User, at: datetime) -> None:
    """Take an offer back, and with the last one of an invitation its link.

    Raises ``CannotInvite`` where it was accepted meanwhile.
    """
    memberships.hold_authority(offer.invitation.authority)
    held = SeatOffer.objects.waiting().filter(pk=offer.pk).select_related("invitation").first()
    if held is None:
        raise CannotInvite("This invitation was accepted or taken back meanwhile")
    held.withdrawn_by, held.withdrawn_at = by, at
    held.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _record("seat offer taken back", held, by=by, at=at)
    if not held.invitation.seat_offers.filter(withdrawn_at=None).exists():
        invitations.withdraw(held.invitation, by=by, at=at)


@transaction.atomic
def take_up(invitation: Invitation, *, user: User, at: datetime) -> list[Seat]:
    """Seat whoever accepted an invitation, wherever it offered a seat.

    Seats that were left over from a role that had ended before end first: they are not given back
    unasked.
    """
    for old in Seat.objects.of(user).open(at).filter(authority=invitation.authority):
        _end(old, because=rules.NO_ROLE, by=None, at=at)
    return [
        _sit(
            user,
            offer.provider,
            invitation.authority,
            Role(offer.role),
            may_manage=offer.may_manage,
            by=offer.made_by,
            at=at,
        )
        for offer in invitation.seat_offers.filter(withdrawn_at=None).select_related("provider")
    ]


def _sit(
    user: User,
    provider: Provider,
    authority: Authority,
    role: Role,
    *,
    may_manage: bool,
    by: User | None,
    at: datetime,
) -> Seat:
    there = Seat.objects.of(user).open(at).filter(provider=provider, authority=authority).first()
    if there is not None:
        if there.role == role or there.role == PN:
            raise CannotInvite("This person has access already", field="email")
        there.role, there.may_manage = role.value, there.may_manage or may_manage
        there.save(update_fields=["role", "may_manage"])
        seat = there
    else:
        seat = Seat.objects.create(
            user=user,
            provider=provider,
            authority=authority,
            role=role.value,
            may_manage=may_manage,
            made_by=by,
            made_at=at,
        )
    _record("seat given", seat, by=by, at=at)
    _fit_role(user, authority, by=by, at=at)
    seat_given.send(Seat, seat=seat)
    return seat


# -- ending ----------------------------------------------------------------------------------------


@transaction.atomic
def end(seat: Seat, *, because: str, by: User | None, at: datetime) -> None:
    """End a seat, from this moment; with the last one for a council the role there ends too.

    ``because`` is one of ``rules.BECAUSE``. Ends nothing twice.
    """
    memberships.hold_authority(seat.authority)
    held = Seat.objects.filter(pk=seat.pk, ended_at=None).select_related("user", "authority")
    for one in held:
        _end(one, because=because, by=by, at=at)
        _fit_role(one.user, one.authority, by=by, at=at)


def end_unused(*, at: datetime, user: User | None = None) -> int:
    """End whatever seats nobody has used for 60 days; of one person where given. Says how many."""
    idle = Seat.objects.filter(ended_at=None).annotate(last=Coalesce("used_at", "made_at"))
    idle = idle.filter(last__lte=at - rules.UNUSED_AFTER)
    if user is not None:
        idle = idle.of(user)
    found = list(idle.select_related("authority").order_by("pk"))
    for seat in found:
        end(seat, because=rules.UNUSED, by=None, at=at)
    return len(found)


def end_without_role(*, at: datetime) -> int:
    """End seats whose holder has no role for the council any more. Says how many."""
    today = local_date(at)
    roles = Q(user__memberships__authority=F("authority"), user__memberships__starts_on__lte=today)
    roles &= Q(user__memberships__ends_on=None) | Q(user__memberships__ends_on__gt=today)
    seated = Seat.objects.filter(ended_at=None)
    left = seated.exclude(pk__in=seated.filter(roles).values("pk"))
    found = list(left.select_related("authority").order_by("pk"))
    for seat in found:
        end(seat, because=rules.NO_ROLE, by=None, at=at)
    return len(found)


def _end(seat: Seat, *, because: str, by: User | None, at: datetime) -> None:
    seat.ended_by, seat.ended_at, seat.ended_because = by, at, because
    seat.save(update_fields=["ended_by", "ended_at", "ended_because"])
    _record("seat ended", seat, by=by, at=at, because=because)
    seat_ended.send(Seat, seat=seat, by=by, at=at)


def _fit_role(user: User, authority: Authority, *, by: User | None, at: datetime) -> None:
    """Let the role for a council be the widest that someone's seats there want; none for none."""
    membership = _membership(user, authority, at)
    if membership is None or Role(membership.role) not in PORTAL_ROLES:
        return
    today = local_date(at)
    roles = set(
        Seat.objects.of(user)
        .filter(authority=authority, ended_at=None)
        .values_list("role", flat=True)
    )
    if not roles:
        memberships.end(membership=membership, on=today, today=today, by=by, at=at)
        return
    wanted = PN if PN in roles else SD
    if membership.role != wanted:
        memberships.change(
            membership=membership,
            role=wanted,
            leads_team=False,
            from_day=today,
            today=today,
            by=by,
            at=at,
        )


# -- looking after ---------------------------------------------------------------------------------


@transaction.atomic
def let_manage(seat: Seat, *, may_manage: bool, by: User, at: datetime) -> None:
    """Say whether someone looks after their organisation's access, and signs for it."""
    changed = Seat.objects.filter(pk=seat.pk, ended_at=None).exclude(may_manage=may_manage)
    if changed.update(may_manage=may_manage):
        _record("seat changed", seat, by=by, at=at, may_manage=may_manage)


@transaction.atomic
def review(seats: Iterable[Seat], *, by: User, at: datetime) -> int:
    """Say that these people still need their access. Says how many."""
    found = [one for one in seats if one.ended_at is None]
    Seat.objects.filter(pk__in=[one.pk for one in found], ended_at=None).update(
        reviewed_by=by, reviewed_at=at
    )
    for one in found:
        _record("seat reviewed", one, by=by, at=at)
    return len(found)


# -- what all of them do ---------------------------------------------------------------------------


def _membership(user: User, authority: Authority, at: datetime) -> Membership | None:
    """The role that someone has for a council now, or is yet to have."""
    mine = user.memberships.filter(authority=authority).not_over(local_date(at))
    return mine.select_related("authority").order_by("starts_on").first()


def _is_managed(provider: Provider, authority: Authority, at: datetime) -> bool:
    here = Seat.objects.open(at).filter(provider=provider, authority=authority, may_manage=True)
    offered = SeatOffer.objects.waiting().filter(
        provider=provider, invitation__authority=authority, may_manage=True
    )
    return here.exists() or offered.exists()


def refuse_own(seat: Seat, user: User) -> None:
    """Raise ``CannotChangeAccess`` for one's own seat, which somebody else ends."""
    if seat.user_id == user.pk:
        raise CannotChangeAccess("Ask a colleague or the council to end your own access")


def _record(
    verb: str, what: Seat | SeatOffer, *, by: User | None, at: datetime, **details: Any
) -> None:
    authority = what.authority if isinstance(what, Seat) else what.invitation.authority
    trail.record(
        verb,
        by=by,
        at=at,
        authority=authority,
        subject=what,
        organisation=what.provider_id,
        role=what.role,
        **details,
    )
