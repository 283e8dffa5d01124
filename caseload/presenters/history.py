"""The history of a record in words."""

from datetime import date
from typing import Any

from caseload.models import NEED_TO_KNOW, Characteristic, Verification
from caseload.presenters import facts
from caseload.presenters.parts import kind_of, value_of
from caseload.queries.history import Changed
from ccis.calendar.words import moment_in_words, short_date
from ccis.govuk.summary import row, summary

HIDDEN = "a sensitive circumstance"


def sections(
    held: dict[Any, list[Any]], born: date | None, sees_sensitive: bool
) -> dict[str, Any] | None:
    """What was believed to be true, as a summary list with a row for each kind of fact."""
    rows = []
    for model, found in held.items():
        if not found or (model in NEED_TO_KNOW and not sees_sensitive):
            continue
        lines = [_line(fact, born) for fact in found]
        noun = str(model._meta.verbose_name)
        rows.append(row(noun[:1].upper() + noun[1:], lines))
    return summary(rows) if rows else None


def _line(fact: Any, born: date | None) -> str:
    if _is_sensitive(fact):
        return f"{HIDDEN.capitalize()}: open it under Education and support"
    words = ": ".join(filter(None, (kind_of(fact), value_of(fact))))
    return f"{words} ({facts.days(fact, from_birth=born) or 'from birth'})"


def _is_sensitive(fact: Any) -> bool:
    return isinstance(fact, Characteristic) and fact.code.is_sensitive


def change(made: Changed, sees_sensitive: bool) -> dict[str, Any]:
    """One change: when, who, why, and each thing that it said or put aside."""
    kept = {id(fact): fact for fact in (*made.recorded, *made.superseded)}
    shown = [fact for fact in kept.values() if sees_sensitive or not isinstance(fact, NEED_TO_KNOW)]
    return {
        "when": moment_in_words(made.change.at),
        "who": facts.who(made.change) or "The service",
        "why": made.change.why[:1].upper() + made.change.why[1:],
        "source": next(
            (
                words
                for words in (facts.source(made.change, f.source_row) for f in made.recorded)
                if words
            ),
            "",
        ),
        "recorded": [_said(fact) for fact in shown if fact in made.recorded],
        "superseded": [_said(fact) for fact in shown if fact in made.superseded],
    }


def _said(fact: Any) -> str:
    if isinstance(fact, Verification):
        return f"Confirmed on {short_date(fact.verified_on)}"
    if _is_sensitive(fact):
        return HIDDEN.capitalize()
    days = facts.days(fact)
    words = facts.sentence(fact)
    return f"{words} ({days})" if days else words
