"""A sender's own file, with what to mend marked in it, given out to be mended."""

from datetime import datetime

from django.db import models, transaction

from caseload.intake.models import InboundFile
from ccis.accounts.models import User
from ccis.audit import trail
from ccis.leaving.actions import Content, leaves


@transaction.atomic
def gave_back(
    file: InboundFile,
    content: bytes,
    *,
    by: User,
    at: datetime,
    subject: models.Model | None = None,
) -> None:
    """Write down that a marked file left: in the ledger of files, and in the trail (USE-07).

    ``subject`` is what the trail says that it is about, where that is not the file.
    """
    leaves(
        "to-mend",
        Content.of(content),
        authority=file.authority,
        by=by,
        at=at,
        why="To be mended by whoever sent it",
        of=file.ref,
        people=file.row_count,
    )
    trail.record(
        "file downloaded",
        by=by,
        at=at,
        authority=file.authority,
        subject=subject or file,
        rows=file.row_count or 0,
    )
