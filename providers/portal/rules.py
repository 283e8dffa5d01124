"""When access of an organisation's people ends of itself, and when it is to be looked at again."""

from datetime import date, timedelta

UNUSED_AFTER = timedelta(days=60)
"""A seat that nobody has used for so long ends (issue of access, LC-10)."""

REVIEW_AFTER = timedelta(days=182)
"""Who has access is looked at twice a year."""

TOLD_BEFORE = timedelta(days=14)
"""So long before it is due a review is among the things to do."""

LEFT, COUNCIL, NOT_NAMED, UNUSED, NO_ROLE = "left", "council", "not-named", "unused", "no-role"

BECAUSE: dict[str, str] = {
    LEFT: "Ended by the organisation",
    COUNCIL: "Ended by the council",
    NOT_NAMED: "No longer named in an agreement",
    UNUSED: "Not used for 60 days",
    NO_ROLE: "Their role had ended",
}
"""Why a seat ended."""

SAID_SO = frozenset({LEFT, COUNCIL})
"""Reasons that are somebody's word that the person is to have no access there."""


def unused_words(council: str) -> str:
    """What somebody is told whose access ended because they had not used it."""
    return (
        f"You had not used this for {UNUSED_AFTER.days} days, so your access ended. Ask {council} "
        "or a colleague who looks after access to invite you again."
    )


def review_due(last: date) -> date:
    """The day by which a seat last looked at on a day is looked at again."""
    return last + REVIEW_AFTER


def is_told_on(due: date, today: date) -> bool:
    """Whether a day is one on which those who look after access are written to about a review.

    When it comes into sight, on its day, and each week that it is late.
    """
    late = (today - due).days
    return today == due - TOLD_BEFORE or (late >= 0 and late % 7 == 0)


def is_for_council(due: date, today: date, *, managed: bool) -> bool:
    """Whether a review is the council's to do: nobody there looks after access, or it is late."""
    return today > due if managed else today >= due - TOLD_BEFORE
