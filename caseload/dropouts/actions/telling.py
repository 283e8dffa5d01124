"""Telling whoever the matrix names that something came: an email that says nothing more."""

import logging

from django.core.mail import EmailMessage

from caseload.dropouts.actions.passing import route_to
from caseload.intake.models import InboundFile
from caseload.intake.queries import counts_of
from caseload.intake.rules import OPEN_OUTCOMES, Outcome

logger = logging.getLogger(__name__)

SUBJECT = "Something for you from {council}"
LETTER = """There is something for you in the {council} service. Sign in to see it.

Drop-outs were told of. {what}
"""

AS_WORK = {Outcome.CHANGED, Outcome.ADDED, Outcome.UNCHANGED}


def tell(file: InboundFile) -> bool:
    """Write to the contact for the authority's own residents; whether there was anyone to tell.

    Nobody and no provider is named.
    """
    route = route_to(file.authority, file.authority)
    if route is None:
        return False
    counts = counts_of(file)
    waits = any(counts.get(outcome) for outcome in OPEN_OUTCOMES)
    if not waits and not any(counts.get(outcome) for outcome in AS_WORK):
        return False
    letter = EmailMessage(
        subject=SUBJECT.format(council=file.authority.title),
        body=LETTER.format(
            council=file.authority.title,
            what="Someone has to decide about some of it." if waits else "The work is on the list.",
        ),
        to=[route.email],
    )
    try:
        letter.send()
    except OSError as error:  # what SMTP and the network raise; the pages show it all the same
        logger.warning("file %s: contact not told: %s", file.ref, type(error).__name__)
        return False
    return True
