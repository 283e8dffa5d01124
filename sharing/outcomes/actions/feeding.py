"""What organisations confirmed goes to the record: as a file of our own, through intake (LC-19).

A file is made of what waits, and the answers point to it, in one transaction: whatever is killed
leaves it to the next. Intake stages it for people, as all that arrives; nothing is overwritten.
"""

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from caseload.intake.actions.files import Receipt, receive
from caseload.intake.errors import IntakeError
from caseload.intake.tasks import hand_over
from ccis.access.references import show_reference
from ccis.calendar.words import local_date
from ccis.files.writing import stream_csv
from sharing.outcomes.kind import NAME, ProviderOutcomes
from sharing.outcomes.models import Answer

MOST = 5_000
"""Rows of one file."""


def feed(*, at: datetime) -> int:
    """Give intake all that was confirmed and is not there yet; says how many files.

    One file for each list and teller. Two workers never take the same answer.
    """
    made = 0
    while batch := _feed_next(at=at):
        made += batch
    return made


@transaction.atomic
def _feed_next(*, at: datetime) -> int:
    waiting = (
        Answer.objects.to_feed()
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("disclosure__on_list", "disclosure__provider", "disclosure__authority")
        .select_related("by")
        .order_by("pk")[:MOST]
    )
    together: dict[tuple[int | None, int], list[Answer]] = defaultdict(list)
    for one in waiting:
        together[one.disclosure.on_list_id, one.by_id].append(one)
    for answers in together.values():
        file = _receive(answers, at=at).file
        Answer.objects.filter(pk__in=[one.pk for one in answers]).update(file=file)
        transaction.on_commit(partial(hand_over, file.pk))
    return len(together)


def _receive(answers: Sequence[Answer], *, at: datetime) -> Receipt:
    """The file of some answers of one teller about one list, as intake takes it in.

    Where the authority takes no such file from the organisation as a source, it comes as from its
    list: what it was asked to say there is not refused.
    """
    first = answers[0]
    disclosure = first.disclosure
    file = {
        "authority": disclosure.authority,
        "content": _content(answers),
        "file_name": f"confirmed-{first.ref}.csv",
        "by": first.by,
        "at": at,
        "kind": NAME,
        "as_at": local_date(max(one.at for one in answers)),
    }
    name = disclosure.provider.name
    try:
        return receive(**file, provider=disclosure.provider, source_name=name)  # type: ignore[arg-type]
    except IntakeError:
        return receive(**file, source_name=f"{name[:180]}, of its list")  # type: ignore[arg-type]


def _content(answers: Sequence[Answer]) -> bytes:
    rows = [
        [
            one.disclosure.ref,
            show_reference(one.disclosure.on_list.ref) if one.disclosure.on_list else "",
            one.where,
            one.since,
            one.get_doing_display() if one.doing else "",
            local_date(one.at),
            f"{one.by_name} ({one.ref})",
        ]
        for one in answers
    ]
    out = io.BytesIO()
    for part in stream_csv([column.heading for column in ProviderOutcomes.columns], rows):
        out.write(part)
    return out.getvalue()
