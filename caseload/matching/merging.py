"""What merging two records means for what was reckoned and answered about them."""

from typing import Any

from caseload.matching.models import Candidate
from caseload.merging.registry import Handler, Kept, Pair, Way, register


def move_candidates(pair: Pair) -> Kept:
    """Whoever may be the record that goes may be the one that stays; each row names it once."""
    goes = Candidate.objects.filter(person=pair.goes_id)
    twice = Candidate.objects.filter(person=pair.stays_id).values("row")
    ids = sorted(goes.exclude(row__in=twice).values_list("pk", flat=True))
    Candidate.objects.filter(pk__in=ids).update(person=pair.stays_id)
    return {"ids": ids}


def move_candidates_back(pair: Pair, kept: dict[str, Any]) -> None:
    """Undo ``move_candidates``, where the candidates are still there."""
    moved = Candidate.objects.filter(pk__in=kept["ids"], person=pair.stays_id)
    moved.update(person=pair.goes_id)


register(
    Handler(
        "matching.candidate",
        Way.REPOINTED,
        "whoever may be the record that goes may be the one that stays",
        move_candidates,
        move_candidates_back,
    ),
    Handler(
        "matching.answer",
        Way.KEPT,
        "an answer is never edited; what was said of the record that goes is read as said of the "
        "one that stays",
    ),
)
