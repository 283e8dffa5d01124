"""Telling whoever the matrix names that something came: an email that says nothing more."""

import logging

from django.core.mail import EmailMessage

from caseload.dropouts.actions.passing import route_to, why_no_files
from caseload.dropouts.models import PassingOn, Route
from caseload.dropouts.queries import to_pass_on
from caseload.intake.kinds.homes import HOME
from caseload.intake.models import InboundFile
from caseload.intake.queries import counts_of
from caseload.intake.rules import OPEN_OUTCOMES, FileState, Outcome
from ccis.authorities.policy import policy_of
from providers.portal.notices import letter_from

logger = logging.getLogger(__name__)

COMES = "There is something for you from {council}. It comes by secure exchange.\n"

UNIT = 1
"""Of the policy's choice who says whom a notification is about: the sub-regional unit."""

AS_WORK = {Outcome.CHANGED, Outcome.ADDED, Outcome.UNCHANGED}


def who_decides(route: Route | None) -> str:
    """The email of whoever says whom a notification is about (LDOR-06), by the line for an
    authority's own residents: the unit that it names, where the policy leaves it to that."""
    if route is None:
        return ""
    by_unit = policy_of(route.authority).dropouts_matched_by == UNIT
    return (route.unit.contact_email if route.unit and by_unit else "") or route.email


def tell(file: InboundFile) -> bool:
    """Write to the contacts of the matrix: for the authority's own residents, or whoever decides
    where somebody must or the file has stopped, and for others whose residents wait to be passed
    on. Whether there was anyone to tell. Nobody and no provider is named.
    """
    looks = {email for email in _who_looks(file) if email}
    waits = {email for email in _who_waits(file) if email} - looks
    told = [_write(file, letter_from(file.authority, to=[email])) for email in sorted(looks)]
    told += [
        _write(file, letter_from(file.authority, COMES, to=[email])) for email in sorted(waits)
    ]
    return any(told)


def _who_looks(file: InboundFile) -> list[str]:
    """Whoever is to look at a file here; of what was passed on, whom its sender named too."""
    counts = counts_of(file)
    waits = _has_stopped(file) or any(counts.get(outcome) for outcome in OPEN_OUTCOMES)
    if not waits and not any(counts.get(outcome) for outcome in AS_WORK):
        return []
    ours = route_to(file.authority, file.authority)
    named = [route_to(one.authority, one.home) for one in PassingOn.objects.filter(file=file)]
    theirs = [route.email for route in named if route]
    return [who_decides(ours) if waits else ours.email if ours else "", *theirs]


def _who_waits(file: InboundFile) -> list[str]:
    """The contacts of other authorities to which nothing waits to go yet but this file."""
    if why_no_files(file.authority) or _has_stopped(file):
        return []
    waiting = to_pass_on(file.authority)
    homes, before = (
        set(rows.values_list(f"read__{HOME}", flat=True))
        for rows in (waiting.filter(file=file), waiting.filter(file__lt=file.pk))
    )
    new = [code for code in homes - before if code]
    lines = Route.objects.of(file.authority).current().filter(way=Route.Way.EXCHANGE)
    return list(lines.filter(home__code__in=new).values_list("email", flat=True))


def _has_stopped(file: InboundFile) -> bool:
    """Whether it waits for somebody to carry it on; its rows are looked at after that."""
    return file.state == FileState.STOPPED


def _write(file: InboundFile, letter: EmailMessage) -> bool:
    try:
        letter.send()
    except OSError as error:  # what SMTP and the network raise; the pages show it all the same
        logger.warning("file %s: contact not told: %s", file.ref, type(error).__name__)
        return False
    return True
