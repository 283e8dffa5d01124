"""What merging two records means for files and their rows."""

from typing import Any

from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.rules import FINAL, OPEN_OUTCOMES, FileState, Outcome
from caseload.merging import registry
from caseload.merging.registry import Handler, Kept, Notice, Pair, Way, register
from ccis.govuk.words import plural

STAGED = (Outcome.WILL_CHANGE, Outcome.NO_CHANGE, Outcome.LOOK_AGAIN)


def move_rows(pair: Pair) -> Kept:
    """Rows about the record that goes, or that may be, are about the one that stays.

    What a row that is not applied yet would write was worked out from the record that goes, so it
    is looked at again: no version of the other is the one that was looked at.
    """
    about = InboundRow.objects.filter(person=pair.goes_id)
    ids = sorted(about.values_list("pk", flat=True))
    InboundRow.objects.filter(pk__in=ids, outcome__in=STAGED).update(person_version=None)
    InboundRow.objects.filter(pk__in=ids).update(person=pair.stays_id)
    files = InboundFile.objects.filter(authority__young_people=pair.stays_id)
    perhaps = list(
        InboundRow.objects.filter(
            file__in=files.exclude(state__in=[*FINAL, FileState.DONE]),
            outcome__in=OPEN_OUTCOMES,
            candidates__contains=[{"person": pair.goes_id}],
        )
        .order_by("pk")
        .only("candidates")
        .select_for_update()
    )
    offered = {str(row.pk): row.candidates for row in perhaps}
    for row in perhaps:
        row.candidates = following(row.candidates, pair)
    InboundRow.objects.bulk_update(perhaps, ["candidates"], batch_size=500)
    return {"ids": ids, "offered": offered}


def following(candidates: list[dict[str, Any]], pair: Pair) -> list[dict[str, Any]]:
    """Whom a row may be about, the record that stays in the place of the other, each once."""
    both = {pair.stays_id, pair.goes_id}
    own = next((one for one in candidates if one["person"] == pair.stays_id), None)
    made, is_there = [], False
    for one in candidates:
        if one["person"] not in both:
            made.append(one)
        elif not is_there:
            made.append(own or {**one, "person": pair.stays_id})
            is_there = True
    return made


def move_rows_back(pair: Pair, kept: Kept) -> None:
    """Undo ``move_rows``, where nothing was decided about the row since."""
    moved = InboundRow.objects.filter(pk__in=kept["ids"], person=pair.stays_id)
    moved.filter(outcome__in=STAGED).update(person_version=None)
    moved.update(person=pair.goes_id)
    offered = kept.get("offered", {})
    rows = InboundRow.objects.filter(pk__in=offered, outcome__in=OPEN_OUTCOMES)
    back = []
    for row in rows.order_by("pk").only("candidates").select_for_update():
        before = offered[str(row.pk)]
        if row.candidates == following(before, pair):
            row.candidates = before
            back.append(row)
    InboundRow.objects.bulk_update(back, ["candidates"], batch_size=500)


register(
    Handler(
        "intake.inboundrow",
        Way.REPOINTED,
        "a row is about the person, who is the record that stays, and so is whoever it may be",
        move_rows,
        move_rows_back,
    ),
)


def rows_not_applied(pair: Pair) -> list[Notice]:
    """Rows of files under review about either: they are looked at again when they are applied."""
    rows = InboundRow.objects.filter(
        person__in=(pair.stays_id, pair.goes_id), outcome__in=STAGED
    ).exclude(file__state__in=[*FINAL, FileState.DONE])
    count = rows.count()
    if not count:
        return []
    return [
        Notice(
            f"{plural(count, 'row')} of files that are not applied yet "
            f"{'is' if count == 1 else 'are'} about one of these. What they would change is "
            "worked out again when they are applied."
        )
    ]


registry.give_notice("rows of files", rows_not_applied)
