"""A request that would change a record becomes a correction, as soon as we know whose (LC-05)."""

from caseload.queries.lineage import lineage
from ccis.calendar.words import local_date
from optout import proposals
from optout.held import OF_SLUG, meant
from optout.models import Correction, Request


def propose(request: Request) -> Correction | None:
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
    return made
