"""What the pages about people's access say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ccis.access.roles import (
    LEADING_A_TEAM_ADDS,
    PERMISSION_WORDS,
    PERMISSIONS,
    Permission,
    Role,
)
from ccis.accounts.models import Invitation, Membership, User
from ccis.accounts.staff.forms import OFFERED
from ccis.accounts.staff.queries import AtOnce
from ccis.govuk.lists import Listed
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time, number, plural, short_date, time_of_day

CURRENT = ("Current", "green")
COMING = ("Begins later", "blue")
ENDED = ("Ended", "grey")

FACTOR_WORDS = {
    Authenticator.Type.TOTP: "App that shows codes",
    Authenticator.Type.WEBAUTHN: "Passkey",
    Authenticator.Type.RECOVERY_CODES: "Recovery codes",
}
WHERE_EMAILS_GO = {
    "django.core.mail.backends.filebased.EmailBackend": (
        "No mail server is set up here. Emails are kept as files in the folder {folder} "
        "of the machine that this runs on."
    ),
    "django.core.mail.backends.console.EmailBackend": (
        "No mail server is set up here. Emails are written to the terminal that this runs in."
    ),
}


def where_emails_go() -> str:
    """Where an invitation is found when there is no mail server; empty where there is one."""
    words = WHERE_EMAILS_GO.get(settings.EMAIL_BACKEND, "")
    return words.format(folder=getattr(settings, "EMAIL_FILE_PATH", ""))


# -- roles with dates ------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoleHere:
    """One role of a person for the authority, as their page shows it."""

    number: int
    name: str
    starts: str
    ends: str
    state: str
    colour: str
    is_over: bool
    may_be_kept: bool


def role_words(role: str, leads_team: bool) -> str:
    """``Adviser, leading a team``."""
    return f"{Role(role).label}{', leading a team' if leads_team else ''}"


def state_of(membership: Membership, on: date) -> tuple[str, str]:
    """A role's state on a day, and its colour."""
    if membership.ends_on is not None and (
        membership.ends_on <= on or membership.ends_on == membership.starts_on
    ):
        return ENDED
    return COMING if membership.starts_on > on else CURRENT


def roles_here(memberships: Sequence[Membership], on: date) -> list[RoleHere]:
    """The person's roles, the newest first; their numbers count from the oldest."""
    shown = []
    for place, membership in enumerate(memberships, start=1):
        state, colour = state_of(membership, on)
        is_over = (state, colour) == ENDED
        shown.append(
            RoleHere(
                number=place,
                name=role_words(membership.role, membership.leads_team),
                starts=short_date(membership.starts_on),
                ends=short_date(membership.ends_on),
                state=state,
                colour=colour,
                is_over=is_over,
                may_be_kept=not is_over and membership.ends_on is not None,
            )
        )
    return shown[::-1]


def _telling(memberships: Sequence[Membership], on: date) -> Membership:
    """Of someone's roles the one that the list shows: today's, else the next, else the last."""
    for wanted in (CURRENT, COMING):
        for membership in memberships:
            if state_of(membership, on) == wanted:
                return membership
    return max(memberships, key=lambda one: (one.ends_on or date.max, one.pk))


# -- the list --------------------------------------------------------------------------------------


def user_row(user: User, on: date) -> dict[str, Any]:
    """A row of the list; ``roles_here`` must have been read (``queries.staff_of``)."""
    membership = _telling(user.roles_here, on)  # type: ignore[attr-defined]
    state, colour = state_of(membership, on)
    return {
        "ref": user.ref,
        "name": user.name,
        "email": user.email,
        "role": role_words(membership.role, membership.leads_team),
        "from": short_date(membership.starts_on),
        "until": short_date(membership.ends_on),
        "signed_in": date_and_time(user.last_login) or "Never",
        "state": state,
        "colour": colour,
    }


def presented(listed: Listed, filters: dict[str, str], on: date) -> Listed:
    """A page of the list, its sentence and its rows in words."""
    rows = [user_row(user, on) for user in listed.rows]
    return replace(listed, rows=rows, sentence=_sentence(listed.total, filters))


def _sentence(total: int, filters: dict[str, str]) -> SafeString:
    said = ", ".join(words.lower() for words in filters.values())
    count = "1 person" if total == 1 else f"{number(total)} people"
    return format_html("<strong>{}</strong>{}{}.", count, ": " if said else "", said)


