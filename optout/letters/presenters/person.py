"""The letters of one person, as their page says them."""

from typing import Any

from django.urls import reverse

from caseload.models import YoungPerson
from caseload.presenters.facts import address_lines
from caseload.queries.choices import hold_back
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import short_date
from optout.letters import rules
from optout.letters.models import BatchState, Letter
from optout.letters.presenters.batches import letter_state


def letters_of(person: YoungPerson) -> list[Letter]:
    """Every letter that was planned for someone, newest first."""
    letters = Letter.objects.filter(person=person).select_related(
        "batch__provider_list", "batch__authority", "version__template", "address", "part"
    )
    found = list(letters.order_by("-pk"))
    hold_back(letter.address for letter in found)
    return found


def shown(person: YoungPerson, letter: Letter, place: int, *, may_open: bool) -> dict[str, Any]:
    """One letter: what it said, where it went, and what can be done."""
    rows = [
        summary_row("Where it went", address_lines(letter.address)),
        summary_row("It announced", rules.columns_in_words(letter.version.columns)),
        summary_row("Sharing is for", letter.version.get_purpose_display()),
        summary_row("List of organisations", f"Version {letter.batch.provider_list.version}"),
        summary_row(
            "Words",
            f"{letter.version.template.name}, version {letter.version.number}, "
            f"{letter.version.get_language_display()}",
        ),
    ]
    if letter.returned_on:
        words = [short_date(letter.returned_on), letter.returned_why]
        rows.append(summary_row("Came back", [one for one in words if one]))
    is_posted = letter.posted_on is not None
    has_file = letter.part_id is not None and letter.batch.state != BatchState.WITHDRAWN
    return {
        "heading": f"Letter dated {short_date(letter.batch.dated_on)}",
        "state": letter_state(letter),
        "details": summary(rows),
        "file": reverse("letters:person-file", args=[person.ref, place])
        if may_open and has_file
        else "",
        "came_back": reverse("letters:person-came-back", args=[person.ref, place])
        if may_open and is_posted and letter.returned_on is None
        else "",
        "did_not": reverse("letters:person-did-not-come-back", args=[person.ref, place])
        if may_open and letter.returned_on is not None
        else "",
    }
