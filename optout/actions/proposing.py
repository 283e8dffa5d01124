"""A request that would change a record becomes a correction, as soon as we know whose (LC-05)."""

from datetime import datetime

from caseload.queries.lineage import lineage
from ccis.calendar.words import local_date
from optout import proposals
from optout.held import OF_SLUG, meant
from optout.models import Correction, Request
from optout.signals import disputes_changed


def propose(request: Request, *, at: datetime) -> Correction | None:
    """The correction of a request about someone whom we hold; ``None`` where it proposes nothing.

    Said of somebody else after all, it begins anew. Runs in the caller's transaction.
    """
    if request.person is None or not proposals.proposes(request.kind, request.said):
        return None
    slug, fact = proposals.part_meant(request.kind, request.said), None
    if slug:
        found = lineage(request.person, OF_SLUG[slug].model)
        fact = meant(request, found, local_date(request.received_at))
    made, _ = Correction.objects.update_or_create(
        request=request, defaults={"part": slug, "version": fact.pk if fact else None}
    )
    announce(request, {slug}, at=at)
    return made


def announce(request: Request, parts: set[str], *, at: datetime, person: int | None = None) -> None:
    """Say that what somebody disputes began, ended or is about another part (LAW-08)."""
    about = person or request.person_id
    if about is not None and request.kind == Request.Kind.CORRECTION:
        disputes_changed.send(
            sender=Request, people=frozenset({about}), parts=frozenset(parts), at=at
        )
