"""How much waits in the drop box."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse

from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from ccis.govuk.words import plural
from optout.mailbox.models import Mail
from optout.queries import Waiting


class Count(NamedTuple):
    """Messages to read, those of them that are late, and those held back."""

    waiting: int
    late: int
    held: int


def count(authority: Authority, *, user: User, on: date) -> Count:
    """What waits in an authority's drop box on a day."""
    theirs = Mail.objects.visible_to(user).filter(authority=authority)
    return Count(
        theirs.waiting().count(),
        theirs.late(on).count(),
        theirs.filter(state=Mail.State.HELD).count(),
    )


def waiting_in(authority: Authority, user: User, on: date) -> Waiting | None:
    """What the queue of requests says of the drop box, to whoever may open it."""
    if not holds(user, Permission.READ_MAILBOX, authority):
        return None
    found = count(authority, user=user, on=on)
    if not found.waiting:
        return None
    words = f"{plural(found.waiting, 'message')} in the mailbox to read"
    return Waiting(f"{words}, {found.late} late" if found.late else words, reverse("mailbox:mails"))
