"""Telling whoever the matrix names that something came: an email that says nothing more."""

import logging

from django.core.mail import EmailMessage

from caseload.dropouts.actions.passing import route_to
from caseload.intake.models import InboundFile
from caseload.intake.queries import counts_of
from caseload.intake.rules import OPEN_OUTCOMES, Outcome
from ccis.authorities.models import Authority
from ccis.authorities.policy import policy_of

logger = logging.getLogger(__name__)

SUBJECT = "Something for you from {council}"
LETTER = "There is something for you in the {council} service. Sign in to see it.\n"

UNIT = 1
"""Of the policy's choice who says whom a notification is about: the sub-regional unit."""


def who_decides(authority: Authority) -> str:
    """The email of whoever says whom a notification is about (LDOR-06); empty for the contact of
    the matrix, who is an officer here or a contractor."""
    if policy_of(authority).dropouts_matched_by != UNIT:
        return ""
    units = authority.sub_regions.exclude(contact_email="").order_by("name")
    return units.values_list("contact_email", flat=True).first() or ""


AS_WORK = {Outcome.CHANGED, Outcome.ADDED, Outcome.UNCHANGED}


def tell(file: InboundFile) -> bool:
    """Write to the contact for the authority's own residents, or to whoever decides where somebody
    must; whether there was anyone to tell. Nobody and no provider is named.
    """
    counts = counts_of(file)
    waits = any(counts.get(outcome) for outcome in OPEN_OUTCOMES)
    if not waits and not any(counts.get(outcome) for outcome in AS_WORK):
        return False
    route = route_to(file.authority, file.authority)
    email = (who_decides(file.authority) if waits else "") or (route.email if route else "")
    if not email:
        return False
    letter = EmailMessage(
        subject=SUBJECT.format(council=file.authority.title),
        body=LETTER.format(council=file.authority.title),
        to=[email],
    )
    try:
        letter.send()
    except OSError as error:  # what SMTP and the network raise; the pages show it all the same
        logger.warning("file %s: contact not told: %s", file.ref, type(error).__name__)
        return False
    return True