def invitation_rows(invitations: Iterable[Invitation], at: datetime) -> list[dict[str, Any]]:
    """Rows of the table of invitations that wait."""
    return [
        {
            "ref": one.ref,
            "name": one.name,
            "email": one.email,
            "role": role_words(one.role, one.leads_team),
            "sent": date_and_time(one.sent_at),
            "until": date_and_time(one.expires_at),
            "is_too_old": not one.can_be_used(at),
        }
        for one in invitations
    ]


def invitation_details(invitation: Invitation) -> dict[str, Any]:
    """An invitation as a list of its parts."""
    by = invitation.invited_by
    return summary(
        [
            row("Email address", invitation.email),
            row("Role", role_words(invitation.role, invitation.leads_team)),
            row("First day", short_date(invitation.starts_on)),
            row("End", short_date(invitation.ends_on) or "None set"),
            row("Invited by", by.name if by else "Whoever runs the service"),
            row("Sent", date_and_time(invitation.sent_at)),
            row("Can be used until", date_and_time(invitation.expires_at)),
        ]
    )


# -- one person ------------------------------------------------------------------------------------


def who(user: User) -> dict[str, Any]:
    """Who someone is, who left and works elsewhere now: nothing of how they sign in there."""
    return summary([row("Email address", user.email)])


def details(
    user: User, *, elsewhere: bool, counts: tuple[int, int], locked_until: datetime | None
) -> dict[str, Any]:
    """Who someone is, and how they sign in."""
    good, bad = counts
    rows = [
        row("Email address", user.email),
        row("Account", "Open" if user.is_active else "Closed: nobody can sign in with it"),
        row("Last signed in", date_and_time(user.last_login) or "Never"),
        row(
            "In the last 90 days",
            f"Signed in {plural(good, 'time')}; {plural(bad, 'wrong password')}",
        ),
        row("Password set", date_and_time(user.password_changed_at) or "Not known when"),
    ]
    if locked_until is not None:
        rows.append(row("Locked until", date_and_time(locked_until)))
    if elsewhere:
        rows.append(row("Elsewhere", "Has a role for another authority too"))
    return summary(rows)


def factor_rows(factors: Iterable[Authenticator]) -> list[list[str]]:
    """Rows of the table of second factors: what, since when, last used."""
    return [
        [
            FACTOR_WORDS.get(Authenticator.Type(factor.type), "Another"),
            date_and_time(factor.created_at),
            date_and_time(factor.last_used_at) or "Never",
        ]
        for factor in factors
    ]


# -- accounts to look at again ---------------------------------------------------------------------


def unused_rows(users: Iterable[User], on: date) -> list[dict[str, Any]]:
    """People who have not signed in for long."""
    return [user_row(user, on) for user in users]


def ending_rows(memberships: Iterable[Membership]) -> list[dict[str, Any]]:
    """Roles that end soon."""
    return [
        {
            "ref": one.user.ref,
            "name": one.user.name,
            "role": role_words(one.role, one.leads_team),
            "until": short_date(one.ends_on),
        }
        for one in memberships
    ]


def without_factor_rows(users: Iterable[User], on: date) -> list[dict[str, Any]]:
    """People who sign in with a password alone, or have not signed in yet."""
    return [user_row(user, on) for user in users]


def shared_rows(found: Iterable[AtOnce]) -> list[dict[str, Any]]:
    """Accounts that were used in two places at once."""
    return [
        {
            "ref": one.user.ref,
            "name": one.user.name,
            "times": plural(one.times, "time"),
            "latest": f"{date_and_time(one.began)} to {time_of_day(one.ended)}",
            "browsers": " and ".join(one.browsers),
        }
        for one in found
    ]


# -- roles -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoleInWords:
    """A role, and what it may do and may not."""

    name: str
    may: list[str]
    leading_adds: list[str]


def roles_in_words() -> list[RoleInWords]:
    """Every role that is given here, in words."""
    return [
        RoleInWords(
            name=role.label,
            may=_in_words(PERMISSIONS[role]),
            leading_adds=_in_words(LEADING_A_TEAM_ADDS)
            if role in (Role.TRACKING_OFFICER, Role.ADVISER)
            else [],
        )
        for role in OFFERED
    ]


def _in_words(permissions: Iterable[Permission]) -> list[str]:
    held = set(permissions)
    return [
        PERMISSION_WORDS.get(permission, permission.value.capitalize())
        for permission in Permission
        if permission in held
    ]
