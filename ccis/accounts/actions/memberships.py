"""Giving, changing and ending roles, each dated and with its line in the trail (USE-09).

Whoever works on an authority's roles holds the authority's row, so that two administrators who end
each other's role at the same moment cannot leave it without one.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from ccis.access.roles import Role
from ccis.accounts.errors import CannotChangeAccess
from ccis.accounts.models import Membership, User
from ccis.audit import trail
from ccis.authorities.models import Authority

ROLE_GIVEN = "role given"
ROLE_CHANGED = "role changed"
ROLE_ENDED = "role ended"
ROLE_KEPT = "end of role taken back"
ACCOUNT_OPENED = "account opened again"
ACCOUNT_CLOSED = "account closed"
SIGNED_OUT_BY_ADMINISTRATOR = "signed out by an administrator"

LEADERS = (Role.TRACKING_OFFICER, Role.ADVISER)
"""Roles that may lead a team (pages §1, TM)."""


def hold_authority(authority: Authority) -> None:
    """Wait until nobody else is changing this authority's roles, inside a transaction."""
    Authority.objects.select_for_update().get(pk=authority.pk)


@transaction.atomic
def give(
    *,
    user: User,
    authority: Authority,
    role: Role,
    leads_team: bool,
    starts_on: date,
    ends_on: date | None,
    by: User | None,
    at: datetime,
    through: str = "",
) -> Membership:
    """Give someone a role for an authority from a day until another, the latter out.

    An account that was closed opens again. ``through`` names the invitation that it came by.
    Raises ``CannotChangeAccess`` where they have a role on one of these days already.
    """
    hold_authority(authority)
    check_role(role, leads_team)
    _check_order(starts_on, ends_on)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user,
                authority=authority,
                role=role.value,
                leads_team=leads_team,
                starts_on=starts_on,
                ends_on=ends_on,
            )
    except IntegrityError as error:
        raise CannotChangeAccess(
            "They have a role here on one of these days. Change that one, or end it first",
            field="starts_on",
        ) from error
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        trail.record(ACCOUNT_OPENED, by=by, at=at, authority=authority, subject=user)
    _record(ROLE_GIVEN, membership, by, at, through=through)
    return membership


@transaction.atomic
def change(
    *,
    membership: Membership,
    role: Role,
    leads_team: bool,
    from_day: date,
    today: date,
    by: User | None,
    at: datetime,
) -> Membership:
    """Let another role follow on this one from a day, today or later; the old one ends that day.

    Raises ``CannotChangeAccess``: for the last administrator, a day that is past or out of
    order, or a change that changes nothing.
    """
    held = _held(membership)
    check_role(role, leads_team)
    if held.role == role.value and held.leads_team == leads_team:
        raise CannotChangeAccess("They have this role already", field="role")
    if from_day < max(today, held.starts_on):
        raise CannotChangeAccess("The new role can start today or later", field="from_day")
    if held.ends_on is not None and from_day >= held.ends_on:
        raise CannotChangeAccess(
            "Their role ends before then. Give them a new one instead", field="from_day"
        )
    if role is not Role.ADMINISTRATOR:
        refuse_for_last_administrator(held, on=from_day)
    until = held.ends_on
    held.ends_on = from_day
    held.save(update_fields=["ends_on"])
    following = Membership.objects.create(
        user=held.user,
        authority=held.authority,
        role=role.value,
        leads_team=leads_team,
        starts_on=from_day,
        ends_on=until,
    )
    _record(ROLE_CHANGED, following, by, at, before=held.role)
    return following


@transaction.atomic
def end(
    *, membership: Membership, on: date, today: date, by: User | None, at: datetime
) -> Membership:
    """End a role on a day, from which it is gone: today it is gone with the next request.

    Someone who has no role left anywhere is signed out everywhere, and the account is closed.
    Raises ``CannotChangeAccess``: for the last administrator, a day that is past, a role that is
    over, or another that follows before that day.
    """
    held = _held(membership)
    if _is_over(held, today):
        raise CannotChangeAccess("That role has ended already")
    if on < max(today, held.starts_on) and not (on == today and held.starts_on > today):
        raise CannotChangeAccess("The role can end today or later", field="ends_on")
    day = max(on, held.starts_on)
    refuse_for_last_administrator(held, on=day)
    held.ends_on = day
    try:
        with transaction.atomic():
            held.save(update_fields=["ends_on"])
    except IntegrityError as error:
        raise CannotChangeAccess(
            "Another role follows this one before then. End that one first", field="ends_on"
        ) from error
    _record(ROLE_ENDED, held, by, at)
    if day <= today or held.starts_on == day:
        close_if_nothing_remains(held.user, on=today, by=by, at=at, authority=held.authority)
    return held


