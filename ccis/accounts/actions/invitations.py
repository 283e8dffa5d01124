"""Inviting someone by a link that works once, for a while, for one address (LC-10).

Only the digest of a link's token is kept. Sending again makes a new token, so the old link dies.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from ccis.access.roles import Role
from ccis.accounts.actions import memberships
from ccis.accounts.announcements import invitation_accepted
from ccis.accounts.errors import CannotInvite, CannotJoin
from ccis.accounts.models import Invitation, TermsAcceptance, User
from ccis.accounts.terms import Terms
from ccis.audit import trail
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of
from ccis.govuk.words import date_and_time

INVITED = "invitation sent"
SENT_AGAIN = "invitation sent again"
WITHDRAWN = "invitation taken back"
ACCEPTED = "invitation accepted"
REFUSED = "invitation refused"
TERMS_ACCEPTED = "terms accepted"

TOKEN_BYTES = 32

LinkTo = Callable[[str], str]
"""Makes the whole address of the link for a token."""

LETTER = """\
{council} invites you to {service}, as {role}.

Open this link to set a password and begin:

{link}

It works once, until {until}, and only for you: please do not pass it on.
If you did not expect this, you need do nothing.
"""


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    role: Role,
    leads_team: bool,
    authority: Authority,
    starts_on: date,
    ends_on: date | None,
    by: User | None,
    at: datetime,
    link_to: LinkTo,
    service: str,
    send: bool = True,
) -> tuple[Invitation, str]:
    """Invite someone to work for an authority, and send the link. Returns it too, to be shown to
    nobody but whoever runs the service.

    Raises ``CannotInvite``: they have a role here or an invitation already, the dates are out of
    order, or the email cannot be sent; then nothing is saved.
    """
    memberships.hold_authority(authority)
    address = email.strip().lower()
    memberships.check_role(role, leads_team)
    if ends_on is not None and ends_on <= starts_on:
        raise CannotInvite("The end must be after the start", field="ends_on")
    _refuse_who_is_here(address, authority, on=starts_on)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        authority=authority,
        email=address,
        name=" ".join(name.split()),
        role=role.value,
        leads_team=leads_team,
        starts_on=starts_on,
        ends_on=ends_on,
        invited_by=by,
        invited_at=at,
        sent_at=at,
        expires_at=at + _lasts(authority),
        token_digest=digest_of(token),
    )
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        raise CannotInvite(
            "This address has an invitation already. Send that one again, or take it back",
            field="email",
        ) from error
    _record(INVITED, invitation, by=by, at=at)
    link = link_to(token)
    if send:
        _send(invitation, link, service)
    return invitation, link


@transaction.atomic
def send_again(
    invitation: Invitation, *, by: User, at: datetime, link_to: LinkTo, service: str
) -> Invitation:
    """Send a new link, which has its full time; the one before works no more.

    Raises ``CannotInvite`` where it was accepted or taken back, or the email cannot be sent.
    """
    held = _waiting(invitation)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    held.token_digest = digest_of(token)
    held.sent_at, held.expires_at = at, at + _lasts(held.authority)
    held.save(update_fields=["token_digest", "sent_at", "expires_at"])
    _record(SENT_AGAIN, held, by=by, at=at)
    _send(held, link_to(token), service)
    return held


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> Invitation:
    """Take an invitation back: its link works no more. Raises ``CannotInvite`` where accepted."""
    held = _waiting(invitation)
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    _record(WITHDRAWN, held, by=by, at=at)
    return held


@transaction.atomic
def accept_as_new(invitation: Invitation, *, password: str, terms: Terms, at: datetime) -> User:
    """Make the account that an invitation is for, with its role, and its terms accepted.

    A closed account of the address opens again, with the new password; its second factors stay.
    Raises ``CannotJoin`` where the invitation cannot be used any more, or the address has an
    open account by now: then its owner accepts it signed in.
    """
    held = _usable(invitation, at=at)
    user = _account_of(held.email)
    if user is None:
        user = _new_account(held, password)
    elif user.is_active:
        raise CannotJoin
    else:
        user.set_password(password)
        user.save(update_fields=["password", "password_changed_at"])
    _join(held, user, terms, at)
    return user


def _account_of(address: str) -> User | None:
    return User.objects.filter(email=address).first()


def _new_account(held: Invitation, password: str) -> User:
    """An account, unless another authority's invitation made it at the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(held.email, password, name=held.name)
    except IntegrityError:
        raise CannotJoin from None


