"""What was sealed of someone, for those who were named to see it."""

from collections.abc import Sequence
from typing import Any

from caseload.presenters import facts
from caseload.presenters.parts import kind_of, value_of
from caseload.queries.sealed import reasons
from ccis.calendar.words import moment_in_words


def rows(sealed: Sequence[Any]) -> list[dict[str, str]]:
    """Each sealed version: what it says, when it was true, and why, when and by whom sealed."""
    why = reasons(sealed)
    return [
        {
            "kind": kind_of(fact),
            "value": value_of(fact),
            "days": facts.days(fact) or "from birth",
            "sealed": ". ".join(
                (
                    why.get(fact.sealed_id, "Brought together by a merge"),
                    f"Sealed on {moment_in_words(fact.sealed.at)} by {facts.who(fact.sealed)}",
                )
            ),
        }
        for fact in sealed
    ]
