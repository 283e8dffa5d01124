"""Writing to governance at once: an incident reported, a clock that ends or is over.

An alarm is kept once it went, or once an officer has opened the incident: until then each round
tries again.
"""

from datetime import datetime

from django.db import transaction

from ccis.calendar.words import local_date
from sharing.incidents import rules, telling
from sharing.incidents.models import Alarm, Incident, IncidentQuerySet

ALARMS = {
    Alarm.Kind.NEW: "An incident has been reported. Sign in and open Incidents.\n",
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
    """Write to governance once of each incident reported, each clock that ends soon or is over.

    Says how many went; done again it writes nothing again, but for what could not be sent.
    """
    return sum(alarm(one, kind, at=at) for one, kind in _due(Incident.objects.all(), at))


def alarm(incident: Incident, kind: Alarm.Kind, *, at: datetime) -> bool:
    """Write to governance once of each kind; says whether it went now. Others at it wait."""
    with transaction.atomic():
        _, is_new = Alarm.objects.get_or_create(incident=incident, kind=kind, defaults={"at": at})
        went = is_new and telling.tell_governance(
            incident.authority, subject=ALARM_SUBJECT, words=ALARMS[kind], on=local_date(at)
        )
        if is_new and not went:
            transaction.set_rollback(True)
    return bool(went)


def seen(incident: Incident, *, at: datetime) -> None:
    """Have nothing more written of what an officer who opens an incident reads there."""
    due = _due(Incident.objects.filter(pk=incident.pk), at)
    Alarm.objects.bulk_create(
        [Alarm(incident=one, kind=kind, at=at) for one, kind in due], ignore_conflicts=True
    )


def _due(incidents: IncidentQuerySet, at: datetime) -> list[tuple[Incident, Alarm.Kind]]:
    """What there is to write of, of incidents that nobody was written to about."""
    named = incidents.select_related("authority")
    over = at - rules.ALLOWED
    due = {
        Alarm.Kind.NEW: named.still_open().filter(reported=True),
        Alarm.Kind.SOON: named.with_clock_running().filter(
            aware_at__gt=over, aware_at__lte=over + rules.SOON
        ),
        Alarm.Kind.LATE: named.late(at),
    }
    return [(one, kind) for kind, found in due.items() for one in found.exclude(alarms__kind=kind)]
