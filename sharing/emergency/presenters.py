"""Emergencies and enquiries in words; what is told, this once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.authorities.models import Authority
from ccis.calendar.words import moment_in_words
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import date_and_time
from optout.letters.rules import PURPOSES
from sharing.agreements.rules import Terms
from sharing.emergency import rules
from sharing.emergency.actions import Wanted
from sharing.emergency.models import Emergency, Enquiry, How
from sharing.queries.values import Value
from sharing.rules import HEADINGS, Answer, in_words

STATES = {
    Enquiry.State.CHECKED: "yellow",
    Enquiry.State.TOLD: "green",
    Enquiry.State.REFUSED: "grey",
}
OUTCOMES = {
    Emergency.Outcome.RIGHT: {"text": "Right", "colour": "green"},
    Emergency.Outcome.TOO_MUCH: {"text": "Too much told", "colour": "orange"},
    Emergency.Outcome.WRONG: {"text": "Not right", "colour": "red"},
}
DESPITE = (
    "They said no to sharing. It is shared in spite of that because of the emergency, which is "
    "recorded and looked at again"
)


def to_check(wanted: Wanted, *, despite: bool) -> dict[str, Any]:
    """What is about to be told, without a value of it."""
    rows = [
        summary_row("To whom", f"{wanted.told_to}, {wanted.recipient}"),
        summary_row("How it was checked who they are", wanted.checked),
        summary_row("How they are told", How(wanted.how).label),
        summary_row(
            "What they are told", [f"{HEADINGS[one]}: {why}" for one, why in wanted.whys.items()]
        ),
        summary_row("The emergency", wanted.why),
        summary_row("Criteria that are met", list(wanted.met)),
        summary_row("Lawful basis", rules.BASES[wanted.basis]),
        summary_row("Decided by", wanted.decided_by),
    ]
    if despite:
        rows.append(summary_row("Their choice", DESPITE))
    return summary(rows)


def words_to_tell(values: Mapping[str, Value]) -> dict[str, Any]:
    """The values themselves, to read out this once."""
    return summary([summary_row(HEADINGS[one], values[one]) for one in HEADINGS if one in values])


def emergency_rows(
    found: Iterable[Emergency], names: Mapping[int, str], by: int
) -> list[dict[str, Any]]:
    """Emergencies for a table; whoever did it is not asked to look again at it."""
    rows = []
    for one in found:
        waits = one.reviewed_at is None
        rows.append(
            {
                "name": names[one.disclosure.person_id],
                "href": reverse("emergency:emergency", args=[one.disclosure.ref]),
                "recipient": one.disclosure.provider.name,
                "told": in_words(one.disclosure.columns),
                "when": date_and_time(one.disclosure.released_at),
                "tag": {"text": "To look at again", "colour": "yellow"}
                if waits
                else OUTCOMES[Emergency.Outcome(one.outcome)],
                "is_own": waits and one.by_id == by,
            }
        )
    return rows


def emergency(one: Emergency) -> dict[str, Any]:
    """All that is on record of one emergency."""
    made = one.disclosure
    version = f"version {one.criteria.number}" if one.criteria else "as the service came with"
    rows = [
        summary_row("To whom", f"{one.told_to}, {made.provider.name}"),
        summary_row("How it was checked who they are", one.checked),
        summary_row("When and how", f"{moment_in_words(made.released_at)}, {_how(one.how)}"),
        summary_row(
            "What they were told", [f"{HEADINGS[c]}: {one.whys.get(c, '')}" for c in made.columns]
        ),
        summary_row("The emergency", one.why),
        summary_row(f"Criteria that were met ({version})", list(one.met)),
        summary_row("Lawful basis", rules.BASES.get(made.basis, made.basis)),
        summary_row("Decided by", one.decided_by),
        summary_row("Shared by", one.by.name),
        summary_row(
            "Had they opted out?", "Yes. It was shared in spite of it" if one.despite else "No"
        ),
    ]
    if one.reviewed_at and one.reviewed_by:
        rows += [
            summary_row(
                "Looked at again",
                f"{moment_in_words(one.reviewed_at)} by {one.reviewed_by.name}",
            ),
            summary_row("Was it right?", [one.get_outcome_display(), one.found]),
        ]
    rows.append(summary_row("Reference", show_reference(made.ref)))
    return summary(rows)


def _how(how: str) -> str:
    return How(how).label.lower()


def enquiry_tag(one: Enquiry) -> dict[str, str]:
    """Where an enquiry stands."""
    state = Enquiry.State(one.state)
    return {"text": state.label, "colour": STATES[state]}


def enquiry_rows(found: Iterable[Enquiry], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Enquiries for a table."""
    return [
        {
            "name": names.get(one.person_id or 0, "Nobody whom we hold"),
            "href": reverse("emergency:enquiry", args=[one.ref]),
            "organisation": one.provider.name,
            "asker": one.asker,
            "when": date_and_time(one.at),
            "tag": enquiry_tag(one),
        }
        for one in found
    ]


def enquiry(one: Enquiry) -> dict[str, Any]:
    """All that is on record of one enquiry."""
    rows = [
        summary_row("Who asks", f"{one.asker}, {one.provider.name}"),
        summary_row("When and how", f"{moment_in_words(one.at)}, {_how(one.channel)}"),
        summary_row("What they ask", one.asks),
        summary_row("How they showed who they are", [rules.PROOFS[c] for c in one.checks]),
        summary_row("What was checked", one.checked),
        summary_row("Taken by", one.by.name),
    ]
    if one.answered_at and one.answered_by:
        rows.append(
            summary_row(
                one.get_state_display(),
                [f"{moment_in_words(one.answered_at)} by {one.answered_by.name}", one.why],
            )
        )
    if one.disclosure is not None:
        rows.append(summary_row("What they were told", in_words(one.disclosure.columns)))
    rows.append(summary_row("Reference", show_reference(one.ref)))
    return summary(rows)


def may_be_told(found: Mapping[str, tuple[Terms, Answer]]) -> list[dict[str, Any]]:
    """For each purpose agreed, what may be told, or every reason why not."""
    return [
        {
            "purpose": PURPOSES[purpose],
            "may": answer.may,
            "words": [in_words(answer.columns).capitalize()]
            if answer.may
            else [why.words for why in answer.why_not],
        }
        for purpose, (_, answer) in found.items()
        if purpose in PURPOSES
    ]


def on_sharing(authority: Authority) -> list[dict[str, Any]]:
    """What the page of sharing says of emergencies that wait to be looked at again."""
    waiting = Emergency.objects.filter(disclosure__authority=authority).to_review().count()
    if not waiting:
        return []
    address = reverse("emergency:emergencies")
    return [{"number": waiting, "text": "Emergencies to look at again", "href": address}]
