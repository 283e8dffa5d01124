"""Whom this session opened last, kept in the session by reference alone."""

from django.http import HttpRequest

from caseload.models import YoungPerson

KEY = "recent_people"
MOST = 8


def remember(request: HttpRequest, person: YoungPerson) -> None:
    """Put a person first among those opened lately."""
    before = request.session.get(KEY, [])
    after = [person.ref, *(ref for ref in before if ref != person.ref)][:MOST]
    if after != before:
        request.session[KEY] = after


def references(request: HttpRequest) -> list[str]:
    """References of the people opened lately, the latest first."""
    return list(request.session.get(KEY, []))
