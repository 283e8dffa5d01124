"""Writing to officers and data managers at once, with nothing about anyone (LC-21, PIA-23)."""

import logging
from collections.abc import Collection
from datetime import date

from django.core.mail import EmailMessage

from ccis.access.roles import Role
from ccis.authorities.models import Authority
from sharing.incidents.queries import staff_of

logger = logging.getLogger(__name__)


def tell_governance(authority: Authority, *, subject: str, words: str, on: date) -> int:
    """Write to every information governance officer of an authority; says to how many.

    Neither subject nor words hold anything about a person. What SMTP and the network raise is
    logged: what is to be seen stands on the pages all the same.
    """
    officers = staff_of(authority, Role.INFORMATION_GOVERNANCE, on=on)
    addresses = sorted({user.email for user in officers if user.email})
    try:
        write(addresses, subject=subject, words=words)
    except OSError:
        logger.warning("Information governance could not be written to")
        return 0
    return len(addresses)


def write(addresses: Collection[str], *, subject: str, words: str) -> None:
    """One email to some addresses, none of whom sees the others. Raises ``OSError``."""
    if addresses:
        EmailMessage(subject=subject, body=words, bcc=sorted(addresses)).send()
