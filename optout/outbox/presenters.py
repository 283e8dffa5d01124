"""What the pages of messages out say."""

from datetime import date
from typing import Any

from django.urls import reverse

from ccis.access.references import show_reference
from ccis.govuk.summary import row as summary_row
from ccis.govuk.summary import summary
from ccis.govuk.words import date_and_time, plural, short_date
from optout.outbox.actions.sending import CODE, stop_address
from optout.outbox.models import MessageChoice, Outgoing, State
from optout.outbox.rules import with_way_to_stop

COLOURS = {
    State.WAITING: "grey",
    State.SENDING: "blue",
    State.SENT: "blue",
    State.DELIVERED: "green",
    State.FAILED: "red",
    State.STOPPED: "purple",
    State.KEPT: "yellow",
}

CODE_SHOWN = "[their code]"
"""In place of a personal code: whoever reads it here is not the one whom it is for."""

HELD_BACK = "Held back: they do not let us contact them"


def tag(outgoing: Outgoing) -> dict[str, str]:
    """Where a message stands, as its tag."""
    state = State(outgoing.state)
    return {"text": state.label, "colour": COLOURS[state]}


def about(outgoing: Outgoing) -> str:
    """What a message is: an acknowledgement, an answer, or what goes with a letter."""
    if outgoing.message is not None:
        return str(outgoing.message.get_kind_display())
    return "With a letter"


def line(outgoing: Outgoing, *, name: str) -> dict[str, Any]:
    """One message of the list."""
    return {
        "made": date_and_time(outgoing.made_at),
        "href": reverse("outbox:message", args=[outgoing.ref]),
        "who": name or "Not matched yet",
        "by": outgoing.get_by_display(),
        "about": about(outgoing),
        "kind": outgoing.get_kind_display(),
        "tag": tag(outgoing),
        "why": outgoing.why,
        "may_stop": outgoing.state == State.WAITING,
    }


def sentence(counts: dict[str, int]) -> str:
    """``14 messages: 3 waiting, 10 delivered, 1 did not arrive.``"""
    total = sum(counts.values())
    parts = [f"{counts[state]} {state.label.lower()}" for state in State if counts.get(state.value)]
    return f"{plural(total, 'message')}{': ' if parts else ''}{', '.join(parts)}."


def details(outgoing: Outgoing, *, name: str, withheld: bool) -> dict[str, Any]:
    """One message: to whom, by what, when, and what became of it."""
    rows = [
        summary_row("Reference", show_reference(outgoing.ref)),
        summary_row("To", _to(outgoing, name, withheld=withheld)),
        summary_row("What it is", f"{about(outgoing)}, {outgoing.get_kind_display().lower()}"),
        summary_row("Made", _made(outgoing)),
    ]
    if outgoing.state == State.WAITING:
        rows.append(summary_row("Goes", date_and_time(outgoing.next_at)))
    if outgoing.sent_at:
        rows.append(summary_row("Sent", date_and_time(outgoing.sent_at)))
    if outgoing.deliveries > 1:
        rows.append(summary_row("Sent so often", plural(outgoing.deliveries, "time")))
    if outgoing.ended_at:
        said = [date_and_time(outgoing.ended_at), outgoing.why]
        if outgoing.stopped_by:
            said.append(f"by {outgoing.stopped_by.name}")
        rows.append(summary_row(State(outgoing.state).label, [one for one in said if one]))
    elif outgoing.why:
        rows.append(summary_row("Why it has not gone", outgoing.why))
    return summary(rows)


def _to(outgoing: Outgoing, name: str, *, withheld: bool) -> list[str]:
    where = HELD_BACK if withheld else outgoing.to or "Nothing on record that works"
    return [one for one in (name, f"{outgoing.get_by_display()}: {where}") if one]


def _made(outgoing: Outgoing) -> str:
    by = f" by {outgoing.made_by.name}" if outgoing.made_by else ""
    return f"{date_and_time(outgoing.made_at)}{by}"


def words(outgoing: Outgoing) -> list[str]:
    """What a message says, a paragraph each, with no code in it."""
    said = with_way_to_stop(outgoing.words.replace(CODE, CODE_SHOWN), stop_address(outgoing))
    if outgoing.stop_key:
        said = said.replace(outgoing.stop_key, "[their own address]")
    return said.split("\n\n")


# -- one person ------------------------------------------------------------------------------------


def of_person(outgoing: list[Outgoing], *, may_see: bool) -> list[dict[str, Any]]:
    """Every text and email to someone, newest first."""
    return [
        {
            "made": date_and_time(one.made_at),
            "what": f"{one.get_by_display()}: {about(one).lower()}",
            "href": reverse("outbox:message", args=[one.ref]) if may_see else "",
            "kind": one.get_kind_display(),
            "tag": tag(one),
            "why": one.why,
        }
        for one in outgoing
    ]


def choice_words(said: list[MessageChoice], *, agrees: bool) -> dict[str, Any]:
    """What somebody said of promotional messages, and what it comes to."""
    if agrees:
        stands = {"text": "Agreed", "colour": "green"}
    elif said:
        stands = {"text": "Stopped", "colour": "purple"}
    else:
        stands = {"text": "No choice made", "colour": "grey"}
    return {
        "tag": stands,
        "lines": [
            f"{short_date(one.said_on)}: {'agreed' if one.agrees else 'stopped'}, "
            f"{one.get_channel_display().lower()}{f', {one.source}' if one.source else ''}"
            for one in said
        ],
    }


def usual(on: date) -> dict[str, Any]:
    """What the form of a choice begins with."""
    return {"said_on": on}
