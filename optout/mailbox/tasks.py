"""Reading drop boxes: thin, by the authority's code, safe to do again."""

from contextlib import suppress

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from ccis.authorities.models import Authority
from optout.mailbox.actions import settling, taking
from optout.mailbox.models import Trouble
from optout.mailbox.setting import BadSetting, account_of


@shared_task
def read_mailbox(*, code: str, **_: object) -> None:
    """Take in what lies in one authority's mailbox.

    What fails is noted beside the mailbox, and goes no further: a server's words, or a database's,
    may hold what a message says.
    """
    authority = Authority.objects.served().filter(code=code).first()
    if authority is None:
        return
    try:
        account = account_of(code)
    except BadSetting:
        taking.note_trouble(authority, Trouble.SETTINGS, at=timezone.now())
        return
    if account is not None:
        with suppress(Exception):
            taking.take_in(account, authority=authority, now=timezone.now)


@shared_task
def read_mailboxes(**_: object) -> None:
    """Give every mailbox to a worker. Run each minute by beat."""
    for code in settings.MAILBOXES:
        read_mailbox.delay(code=code)


@shared_task
def destroy_old_mail(**_: object) -> None:
    """Destroy the words of messages that were no requests. Run each night by beat."""
    settling.destroy_old(at=timezone.now())
