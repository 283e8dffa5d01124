"""What someone's death ends of what was asked about them (USE-05)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from ccis.accounts.models import User
from ccis.audit import trail
from optout.models import Request


@transaction.atomic
def close_for_death(*, people: Collection[int], by: User | None, at: datetime, **_: Any) -> None:
    """Close what young people asked of us who have died, in the transaction that records it.

    From then on nobody who answers requests may open it, and nobody is to be written to. A
    complaint stays: whoever made it for them is still to be answered.
    """
    theirs = Request.objects.select_for_update(of=("self",)).unanswered().filter(person__in=people)
    for request in theirs.exclude(kind=Request.Kind.COMPLAINT).select_related("authority"):
        request.state, request.answered_by, request.answered_at = Request.State.ANSWERED, by, at
        request.outcome = request.outcome or Request.Outcome.DECLINED
        request.save(update_fields=["state", "outcome", "answered_by", "answered_at"])
        trail.record(
            "request closed by a death",
            by=by,
            at=at,
            authority=request.authority,
            subject=request.person,
            request=request.ref,
        )
