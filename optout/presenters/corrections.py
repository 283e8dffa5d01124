"""Corrections as officers see them: what is said now and what was asked, side by side (§3.8)."""

from datetime import date
from typing import Any

from django.urls import reverse

from caseload.forms.facts import FactForm
from caseload.forms.parts import Part
from caseload.models import FoundWrong, YoungPerson
from caseload.presenters import conflict, facts, parts
from caseload.presenters.facts import part_address
from caseload.queries.lineage import lineage
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.calendar.words import date_in_words, local_date, moment_in_words
from ccis.govuk.summary import row, summary
from ccis.govuk.words import clock_date, date_and_time
from optout import proposals
from optout.forms.public import DOINGS, REACHES, WRONGS
from optout.held import OF_SLUG, Held
from optout.models import Correction, Request
from optout.presenters.requests import COMPLAIN, clock_tag
from optout.recipients import Recipient

STATE_COLOURS = {
    Correction.State.OPEN: "yellow",
    Correction.State.ACCEPTED: "green",
    Correction.State.CHANGED: "green",
    Correction.State.DECLINED: "grey",
}

NEW = "new"


def state_tag(correction: Correction) -> dict[str, str]:
    """The state as a tag."""
    state = Correction.State(correction.state)
    return {"text": state.label, "colour": STATE_COLOURS[state]}


def part_in_words(correction: Correction) -> str:
    """Which part of the record it is about."""
    part = OF_SLUG.get(correction.part)
    return part.said if part else "Not said yet"


def line(correction: Correction, on: date, *, name: str) -> dict[str, Any]:
    """One correction as a row of the list."""
    request = correction.request
    is_open = correction.state == Correction.State.OPEN
    return {
        "reference": show_reference(correction.ref),
        "href": reverse("optout:correction", args=[correction.ref]),
        "who": name,
        "about": part_in_words(correction),
        "asked": date_and_time(request.received_at),
        "state": state_tag(correction),
        "clock": clock_tag(request, on) if is_open else None,
        "due": clock_date(request.due_on) if is_open else "",
    }


# -- what is said, what was asked ------------------------------------------------------------------


def words_said(request: Request) -> str:
    """What they said, with what they chose, as one line."""
    choice = request.said.get("choice")
    chosen = next((str(of[choice]) for of in (WRONGS, DOINGS, REACHES) if choice in of), "")
    words = f"“{request.said['words']}”" if request.said.get("words") else ""
    return ": ".join(filter(None, (chosen, words)))


def proposed(correction: Correction) -> dict[str, str]:
    """What their words propose, by fields of the part's form."""
    if proposals.is_not_theirs(correction.request.kind, correction.request.said):
        return {}
    return proposals.read(correction.part, str(correction.request.said.get("words", "")))


def compare(correction: Correction, held: Held, *, new: Any = None) -> list[dict[str, Any]]:
    """Rows of what the record says and what was asked; ``new`` is what it came to, once decided."""
    asked, part = proposed(correction), held.part
    if part is None or not asked or new is not None:
        said = _in_words(held.fact)
        sides = [said, words_said(correction.request)]
        agree = "Read what they said"
        if new is not None:
            sides, agree = [*sides, _in_words(new)], "Put right"
        return [
            {
                "field": part.said if part else "What they said",
                "values": sides,
                "agree": agree,
                "differs": True,
            }
        ]
    form = part.form(fact=held.fact) if held.fact else part.form()
    return [_row(form, name, value) for name, value in asked.items() if name in form.fields]


def _row(form: FactForm, name: str, value: str) -> dict[str, Any]:
    asked = conflict.shown(form, name, value)
    if getattr(form.fact, "is_held_back", False) and name not in form.initial:
        return {
            "field": form.fields[name].label,
            "values": ["Held back", asked],
            "agree": "Held back",
            "differs": False,
        }
    now = conflict.shown(form, name, form.initial.get(name)) if form.fact else ""
    same = now == asked
    agree = "Same" if same else "Only asked for" if not now else "Differs"
    if now and not asked:
        agree = "Only on the record"
    return {
        "field": form.fields[name].label,
        "values": [now, asked],
        "agree": agree,
        "differs": not same,
    }


def _in_words(fact: Any) -> str:
    if fact is None:
        return ""
    kind = parts.kind_of(fact)
    return f"{kind}: {parts.value_of(fact)}" if kind else parts.value_of(fact)


def whence(held: Held, *, is_open: bool) -> str:
    """Since when the record says it, and from where."""
    if held.fact is None:
        adds = "The record has nothing here that it would alter. Accepting adds to it."
        return adds if is_open else ""
    days = facts.days(held.fact)
    return ". ".join(filter(None, (days[:1].upper() + days[1:], facts.whence(held.fact)))) + "."


def changed_since(correction: Correction, held: Held) -> str:
    """That the record changed after they wrote, and who did it; nothing where it did not."""
    if held.fact is None or held.fact.recorded.at <= correction.request.received_at:
        return ""
    who = facts.who(held.fact.recorded) or "A file"
    when = moment_in_words(held.fact.recorded.at)
    return f"{who} changed this on {when}, after they wrote. Look whether it is right by now."


