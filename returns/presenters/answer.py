"""What the Department answered, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from caseload.models import YoungPerson
from ccis.calendar.periods import Period
from ccis.govuk.tags import DONE, NONE, SOON
from ccis.govuk.words import number, plural
from returns import editions
from returns.answers import Answer, Reported
from returns.models import Build
from returns.presenters.people import rows_of
from returns.presenters.words import Tag, tag


def sentence(answer: Answer) -> SafeString:
    """ "53 errors in 49 young people. We had found 50 of them."."""
    return format_html(
        "<strong>{}</strong> in {}. We had found {} of them.",
        plural(answer.errors, "error"),
        plural(answer.people, "young person", "young people"),
        number(answer.found_here),
    )


def waiting(answer: Answer) -> str:
    """That rows of the reports wait for someone; empty where none does."""
    if not answer.waiting:
        return ""
    verb = "waits" if answer.waiting == 1 else "wait"
    return (
        f"{plural(answer.waiting, 'row')} of the report {verb} for someone to decide, such as "
        "records that we do not hold."
    )


FOUND_HERE: dict[bool | None, Tag] = {
    True: tag("We found it too", DONE),
    False: tag("Only DfE", SOON),
    None: tag("Not known here", NONE),
}


def person_rows(
    shown: Sequence[YoungPerson],
    found: Mapping[int, Sequence[Reported]],
    period: Period,
    build: Build | None,
) -> list[dict[str, Any]]:
    """Rows of the people of a page, each with the errors in their record."""
    rules = editions.for_period(period.end).rules

    def more(person: YoungPerson) -> dict[str, Any]:
        return {
            "errors": [
                {
                    "text": rules[one.code].words if one.code in rules else f"Error {one.code}",
                    "tag": FOUND_HERE[one.ours],
                }
                for one in found.get(person.pk, ())
            ]
        }

    return rows_of(shown, build, more)
