"""Writing to information governance of what was shared in an emergency, until it goes (PIA-23)."""

from datetime import datetime

from django.db import transaction

from ccis.calendar.words import local_date
from sharing.emergency.models import Emergency
from sharing.incidents.telling import tell_governance

SUBJECT = "Something was shared in an emergency"
WORDS = """Somebody’s details were shared in an emergency. Nobody is named in this message.

Sign in, and look again at whether it was right: Sharing, Emergencies.
"""


def tell_of_those_waiting(*, at: datetime) -> int:
    """Write of each that could not be written of, and nobody has opened; says how many went."""
    waiting = Emergency.objects.waiting_to_be_told().order_by("pk")
    return sum(tell(pk, at=at) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def tell(emergency: int, *, at: datetime) -> bool:
    """Write of one, by id; whether it went now."""
    waiting = Emergency.objects.waiting_to_be_told().select_related("disclosure__authority")
    held = waiting.select_for_update(of=("self",), skip_locked=True)
    one = held.filter(pk=emergency).first()
    if one is None:
        return False
    authority = one.disclosure.authority
    if not tell_governance(authority, subject=SUBJECT, words=WORDS, on=local_date(at)):
        return False
    seen(one, at=at)
    return True


def seen(emergency: Emergency, *, at: datetime) -> None:
    """Have nothing more written of what governance was written of, or has opened."""
    Emergency.objects.waiting_to_be_told().filter(pk=emergency.pk).update(told_at=at)