@transaction.atomic
def keep(*, membership: Membership, today: date, by: User, at: datetime) -> Membership:
    """Take back the end of a role that has not come yet: it goes on without one.

    Raises ``CannotChangeAccess`` where it has ended, or another follows it.
    """
    held = _held(membership)
    if held.ends_on is None:
        return held
    if _is_over(held, today):
        raise CannotChangeAccess("That role has ended. Give them a new one instead")
    held.ends_on = None
    try:
        with transaction.atomic():
            held.save(update_fields=["ends_on"])
    except IntegrityError as error:
        raise CannotChangeAccess("Another role follows this one. End that one first") from error
    _record(ROLE_KEPT, held, by, at)
    return held


def close_if_nothing_remains(
    user: User, *, on: date, by: User | None, at: datetime, authority: Authority | None
) -> bool:
    """Close the account and end the sessions of someone with no role from a day on."""
    if user.is_superuser or user.memberships.not_over(on).exists():
        return False
    user.end_sessions()
    user.is_active = False
    user.save(update_fields=["sessions_key", "is_active"])
    trail.record(ACCOUNT_CLOSED, by=by, at=at, authority=authority, subject=user)
    return True


@transaction.atomic
def close_left_accounts(*, today: date, at: datetime) -> int:
    """Close the accounts of people whose last role ended on a day set before (USE-09).

    They have opened nothing since that day's midnight; now they cannot sign in either. Returns
    how many. Run each night by beat.
    """
    theirs = Membership.objects.filter(user=OuterRef("pk"))
    there = User.objects.filter(Exists(theirs), is_active=True, is_superuser=False)
    left = there.exclude(Exists(theirs.not_over(today)))
    return sum(
        close_if_nothing_remains(user, on=today, by=None, at=at, authority=None) for user in left
    )


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User, authority: Authority, at: datetime) -> None:
    """End someone's sessions, wherever they are signed in."""
    user.end_sessions()
    user.save(update_fields=["sessions_key"])
    trail.record(SIGNED_OUT_BY_ADMINISTRATOR, by=by, at=at, authority=authority, subject=user)


def check_role(role: Role, leads_team: bool) -> None:
    """Raise ``CannotChangeAccess`` for a role that leads no team and is to."""
    if leads_team and role not in LEADERS:
        raise CannotChangeAccess(
            "Only a tracking officer or an adviser can lead a team", field="leads_team"
        )


def refuse_for_last_administrator(membership: Membership, *, on: date) -> None:
    """Raise ``CannotChangeAccess`` if nobody else administers the authority from a day on.

    Someone whose own role has an end does not count: the authority would be left with nobody.
    """
    if membership.role != Role.ADMINISTRATOR.value:
        return
    others = Membership.objects.filter(
        authority_id=membership.authority_id,
        role=Role.ADMINISTRATOR.value,
        ends_on=None,
        starts_on__lte=on,
        user__is_active=True,
    )
    if not others.exclude(user_id=membership.user_id).exists():
        raise CannotChangeAccess(
            "They are the last administrator here. Make someone else an administrator first, "
            "without an end date"
        )


def _held(membership: Membership) -> Membership:
    hold_authority(membership.authority)
    return Membership.objects.select_related("user", "authority").get(pk=membership.pk)


def _is_over(membership: Membership, today: date) -> bool:
    """Whether a role has ended, or was taken away before it began."""
    ends_on = membership.ends_on
    return ends_on is not None and (ends_on <= today or ends_on == membership.starts_on)


def _check_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on <= starts_on:
        raise CannotChangeAccess("The end must be after the start", field="ends_on")


def _record(
    verb: str,
    membership: Membership,
    by: User | None,
    at: datetime,
    *,
    before: str = "",
    through: str = "",
) -> None:
    trail.record(
        verb,
        by=by,
        at=at,
        authority=membership.authority,
        subject=membership.user,
        membership=membership.pk,
        role=membership.role,
        leads_team=membership.leads_team,
        starts_on=membership.starts_on.isoformat(),
        ends_on=membership.ends_on.isoformat() if membership.ends_on else "",
        before=before,
        through=through,
    )
