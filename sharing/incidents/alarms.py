"""Writing to governance at once: an incident reported, a clock that ends or is over."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from ccis.calendar.words import local_date
from sharing.incidents import rules, telling
from sharing.incidents.models import Alarm, Incident

ALARMS = {
    Alarm.Kind.NEW: "An organisation has reported an incident. Sign in and open Incidents.\n",
    Alarm.Kind.SOON: (
        "The 72 hours to tell the regulator of an incident end within 12 hours. Sign in and open "
        "Incidents.\n"
    ),
    Alarm.Kind.LATE: (
        "The 72 hours to tell the regulator of an incident are over. Sign in and open Incidents.\n"
    ),
}
ALARM_SUBJECT = "An incident needs you"


def watch_clocks(*, at: datetime) -> int:
    """Write to governance once of each clock that ends soon, and once of each that is over.

    Says how many were new; done again it writes nothing again.
    """
    new = 0
    running = Incident.objects.with_clock_running().filter(
        aware_at__lte=at - rules.ALLOWED + rules.SOON
    )
    for incident in running.select_related("authority"):
        over = incident.aware_at + rules.ALLOWED <= at
        with transaction.atomic():
            new += alarm(incident, Alarm.Kind.LATE if over else Alarm.Kind.SOON, at=at)
    return new


def alarm(incident: Incident, kind: Alarm.Kind, *, at: datetime) -> bool:
    """Have governance written to on commit, once of each kind; says whether it was new."""
    _, is_new = Alarm.objects.get_or_create(incident=incident, kind=kind, defaults={"at": at})
    if is_new:
        authority, words = incident.authority, ALARMS[kind]
        send: Callable[[], object] = lambda: telling.tell_governance(  # noqa: E731
            authority, subject=ALARM_SUBJECT, words=words, on=local_date(at)
        )
        transaction.on_commit(send)
    return is_new
