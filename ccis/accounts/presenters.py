"""What pages say about one's own account."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from ccis.access.roles import Role
from ccis.accounts.factors import presenters as factors
from ccis.accounts.models import Membership, User
from ccis.accounts.signals import (
    CODE_USED,
    CODES_MADE,
    FACTOR_ADDED,
    FACTOR_FAILED,
    FACTOR_REMOVED,
    LINK_ASKED_FOR,
    SESSIONS_ENDED,
    SIGN_IN_FAILED,
    SIGNED_IN,
    SIGNED_OUT,
)
from ccis.audit.models import TrailEntry
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time

SAID = {
    SIGNED_IN: "Signed in",
    SIGNED_OUT: "Signed out",
    SIGN_IN_FAILED: "Tried to sign in, with a wrong password",
    LINK_ASKED_FOR: "Asked for a link for a new password",
    FACTOR_FAILED: "Tried a second step that was not right",
    CODE_USED: "Used a recovery code",
    CODES_MADE: "Recovery codes were made",
    FACTOR_ADDED: "A second step was set up",
    FACTOR_REMOVED: "A second step was removed",
    SESSIONS_ENDED: "Signed out elsewhere",
}
"""What the page of one's account says of each verb of the trail; others it does not list."""


def details(user: User, memberships: Sequence[Membership]) -> dict[str, Any]:
    """Name, address, and each part that the person plays."""
    return summary(
        [
            row("Name", user.name),
            row("Email address", user.email),
            row("Password", "Set", change="/account/password/"),
            row("Second step", factors.in_short(user), change=reverse("mfa_index")),
            row(
                "Signed in",
                "Here and elsewhere",
                change=reverse("sessions"),
                change_word="See where",
            ),
            row("Role", [part(membership) for membership in memberships]),
        ]
    )


def part(membership: Membership) -> str:
    """A role with its authority: ``Adviser, leading a team, for Northgate``."""
    leading = ", leading a team" if membership.leads_team else ""
    return f"{Role(membership.role).label}{leading}, for {membership.authority.title}"


def sign_ins(entries: Sequence[TrailEntry]) -> list[list[str]]:
    """Rows of the table of recent sign-ins: when, what."""
    return [[date_and_time(entry.at), SAID[entry.verb]] for entry in entries]
