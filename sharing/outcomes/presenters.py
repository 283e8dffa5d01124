"""What an organisation said of someone, in words for officers."""

from datetime import datetime
from typing import Any

from ccis.calendar.words import date_in_words
from ccis.govuk.words import date_and_time
from sharing.models import Disclosure
from sharing.outcomes.models import Answer, Attempt, Referral


def what_was_said(disclosure: Disclosure) -> list[dict[str, Any]]:
    """Answers, attempts and referrals of one disclosure, newest first, a line each."""
    found: list[tuple[datetime, dict[str, Any]]] = [
        *((one.at, {"text": _answer(one)}) for one in disclosure.answers.all()),
        *(
            (one.at, {"text": _attempt(one), "undone": one.undone_at is not None})
            for one in disclosure.attempts.all()
        ),
        *((one.at, {"text": _referral(one)}) for one in disclosure.referrals.all()),
    ]
    return [line for _, line in sorted(found, key=lambda one: one[0], reverse=True)]


def _answer(one: Answer) -> str:
    where = f", at {one.where} since {date_in_words(one.since)}" if one.since else ""
    doing = f" ({one.get_doing_display().lower()})" if one.doing else ""
    notes = f" “{one.notes}”" if one.notes else ""
    return f"{_who(one)}: {one.get_outcome_display()}{where}{doing}.{notes}"


def _attempt(one: Attempt) -> str:
    result = f": {one.get_result_display().lower()}" if one.result else ""
    day = date_in_words(one.tried_on)
    return f"{_who(one)}: tried on {day} by {one.get_how_display().lower()}{result}."


def _referral(one: Referral) -> str:
    said = f"said yes on {date_in_words(one.consented_on)}"
    return f"{_who(one)}: referred to {one.to}. They {said}, {one.get_consented_how_display()}."


def _who(one: Answer | Attempt | Referral) -> str:
    return f"{date_and_time(one.at)}, {one.by_name}"
