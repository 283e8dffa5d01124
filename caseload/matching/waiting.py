"""Rows that wait for a person to say whom they are about, and the last answers to them."""

from datetime import datetime, timedelta

from django.db.models import F, Max

from caseload.intake.models import InboundFile, InboundRow, InboundRowQuerySet
from caseload.intake.rules import WITH_PEOPLE, Outcome, Reason
from caseload.matching.models import Answer
from ccis.accounts.models import User
from ccis.authorities.models import Authority

REASONS = (
    Reason.LIKELY,
    Reason.SEVERAL_PEOPLE,
    Reason.SEVERAL_ROWS,
    Reason.CONTRADICTS,
)
"""Why a row waits in the queue."""

UNDO_WITHIN = timedelta(hours=24)
"""So long the last answer is offered to be taken back (pages §3.9)."""

IN_ORDER = (F("how_likely").desc(nulls_last=True), "file__received_at", "file_id", "number")
"""The likeliest first; where nothing was reckoned, what has waited longest."""


def waiting(user: User, authority: Authority) -> InboundRowQuerySet:
    """The rows of all files of an authority that wait, of those that the user may answer.

    None that may be about someone whom the user may not see: nothing hints at them (LAW-10).
    """
    rows = InboundRow.objects.visible_to(user).filter(
        file__authority=authority,
        file__state__in=[state.value for state in WITH_PEOPLE],
        outcome=Outcome.NEEDS_PERSON,
        reason__in=[reason.value for reason in REASONS],
    )
    return rows.exclude(candidates=[]).annotate(how_likely=Max("likely__probability"))


def following(rows: InboundRowQuerySet, after: int | None) -> InboundRow | None:
    """The next row in order after the one with an id, then from the beginning; never that one."""
    ids = list(rows.order_by(*IN_ORDER).values_list("pk", flat=True))
    at = ids.index(after) + 1 if after in ids else 0
    left = [pk for pk in (*ids[at:], *ids[:at]) if pk != after]
    return InboundRow.objects.select_related("file__provider").get(pk=left[0]) if left else None


def last_answered(user: User, authority: Authority, *, at: datetime) -> InboundRow | None:
    """The row that the user answered last and may still take back; none after a day."""
    given = Answer.objects.standing().visible_to(user).filter(by=user, authority=authority)
    answer = (
        given.filter(row__isnull=False, at__gt=at - UNDO_WITHIN)
        .select_related("row__file__provider")
        .order_by("-at", "-id")
        .first()
    )
    return answer.row if answer else None


def waiting_in(file: InboundFile, user: User) -> int:
    """How many rows of a file wait for an answer of this user."""
    return waiting(user, file.authority).filter(file=file).count()
