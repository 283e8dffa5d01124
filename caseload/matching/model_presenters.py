"""How matching decides, in words: the rules, what each agreement says, the bands, the versions."""

import math
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from caseload.intake.kinds import KINDS
from caseload.matching.estimating import Parameters
from caseload.matching.models import MatchModel, ModelUse
from caseload.matching.presenters import weight_in_words
from caseload.matching.rules import AGAINST_LABELS, ORDER, RULE_LABELS, MatchRule
from caseload.matching.scoring import DUPLICATES
from caseload.matching.trying import Trial
from caseload.matching.wording import CALLED, USUAL
from caseload.matching.wording import WORDS as OF_FIELD
from ccis.govuk.words import date_and_time, number

VARIANT = "Another form or spelling of the name"
PARTS = ("certain", "ask")


def kind_label(kind: str) -> str:
    """A kind of file in words, or people held twice."""
    return "people held twice" if kind == DUPLICATES else KINDS[kind].label


def kinds(current: str) -> list[dict[str, Any]]:
    """Every kind that has a model of its own, with the address of its page."""
    return [
        {
            "text": kind_label(kind)[:1].upper() + kind_label(kind)[1:],
            "href": address(kind),
            "current": kind == current,
        }
        for kind in (*KINDS, DUPLICATES)
    ]


def address(kind: str) -> str:
    """The page about a kind."""
    return reverse("matching:model-of", kwargs={"kind": kind})


def rules() -> list[str]:
    """The rules in their order, as sentences."""
    return [
        RULE_LABELS[rule][:1].upper() + RULE_LABELS[rule][1:]
        for rule in ORDER
        if rule != MatchRule.SCORE
    ]


def against() -> list[str]:
    """What keeps a rule from deciding alone."""
    return [label[:1].upper() + label[1:] for label in AGAINST_LABELS.values()]


def weights(model: MatchModel) -> list[dict[str, Any]]:
    """What each level of agreement of each field says, the best of each field first."""
    told = []
    kept = model.parameters
    for name in (name for name in CALLED if name in kept["m"]):
        levels = zip(kept["levels"][name], kept["m"][name], kept["u"][name], strict=True)
        lines = [
            {
                "seen": OF_FIELD.get((name, level)) or USUAL.get(level, VARIANT),
                "says": weight_in_words(math.log2(max(m, 1e-9) / max(u, 1e-9))),
            }
            for level, m, u in reversed(list(levels))
        ]
        told.append({"field": CALLED[name], "lines": lines})
    return told


def bands(model: MatchModel) -> list[str]:
    """The three bands, as sentences."""
    parameters = Parameters.from_json(model.parameters)
    certain, ask = _share(parameters.certain), _share(parameters.ask)
    return [
        f"Almost certainly the same: {certain} or more, and nobody else fits better",
        f"May be the same: {ask} or more",
        f"Not the same: less than {ask}. Such a person is not shown",
    ]


def _share(probability: float) -> str:
    return f"{probability * 100:.4g} in 100"


def measured(model: MatchModel) -> list[str]:
    """What was measured when the version was made, as sentences; none where nothing was."""
    kept = model.measured
    if not kept or any(part not in kept for part in PARTS):
        return []
    certain, ask = kept["certain"], kept["ask"]
    said = [
        f"Of {number(kept['rows'])} rows, {number(certain['rows'])} were almost certain and "
        f"{number(ask['rows'])} to be asked about.",
        f"By the model’s own reckoning {_in_ten_thousand(certain['error'])} of those that are "
        "almost certain are wrong.",
    ]
    if missed := kept.get("none", {}).get("missed"):
        said.append(
            f"By the same reckoning {_in_ten_thousand(missed)} of the rows about someone held "
            "are taken to be about nobody."
        )
    if answers := kept.get("answers"):
        said.append(
            f"People have answered about {number(answers)} of the likeliest pairs; "
            f"{number(kept.get('wrong', 0))} of those almost certain were not the same."
        )
    return said


def _in_ten_thousand(share: float) -> str:
    return f"{share * 10_000:.3g} in 10,000"


def version_line(model: MatchModel, in_use: MatchModel, uses: Sequence[ModelUse]) -> dict[str, Any]:
    """One version: who made it, when, from how many pairs, and since when it is in use."""
    use = next((one for one in uses if one.model_id == model.pk), None)
    who = model.estimated_by.name if model.estimated_by else "the service, by command"
    since = f"Put in use by {use.by.name}, {date_and_time(use.at)}" if use else ""
    return {
        "version": model.version,
        "made": f"{who}, {date_and_time(model.estimated_at)}"
        if model.estimated_at
        else "Came with the service: our own judgement",
        "pairs": number(model.pairs) if model.pairs else "none",
        "is_in_use": model == in_use,
        "since": since,
        "href": reverse("matching:model-try", kwargs={"kind": model.kind, "version": model.version})
        if model.pk and model != in_use
        else "",
    }


def trial_rows(trial: Trial) -> list[tuple[str, str, str]]:
    """The numbers of a trial: what, with the version in use, with the other."""
    return [
        ("Someone is likely enough to ask about", number(trial.asked), number(trial.asked_then)),
        ("Of these, almost certain", number(trial.certain), number(trial.certain_then)),
        (
            "Nobody is likely enough",
            number(trial.rows - trial.asked),
            number(trial.rows - trial.asked_then),
        ),
    ]
