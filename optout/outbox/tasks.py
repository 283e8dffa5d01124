"""Work on messages out: thin, without anything personal, safe to do again."""

from celery import shared_task
from django.utils import timezone

from optout.outbox.actions import outcomes, sending
from optout.outbox.notify import CannotSend, service


@shared_task
def send_messages(**_: object) -> None:
    """Send what is due. Run each minute by beat."""
    sending.send_due(service=service(), now=timezone.now)


@shared_task
def ask_what_became(**_: object) -> None:
    """Ask what became of messages that went. Run every five minutes by beat."""
    asked = service()
    if asked is None:
        return
    with sending.alone(2) as ours:
        if ours:
            try:
                outcomes.ask(asked, at=timezone.now())
            except CannotSend:
                return  # the next run asks again
