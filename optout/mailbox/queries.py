"""How much waits in the drop box."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from caseload.models import SealedIdentity
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


def hold_back_sealed(mails: Iterable[Mail]) -> None:
    """Take out of messages in hand what may name an identity that was sealed since (LAW-10).

    A message is about whoever the request made of it is about.
    """
    of_request = {one.request_id: one for one in mails if one.request_id is not None}
    seals = SealedIdentity.objects.standing().filter(person__requests__in=of_request)
    for request_id, sealed_at in seals.values_list("person__requests", "change__at"):
        mail = of_request.get(request_id)
        if mail is not None and sealed_at >= mail.received_at:
            mail.sender = mail.sender_name = mail.answer_to = mail.text = ""
            mail.subject, mail.left_out = "held back", []


def waiting_in(authority: Authority, user: User, on: date) -> Waiting | None:
    """What the queue of requests says of the drop box, to whoever may open it."""
    if not holds(user, Permission.READ_MAILBOX, authority):
        return None
    found = count(authority, user=user, on=on)
    if not found.waiting:
        return None
    words = f"{plural(found.waiting, 'message')} in the mailbox to read"
    return Waiting(f"{words}, {found.late} late" if found.late else words, reverse("mailbox:mails"))
