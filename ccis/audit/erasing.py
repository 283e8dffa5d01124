"""Erasing details of the trail for good, without breaking its chain (LAW-11)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from ccis.accounts.models import User
from ccis.audit.context import request_reference
from ccis.authorities.models import Authority


def erase_details(
    lines: Iterable[int],
    *,
    by: User | None,
    why: str,
    at: datetime,
    authority: Authority | None,
) -> int:
    """Empty the details of these lines, salt and all; return how many there were to empty.

    Only the database's owner may: nothing that serves pages or runs tasks can (a test tries).
    The trail gets a line that says who, why and how many, and each emptied detail names that
    line. ``why`` is a few plain words, nothing personal: ``ValueError`` otherwise. Done again,
    it changes nothing. The details of an erasure cannot be erased.
    """
    if not (why.isascii() and why.replace(" ", "").isalpha() and why == why.lower()):
        raise ValueError("say why in a few plain words")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_erase_details(%s::bigint[], %s, %s, %s, %s, %s)",
            [
                list(lines),
                by.pk if by else None,
                why,
                authority.pk if authority else None,
                at,
                request_reference(),
            ],
        )
        (erased,) = cursor.fetchone()
    return int(erased)
