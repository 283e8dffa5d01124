"""Who joined and left between two months, and why, in words."""

from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ccis.calendar.periods import Period
from ccis.govuk.words import plural
from returns.cohort import MONTHLY
from returns.editions import Edition
from returns.lineage import DEPARTED, REASONS
from returns.presenters.places import to_month
from returns.presenters.words import status_words
from returns.queries import CohortMovement, Moved

PARTS: Final = {
    "joined": "Joined the cohort",
    "left": "Left the cohort",
    "changed": "Changed status",
}


def joined(movement: CohortMovement, period: Period, word: str) -> list[dict[str, Any]]:
    """Rows of those who joined, by how they stand now and stood before."""
    return [
        {
            "why": join_words(now, before),
            "count": count,
            "href": to_month(period, "cohort-part", "joined", reason=f"{now},{before}", build=word),
        }
        for (now, before), count in movement.joined_by_reason().items()
    ]


def left(
    movement: CohortMovement, period: Period, edition: Edition, word: str
) -> list[dict[str, Any]]:
    """Rows of those who left, by why and by the status they are sent with."""
    return [
        {
            "why": leave_words(now, sent, edition),
            "count": count,
            "href": to_month(period, "cohort-part", "left", reason=f"{now},{sent}", build=word),
        }
        for (now, sent), count in movement.left_by_reason().items()
    ]


def join_words(now: str, before: str) -> str:
    """ "Lives here and is aged 16 or 17; before, was not yet in Year 11"."""
    reason = _capital(_words(now))
    if before == "new":
        return f"{reason}; nothing was known of them before"
    return f"{reason}; before, {_words(before)}"


def leave_words(now: str, status: str, edition: Edition) -> str:
    """ "Lives in another authority; sent with status T"."""
    is_sent = status in edition.codes.cohort_status and status not in MONTHLY
    words = DEPARTED.get(status, _words(now)) if now == "departed" else _words(now)
    said = f"sent with status {status}" if is_sent else "not named in this return"
    return f"{_capital(words)}; {said}"


def _words(reason: str) -> str:
    known = REASONS.get(reason)
    return known.words if known else "nothing is known of them now"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def joined_words(movement: CohortMovement, reason: str) -> dict[int, str]:
    """Why each of those who joined did, by id; those of one reason where it is given."""
    return {
        one.person_id: join_words(one.reason, one.before)
        for one in movement.joined
        if reason in ("", _key(one))
    }


def left_words(movement: CohortMovement, reason: str, edition: Edition) -> dict[int, str]:
    """Why each of those who left did, by id; those of one reason where it is given."""
    return {
        one.person_id: leave_words(one.reason, one.sent, edition)
        for one in movement.left
        if reason in ("", _key(one))
    }


def _key(one: Moved) -> str:
    return f"{one.reason},{one.sent or one.before}"


def changed_words(changed: dict[int, tuple[str, str]], edition: Edition) -> dict[int, str]:
    """What each status was and is, by id."""
    return {
        person: f"{status_words(edition, was)}, now {status_words(edition, now)}"
        for person, (was, now) in changed.items()
    }


def said_of(part: str, reason: str, edition: Edition) -> str:
    """The reason that a list was opened for, in words; empty for all of them."""
    now, _, other = reason.partition(",")
    if not reason or part == "changed":
        return ""
    return join_words(now, other) if part == "joined" else leave_words(now, other, edition)


def part_sentence(total: int, said: str) -> SafeString:
    """How many there are, and of which reason."""
    count = plural(total, "young person", "young people")
    return format_html("<strong>{}</strong>{}{}.", count, ": " if said else "", said)
