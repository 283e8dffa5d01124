"""The letters of one person, as their page says them."""

from typing import Any

from django.urls import reverse

from caseload.models import YoungPerson
from caseload.presenters.facts import address_lines
from caseload.queries.choices import hold_back
from caseload.queries.risk import risks
from ccis.access.references import show_reference
from ccis.authorities.policy import policy_of
from ccis.calendar.words import local_date
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import short_date
from optout.letters import rules
from optout.letters.choosing import AT_RISK, Rule, groups_of
from optout.letters.models import BatchState, Letter
from optout.letters.presenters.batches import letter_state


def letters_of(person: YoungPerson) -> list[Letter]:
    """Every letter that was planned for someone, newest first."""
    letters = Letter.objects.filter(person=person).select_related(
        "batch__provider_list",
        "batch__authority",
        "version__template",
        "address",
        "part",
        "outgoing",
    )
    found = list(letters.order_by("-pk"))
    hold_back(letter.address for letter in found)
    return found


BY_INDICATORS = "At risk by the authority’s indicators"


def chosen_because(letter: Letter) -> str:
    """Why a letter to those at risk went to someone, by the policy and the record of the day that
    it was planned; nothing for a letter that was not for those at risk alone (LAW-05).
    """
    batch = letter.batch
    if Rule.of(batch.rule).not_known != AT_RISK:
        return ""
    on = local_date(batch.planned_at)
    ours = YoungPerson.objects.filter(pk=letter.person_id)
    if groups_of(ours, on).get(letter.person_id) != "not-known":
        return ""
    policy = policy_of(batch.authority, at=batch.planned_at)
    risk = risks([letter.person_id], policy=policy, on=on)[letter.person_id]
    if risk.is_at_risk:
        return risk.because
    return "At risk by a circumstance that the batch was planned with"


def shown(
    person: YoungPerson, letter: Letter, place: int, *, may_open: bool, may_see_why: bool
) -> dict[str, Any]:
    """One letter: what it said, where it went, why they were chosen, and what can be done.

    ``may_see_why``: signs of risk are as sensitive as what they were read from.
    """
    rows = [
        summary_row("Reference", show_reference(letter.ref)),
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
    because = chosen_because(letter)
    if because:
        rows.append(summary_row("Chosen", because if may_see_why else BY_INDICATORS))
    also = getattr(letter, "outgoing", None)  # there is none where nothing went with it
    if also is not None:
        went = f"{also.get_by_display()}: {also.get_state_display().lower()}"
        rows.append(summary_row("Went with it", [one for one in (went, also.why) if one]))
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
        if may_open and has_file and not letter.address.is_held_back
        else "",
        "came_back": reverse("letters:person-came-back", args=[person.ref, place])
        if may_open and is_posted and letter.returned_on is None
        else "",
        "did_not": reverse("letters:person-did-not-come-back", args=[person.ref, place])
        if may_open and letter.returned_on is not None
        else "",
    }
