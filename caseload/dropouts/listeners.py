"""What follows once drop-outs were worked on, or stopped: they count as sent, go where they must,
and somebody is told."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from caseload.dropouts import tasks
from caseload.dropouts.actions import passing
from caseload.dropouts.models import Notification
from caseload.dropouts.queries import KIND
from caseload.intake.models import InboundFile
from caseload.intake.rules import WITH_PEOPLE, FileState

DEALT_WITH = {*WITH_PEOPLE, FileState.DONE}


def after_work(*, file: InboundFile, at: datetime, **_: Any) -> None:
    """Say that a workbook without rows to mend was sent, pass on what is not ours, and tell who
    is to look. Safe to do again."""
    if file.kind != KIND or file.state not in DEALT_WITH:
        return
    with transaction.atomic():
        sent = Notification.objects.filter(file=file, sent_at=None).update(sent_at=F("at"))
        passing.pass_on_here(file, at=at)
        if sent or file.came_by in ("screen", "passed"):
            transaction.on_commit(partial(tasks.hand_over, file.pk))


def after_stop(*, file: InboundFile, **_: Any) -> None:
    """Tell who is to look, as the sender was told that the council has been."""
    if file.kind == KIND:
        transaction.on_commit(partial(tasks.hand_over, file.pk))
