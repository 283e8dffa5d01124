"""What accepted rows said about sharing, told to whoever keeps it, in the chunk's transaction."""

from collections.abc import Collection
from datetime import date

from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile, InboundRow
from caseload.signals import Said, said_about_sharing
from ccis.audit.models import Change
from ccis.calendar.words import local_date


def announce_said(file: InboundFile, rows: Collection[int], change: Change) -> None:
    """Announce each yes or no to sharing of some applied rows, by their ids (LC-06).

    A row without a day of its own tells of the file's day; none tells of a day to come.
    """
    speaker = kind_named(file.kind).speaks_as
    if not speaker:
        return
    today = local_date(change.at)
    told = InboundRow.objects.filter(pk__in=rows, person__isnull=False, read__has_key="sharing")
    said = [
        Said(
            person=person,
            says_no=read["sharing"] == "no",
            said_on=min(_day(read.get("sharing_on")) or file.as_at or today, today),
            said_by=speaker,
            how="file",
            source=file.sender,
            row=number,
            is_dated=bool(read.get("sharing_on")),
        )
        for person, number, read in told.order_by("number").values_list("person", "number", "read")
    ]
    if said:
        said_about_sharing.send(sender=InboundFile, said=said, change=change)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
