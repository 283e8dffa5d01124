"""May this user do this, for this authority?"""

from datetime import date

from django.utils import timezone

from ccis.access.roles import (
    LEADING_A_TEAM_ADDS,
    PERMISSIONS,
    STAFF_ROLES,
    WITHOUT_PERSONAL_DATA,
    Permission,
    Role,
)
from ccis.accounts.models import Membership, User
from ccis.authorities.models import Authority


def memberships_of(user: User, *, on: date | None = None) -> list[Membership]:
    """The user's current memberships, by authority code; none for one who is not active.

    Read once a request: kept on the user object. ``on`` asks about another day and is not kept.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    if on is not None:
        return _read_memberships(user, on)
    kept: list[Membership] | None = getattr(user, "_current_memberships", None)
    if kept is None:
        kept = _read_memberships(user, timezone.localdate())
        user._current_memberships = kept  # type: ignore[attr-defined]
    return kept


def _read_memberships(user: User, on: date) -> list[Membership]:
    return list(
        user.memberships.current(on).select_related("authority").order_by("authority__code")
    )


def membership_for(user: User, authority: Authority | None) -> Membership | None:
    """The user's current membership of an authority, if any."""
    if authority is None:
        return None
    return next((m for m in memberships_of(user) if m.authority_id == authority.pk), None)


def permissions_of(user: User, authority: Authority | None) -> frozenset[Permission]:
    """All that the user may do for an authority."""
    membership = membership_for(user, authority)
    if membership is None:
        return frozenset()
    role = Role(membership.role)
    leads = membership.leads_team and role in STAFF_ROLES
    return PERMISSIONS[role] | LEADING_A_TEAM_ADDS if leads else PERMISSIONS[role]


def holds(user: User, permission: Permission, authority: Authority | None) -> bool:
    """Say whether the user may do one thing for an authority."""
    return permission in permissions_of(user, authority)


def sees_personal_data(user: User) -> bool:
    """Say whether any role that the user has today lets them see anything about people (PIA-13).

    It does when it holds a permission that is not known to be free of personal data
    (``WITHOUT_PERSONAL_DATA``): people, their history, files, returns, who looked, other users.
    Whoever does must prove more than a password, for whichever authority they work at the moment.
    """
    return any(
        permissions_of(user, membership.authority) - WITHOUT_PERSONAL_DATA
        for membership in memberships_of(user)
    )


def authorities_whose_people(user: User) -> list[int]:
    """Ids of the authorities whose young people the user may see at all."""
    return [m.authority_id for m in memberships_of(user) if Role(m.role) in STAFF_ROLES]


def authorities_administered_by(user: User) -> list[int]:
    """Ids of the authorities for which the user is an administrator."""
    return [m.authority_id for m in memberships_of(user) if m.role == Role.ADMINISTRATOR]
