"""What an agreement must hold before each step: no database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sharing.agreements.rules import State, outwards

SECTIONS: Mapping[str, str] = {
    "about": "What the agreement is about",
    "period": "Period and review",
    "purposes": "Purposes, lawful bases and gateways",
    "data": "What is shared, and for how long",
    "notices": "Privacy notices relied on",
    "council": "The council: its part, safeguards and signatory",
    "organisation": "The organisation: its part, safeguards and signatory",
    "assurance": "Quality assurance",
    "annex": "Annex A",
    "people": "Named people",
    "signature": "Signed copy",
}
"""The parts of an agreement, in the order of its page."""

ONLY_OUTWARDS = frozenset({"data", "assurance", "people"})
"""Parts that an agreement has only when something is shared by it."""


def sections(kind: str) -> list[str]:
    """The parts that a kind of agreement has, in order."""
    return [one for one in SECTIONS if kind == "provider" or one not in ONLY_OUTWARDS]


@dataclass(frozen=True)
class Safeguards:
    """What is there of one party."""

    has_roles: bool = False
    has_owner: bool = False
    has_statement: bool = False
    has_standard: bool = False
    has_retention: bool = False
    has_training: bool = False
    has_signatory: bool = False
    has_signed: bool = False


@dataclass(frozen=True)
class Content:
    """What is there of a version, as far as it matters for its next step."""

    kind: str
    says_what_it_does: bool = False
    has_opt_out_answer: bool = False
    has_period: bool = False
    purposes: frozenset[str] = frozenset()
    closed_gateways: bool = False
    """Whether a gateway of a purpose has been repealed."""
    columns: frozenset[str] = frozenset()
    notices: int = 0
    council: Safeguards = Safeguards()
    organisation: Safeguards = Safeguards()
    is_free: bool = False
    is_assured: bool = False
    annex_filled: bool = False
    annex_approved: bool = False
    people_approved: int = 0
    people_waiting: int = 0
    has_copy: bool = False
    is_over: bool = False
    """Whether its last day has gone."""


@dataclass(frozen=True)
class Missing:
    """One thing that is not there, in words, and the step that it stands in the way of."""

    section: str
    words: str
    before: State


class Wants(Protocol):
    """Notes what is not there."""

    def __call__(self, there: bool, section: str, words: str, before: State = ..., /) -> None: ...


def missing(content: Content) -> list[Missing]:
    """What is not there yet, in the order of the parts; nothing when it may come into force."""
    found: list[Missing] = []

    def want(there: bool, section: str, words: str, before: State = State.SENT, /) -> None:
        if not there and section in sections(content.kind):
            found.append(Missing(section, words, before))

    outwards_only = content.kind == "provider"
    want(
        content.says_what_it_does or not outwards_only,
        "about",
        "Say in one sentence what the organisation does",
    )
    want(content.has_opt_out_answer, "about", "Say whether the national data opt-out was applied")
    want(content.has_period, "period", "Enter when it starts, ends and is reviewed")
    want(not content.is_over, "period", "Its last day has gone")
    agreed = outwards(content.purposes) if outwards_only else content.purposes
    want(bool(agreed), "purposes", "Add a purpose, with its lawful basis and gateway")
    want(not content.closed_gateways, "purposes", "A gateway is no longer in force. Choose another")
    want("name" in content.columns, "data", "Choose what is shared, the name at least")
    want(content.notices > 0, "notices", "Choose the privacy notices that it relies on")
    for section, party in (("council", content.council), ("organisation", content.organisation)):
        _want_party(want, section, party)
    want(content.is_free, "assurance", "Say that it is free to the young person", State.IN_FORCE)
    want(
        content.is_assured,
        "assurance",
        "Show that a programme that is open, or checks as good, vouch for its quality",
        State.IN_FORCE,
    )
    want(content.annex_filled, "annex", "Enter what the organisation returned", State.IN_FORCE)
    want(
        content.annex_approved or not content.annex_filled,
        "annex",
        "A second person must approve it",
        State.IN_FORCE,
    )
    want(
        content.people_approved + content.people_waiting > 0,
        "people",
        "Name who may open a list",
        State.IN_FORCE,
    )
    want(
        content.people_approved > 0 or not content.people_waiting,
        "people",
        "A second person must approve whom you named",
        State.IN_FORCE,
    )
    want(content.has_copy, "signature", "Add the signed copy", State.SIGNED)
    return found


def _want_party(want: Wants, section: str, party: Safeguards) -> None:
    before = State.IN_FORCE
    want(party.has_roles, section, "Say whether it is controller, joint controller or processor")
    want(party.has_owner, section, "Say who answers for the information")
    want(party.has_statement, section, "Enter the address of its published privacy statement")
    want(party.has_standard, section, "Confirm its security standard, with evidence", before)
    want(party.has_retention, section, "Confirm its retention and disposal policy", before)
    want(party.has_training, section, "Confirm that its staff are trained", before)
    want(party.has_signatory, section, "Say who signs")


def stands_in_the_way(content: Content, step: State) -> list[Missing]:
    """What must be there first, before a version takes a step."""
    order = [State.SENT, State.SIGNED, State.IN_FORCE]
    if step not in order:
        return []
    reached = order[: order.index(step) + 1]
    return [one for one in missing(content) if one.before in reached]
