"""What pages say about one's own account."""

from collections.abc import Sequence
from typing import Any

from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.accounts.signals import SIGN_IN_FAILED, SIGNED_IN, SIGNED_OUT
from ccis.audit.models import TrailEntry
from ccis.govuk.summary import row, summary
from ccis.govuk.words import date_and_time

SAID = {
    SIGNED_IN: "Signed in",
    SIGNED_OUT: "Signed out",
    SIGN_IN_FAILED: "Tried to sign in, with a wrong password",
}


def details(user: User, memberships: Sequence[Membership]) -> dict[str, Any]:
    """Name, address, and each part that the person plays."""
    return summary(
        [
            row("Name", user.name),
            row("Email address", user.email),
            row("Password", "Set", change="/account/password/"),
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
