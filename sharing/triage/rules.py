"""Who meets a strand's criteria, and which of the organisations that fit is proposed.

Criteria are rows of indicators, each a code such as ``age:17`` or ``doing:not-known``; what is held
of somebody is a set of the same codes. No code and no word of them ever leaves (LC-08).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sharing.rules import Answer, Reason

# -- criteria --------------------------------------------------------------------------------------

ALL, ANY, NONE, AT_LEAST = "all", "any", "none", "at-least"
MODES: Mapping[str, str] = {
    ALL: "All of these",
    ANY: "Any of these",
    NONE: "None of these",
    AT_LEAST: "At least so many of these",
}

SPECIAL, OFFENCE = "special", "offence"
LAW_OF_KIND: Mapping[str, str] = {"characteristic": SPECIAL, "ethnicity": SPECIAL, "send": SPECIAL}
LAW_OF_ONE: Mapping[str, str] = {
    "characteristic:120": "",
    "characteristic:140": "",
    "characteristic:170": OFFENCE,
    "characteristic:200": "",
    "doing:custody": OFFENCE,
    "risk:ehc_plan": SPECIAL,
    "risk:looked_after": SPECIAL,
    "risk:pregnant_or_parent": SPECIAL,
    "risk:sen_support": SPECIAL,
    "risk:youth_justice": OFFENCE,
    "send:N": "",
}
"""What the law asks of one indicator; a circumstance that nobody named counts as special."""


def law_of(indicator: str) -> str:
    """``special``, ``offence``, or nothing."""
    kind = indicator.split(":")[0]
    return LAW_OF_ONE.get(indicator, LAW_OF_KIND.get(kind, ""))


@dataclass(frozen=True)
class Row:
    """One row of criteria: how many of which indicators must be held, and by what right."""

    mode: str
    of: tuple[str, ...]
    count: int = 0
    """For ``at-least``: how many."""
    condition: str = ""
    document: str = ""
    """The appropriate policy document, where an indicator needs one (LAW-02)."""

    @property
    def laws(self) -> frozenset[str]:
        """What the law asks of its indicators."""
        return frozenset(filter(None, map(law_of, self.of)))

    def met_by(self, held: Collection[str]) -> bool:
        """Whether somebody of whom so much is held meets it."""
        many = sum(one in held for one in self.of)
        if self.mode == ALL:
            return many == len(self.of)
        if self.mode == NONE:
            return many == 0
        return many >= (self.count if self.mode == AT_LEAST else 1)


def meets(rows: Collection[Row], held: Collection[str]) -> bool:
    """Whether somebody meets every row. Criteria without a row are met by nobody."""
    return bool(rows) and all(row.met_by(held) for row in rows)


def gives_away(rows: Iterable[Row]) -> bool:
    """Whether being on a list by these criteria tells something of a kind that the law guards."""
    return any(row.laws and row.mode != NONE for row in rows)


# -- proposing -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """A strand that fits somebody, and what the rule of sharing says of them and its provider."""

    strand: int
    """The version of it."""
    name: str
    provider: int
    organisation: str
    purpose: str
    tests: int
    """How many rows it has: a strand with more fits more closely."""
    answer: Answer


@dataclass(frozen=True)
class Proposal:
    """What the machine would do, and why. A person decides (LAW-05)."""

    option: Option
    reason: str


class Standing(StrEnum):
    """Where somebody stands today."""

    NOW = "now"
    CHOSEN = "chosen"
    LEFT = "left"
    WAITING = "waiting"
    FULL = "full"
    CANNOT = "cannot"


DECIDABLE = frozenset({Standing.NOW, Standing.CHOSEN, Standing.LEFT, Standing.FULL})
"""Of whom a person can decide; who was chosen can be decided of again until they have gone."""


@dataclass(frozen=True)
class Weighed:
    """Somebody, the strands that fit, best first, and one proposal."""

    person: int
    options: tuple[Option, ...] = ()
    standing: Standing = Standing.CANNOT
    proposal: Proposal | None = None

    def open_to(self, provider: int) -> Option | None:
        """The best of the options with a provider that the rule allows."""
        return next(
            (one for one in self.options if one.provider == provider and one.answer.may), None
        )


@dataclass
class Places:
    """How many more each provider takes; a provider that is not named has no limit."""

    left: dict[int, int] = field(default_factory=dict)

    def has(self, provider: int) -> bool:
        """Whether there is room for one more."""
        return self.left.get(provider, 1) > 0

    def take(self, provider: int) -> None:
        """One place is taken."""
        if provider in self.left:
            self.left[provider] -= 1

    def in_words(self, provider: int) -> str:
        """``3 places left``."""
        left = self.left.get(provider)
        if left is None:
            return "no limit to its places"
        return f"{left} {'place' if left == 1 else 'places'} left"


def ranked(options: Iterable[Option], places: Places) -> tuple[Option, ...]:
    """Options, best first: the strand with most tests, then most places left, then by name."""
    return tuple(
        sorted(
            options,
            key=lambda one: (
                -one.tests,
                -places.left.get(one.provider, 1_000_000),
                one.organisation,
                one.strand,
            ),
        )
    )


def propose(options: Iterable[Option], places: Places) -> Proposal | None:
    """The best option that may be and has a place, with the reason in words."""
    open_ = [one for one in ranked(options, places) if one.answer.may and places.has(one.provider)]
    if not open_:
        return None
    best, room = open_[0], places.in_words(open_[0].provider)
    others = [one for one in open_ if one.provider != best.provider]
    if not others:
        return Proposal(best, f"The only organisation open to them now; {room}")
    if best.tests > max(one.tests for one in others):
        return Proposal(best, f"“{best.name}” fits most closely; {room}")
    return Proposal(best, f"Fits as closely as {others[0].organisation}; {room}")


def stand(one: Weighed, places: Places) -> Weighed:
    """Somebody with standing and proposal; a proposal takes a place for whoever comes after."""
    options = ranked(one.options, places)
    proposal = propose(options, places)
    if proposal is not None:
        places.take(proposal.option.provider)
        return replace(one, options=options, proposal=proposal, standing=Standing.NOW)
    if any(option.answer.may for option in options):
        return replace(one, options=options, standing=Standing.FULL)
    waits = any(_only_waits(option.answer) for option in options)
    return replace(one, options=options, standing=Standing.WAITING if waits else Standing.CANNOT)


def _only_waits(answer: Answer) -> bool:
    """Whether all that is missing is the end of a notice, by a day that is known."""
    return bool(answer.why_not) and all(
        found.reason is Reason.NO_NOTICE and found.from_day is not None for found in answer.why_not
    )
