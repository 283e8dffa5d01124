"""What a merge does with the tables of the record itself."""

from caseload.merging.registry import Handler, Kept, Pair, Way, register, repointed
from caseload.models import FACT_MODELS, Departure, Task

FACTS = "read again with those of the record that stays, by the rule of caseload.merging.rules"


def move_tasks(pair: Pair) -> Kept:
    """What is to be done is to be done for the record that stays, once."""
    same = Task.objects.still_open().filter(person=pair.stays_id).values("what")
    twice = Task.objects.still_open().filter(person=pair.goes_id, what__in=same)
    tasks = Task.objects.filter(person=pair.goes_id).exclude(pk__in=twice)
    ids = sorted(tasks.values_list("pk", flat=True))
    Task.objects.filter(pk__in=ids).update(person=pair.stays_id)
    return {"ids": ids}


def move_tasks_back(pair: Pair, kept: Kept) -> None:
    """Undo ``move_tasks``."""
    moved = Task.objects.filter(pk__in=kept["ids"], person=pair.stays_id)
    moved.update(person=pair.goes_id)


register(
    *(
        Handler(model._meta.label_lower, Way.RESTATED, FACTS)
        for model in FACT_MODELS
        if model is not Departure
    ),
    Handler(
        "caseload.departure",
        Way.OWN,
        "each record keeps its own; the one that goes is closed as merged",
    ),
    repointed(
        "caseload.youngperson",
        "records that were merged into the one that goes lead to the one that stays",
        column="merged_into_id",
    ),
    Handler(
        "caseload.task",
        Way.REPOINTED,
        "what is to be done is to be done for the record that stays, once",
        move_tasks,
        move_tasks_back,
    ),
    repointed(
        "caseload.foundwrong",
        "what a file told wrong is to be told to its sender, whoever the person turns out to be",
    ),
    Handler(
        "caseload.restrictedrecordgrant",
        Way.OWN,
        "only who might open both may open the record that stays",
    ),
    Handler(
        "caseload.sealedidentity",
        Way.OWN,
        "each record keeps its seals, and what either says that is sealed of the other is sealed",
    ),
    Handler("merging.merge", Way.KEPT, "merges tell what was merged when"),
    Handler(
        "merging.two", Way.KEPT, "pairs are found again each night; one that is merged is gone"
    ),
)