@transaction.atomic
def accept_as(invitation: Invitation, *, user: User, terms: Terms, at: datetime) -> None:
    """Add an invitation's role to the account of the same address.

    Raises ``CannotJoin`` where it cannot be used any more, or is for another address.
    """
    held = _usable(invitation, at=at)
    if held.email != user.email:
        raise CannotJoin
    _join(held, user, terms, at)


def record_refusal(invitation: Invitation, *, by: User | None, at: datetime, why: str) -> None:
    """Leave a line that a link was opened which does not work (any more), or by someone else."""
    trail.record(REFUSED, by=by, at=at, authority=invitation.authority, subject=invitation, why=why)


def _join(held: Invitation, user: User, terms: Terms, at: datetime) -> None:
    memberships.give(
        user=user,
        authority=held.authority,
        role=Role(held.role),
        leads_team=held.leads_team,
        starts_on=held.starts_on,
        ends_on=held.ends_on,
        by=user,
        at=at,
        through=held.ref,
    )
    held.accepted_at, held.accepted_by = at, user
    held.save(update_fields=["accepted_at", "accepted_by"])
    _record(ACCEPTED, held, by=user, at=at)
    _, new = TermsAcceptance.objects.get_or_create(
        user=user, version=terms.version, defaults={"at": at}
    )
    if new:
        trail.record(
            TERMS_ACCEPTED,
            by=user,
            at=at,
            authority=held.authority,
            subject=user,
            version=terms.version,
        )
    invitation_accepted.send(Invitation, invitation=held, user=user, at=at)


def _usable(invitation: Invitation, *, at: datetime) -> Invitation:
    """The invitation, held so that of two who press at once one waits and then finds it used.

    Its authority comes first, as whoever changes roles takes it.
    """
    memberships.hold_authority(invitation.authority)
    held = Invitation.objects.select_related("authority").get(pk=invitation.pk)
    if not held.can_be_used(at) or held.token_digest != invitation.token_digest:
        raise CannotJoin
    return held


def _waiting(invitation: Invitation) -> Invitation:
    memberships.hold_authority(invitation.authority)
    held = Invitation.objects.select_related("authority").get(pk=invitation.pk)
    if held.accepted_at is not None:
        raise CannotInvite("They have accepted this invitation")
    if held.withdrawn_at is not None:
        raise CannotInvite("This invitation was taken back. Invite them anew")
    return held


def _refuse_who_is_here(address: str, authority: Authority, *, on: date) -> None:
    user = User.objects.filter(email=address).first()
    if user is not None and user.memberships.filter(authority=authority).not_over(on).exists():
        raise CannotInvite("This person has a role here already", field="email")


def _lasts(authority: Authority) -> timedelta:
    return timedelta(days=policy_of(authority).invitation_days)


def _send(invitation: Invitation, link: str, service: str) -> None:
    """Send the letter: what it is about and the link, and nothing about anyone else."""
    letter = EmailMessage(
        subject=f"Invitation from {invitation.authority.title}",
        body=LETTER.format(
            council=invitation.authority.title,
            service=service,
            role=Role(invitation.role).label.lower(),
            link=link,
            until=date_and_time(invitation.expires_at),
        ),
        to=[invitation.email],
    )
    try:
        letter.send()
    except OSError as error:  # what SMTP and the network raise
        raise CannotInvite(
            "The email could not be sent, so nothing was saved. Check the address, and try again "
            "in a few minutes. If it goes on, tell whoever runs the service"
        ) from error


def _record(verb: str, invitation: Invitation, *, by: User | None, at: datetime) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=invitation.authority,
        subject=invitation,
        invitation=invitation.ref,
        role=invitation.role,
    )