def evidence(request: Request) -> dict[str, Any]:
    """Who says so and what shows it."""
    own = request.speaker == Request.Speaker.OWN
    who = "Their own word" if own else f"{request.get_speaker_display()}, {request.speaker_name}"
    shown = (
        "They used their personal code"
        if request.by_code
        else f"Matched by {request.matched_by.name}"
        if request.matched_by
        else "Nothing"
    )
    rows = [
        row("What they said", words_said(request)),
        row("Who says so", who.rstrip(", ")),
        row("What shows who they are", shown),
    ]
    if not own:
        rows.append(row("What shows that they may", request.proof))
    rows.append(
        row("Came by", f"{request.get_channel_display()}, {date_and_time(request.received_at)}")
    )
    rows.append(row("To be answered", f"by the end of {date_in_words(request.due_on)}"))
    return summary(rows)


def decision(correction: Correction) -> dict[str, Any]:
    """What was decided, by whom, and what they were told."""
    by, at = correction.decided_by, correction.decided_at
    rows = [row("What was decided", Correction.State(correction.state).label)]
    if by is not None and at is not None:
        rows.append(row("Decided", f"{by.name}, {date_and_time(at)}"))
    if correction.reason:
        rows.append(row("Why it was not done", correction.reason))
    return summary(rows)


# -- which fact ------------------------------------------------------------------------------------


def places(person: YoungPerson, may: frozenset[Permission]) -> list[tuple[str, Any]]:
    """Everything a correction may be about, by part: what is believed, and adding one."""
    found = []
    for slug, part in OF_SLUG.items():
        if part.permission not in may:
            continue
        held = lineage(person, part.model)
        options = [(f"{slug}:{held.place_of(fact)}", _option(fact, part)) for fact in held.current]
        if not (part.is_single and options):
            options.append((f"{slug}:{NEW}", f"Add {part.a_new}"))
        found.append((part.many, options))
    return found


def _option(fact: Any, part: Part) -> str:
    words = ", ".join(filter(None, (_in_words(fact), facts.days(fact))))
    return words if len(words) <= 100 else f"{words[:99]}…"


def record_address(correction: Correction) -> str:
    """The page of the record that shows it."""
    part, person = OF_SLUG.get(correction.part), correction.request.person
    return part_address(part, person) if part and person else ""


# -- who was sent it -------------------------------------------------------------------------------


def recipient_lines(found: list[Recipient]) -> list[dict[str, str]]:
    """Everyone who was sent it, as rows."""
    return [
        {
            "who": one.who,
            "how": one.how,
            "sent": date_in_words(one.sent_on),
            "told": one.told or ("Told by the answer" if one.is_the_person else "Not told yet"),
        }
        for one in found
    ]


def senders(person: YoungPerson, held: Held) -> list[str]:
    """What the senders of files that told it are to hear, or heard (LA-10)."""
    came_by = [version.recorded_id for version in held.same]
    found = FoundWrong.objects.filter(person=person, came_by__in=came_by).order_by("pk")
    return [
        f"It came by the file from {one.came_by.source or 'a sender without a name'}. "
        + (
            f"The sender was told on {date_in_words(local_date(one.told_at))}."
            if one.told_at
            else "On the page of the file it is noted for the sender, who is not told yet."
        )
        for one in found.select_related("came_by")
    ]


def told_sentence(found: list[Recipient]) -> str:
    """For the answer: who else had been sent it; or that nobody was (LAW-09)."""
    others = list(dict.fromkeys(one.who for one in found if not one.is_the_person))
    if not others:
        return "We had not sent what it said before to anyone else."
    names = others[0] if len(others) == 1 else f"{', '.join(others[:-1])} and {others[-1]}"
    return f"We had sent what it said before to {names}, and are telling them."


# -- the words of an answer ------------------------------------------------------------------------

NOT_FOR_THEM = (
    "Thank you for telling us. We have checked, and will not write to this address about them "
    "again."
)


def words_of_done(correction: Correction, held: Held, found: list[Recipient]) -> str:
    """Words to begin the answer with, when it is done."""
    if proposals.is_not_theirs(correction.request.kind, correction.request.said):
        return NOT_FOR_THEM
    about = part_in_words(correction).lower()
    begin = f"Thank you. Our record now says what you told us ({about})."
    others = told_sentence(found) if held.fact is not None else ""
    return _whole(correction, f"{begin} {others}".rstrip())


def words_of_declined(correction: Correction, reason: str) -> str:
    """What they are told when it is not done: why, and how to complain."""
    if proposals.is_not_theirs(correction.request.kind, correction.request.said):
        return f"Thank you for telling us.\n\n{reason}"
    return _whole(
        correction, f"Thank you. We looked at it and left our record as it is.\n\n{reason}"
    )


def _whole(correction: Correction, begin: str) -> str:
    return f"{begin}\n\n{COMPLAIN}\n\nReference {show_reference(correction.request.ref)}"


def told_on(correction: Correction) -> date:
    """The day on which they told us."""
    return local_date(correction.request.received_at)
