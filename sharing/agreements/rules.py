"""What an agreement may say, which steps it may take, and what it allows: no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from optout.letters import rules as letters

# -- what it may say -------------------------------------------------------------------------------

COLUMNS: Mapping[str, str] = {
    "name": "Name",
    "date-of-birth": "Date of birth",
    "address": "Address",
    "phone": "Phone number",
    "email": "Email address",
    "gender": "Gender",
    "last-place": "Last known place of education, employment or training",
    "history": "Education, training and employment history",
    "situation": "What they are doing now",
}
"""Everything that an agreement may allow, by the names that letters announce it by (LC-25)."""

USUAL_COLUMNS = ("name", "date-of-birth", "address", "phone", "email", "last-place")
"""What the agreement that the service came with allows (LC-25)."""

CONFIRM, SUPPORT, AT_RISK = letters.CONFIRM, letters.SUPPORT, letters.AT_RISK
SCHOOL, DEPARTMENT, ENROLMENT = letters.SCHOOL, letters.DEPARTMENT, letters.ENROLMENT
REPORT, TRACKING = "report", "tracking"

PURPOSES: Mapping[str, str] = {
    CONFIRM: "Confirm whether someone is in education, employment or training",
    SUPPORT: "Support someone who is not participating to take part again",
    AT_RISK: "Support someone in learning who is at risk of not participating",
    REPORT: "Report back to the council what the people on the list are doing",
    SCHOOL: "A place at a school or college, or help at the present one",
    DEPARTMENT: "Help from another department of the council",
    ENROLMENT: "Tell a school or college about a learner who enrols there",
    TRACKING: "Tell the council who is in learning, as schools and colleges do",
}
"""What sharing can be for (LC-26, LC-27, LDOR-09). Those of letters have the letters' codes."""

INWARDS = frozenset({REPORT, TRACKING})
"""Purposes by which something comes to the council: nobody's details leave for them."""

PUBLIC_TASK, LEGAL_OBLIGATION = "public-task", "legal-obligation"
VITAL_INTERESTS, CONSENT = "vital-interests", "consent"

BASES: Mapping[str, str] = {
    PUBLIC_TASK: "Public task: UK GDPR, Article 6(1)(e)",
    LEGAL_OBLIGATION: "Legal obligation: UK GDPR, Article 6(1)(c)",
    VITAL_INTERESTS: "Vital interests: UK GDPR, Article 6(1)(d)",
    CONSENT: "Consent: UK GDPR, Article 6(1)(a)",
}
"""Bases open to a public authority for its tasks: legitimate interests are not (LAW-01)."""

OPENING, DELIVERY = "opening", "delivery"
CLOCKS: Mapping[str, str] = {
    OPENING: "The first time that somebody there opens the list",
    DELIVERY: "The day that the list is delivered",
}
"""What counts as receipt, from which the working days run (LC-18)."""

ENGLAND_AND_WALES = "england-and-wales"
CALENDARS: Mapping[str, str] = {ENGLAND_AND_WALES: "Bank holidays of England and Wales"}
"""Whose bank holidays are not working days."""

FREQUENCIES: Mapping[str, str] = {
    "weekly": "Every week",
    "fortnightly": "Every two weeks",
    "monthly": "Every month",
    "quarterly": "Every three months",
    "yearly": "Every year",
}
"""How often the organisation reports on everyone who is still on its list (LC-19, LC-22)."""

USUAL_TERM = 15
"""Working days to reach someone, unless the agreement says otherwise (LC-18)."""

REVIEW_YEARS: Mapping[str, int] = {"provider": 3, "school": 1}
"""Within how many years it is reviewed, by kind of agreement (LC-20, ISA-08)."""

SOLE, JOINT, PROCESSOR = "controller", "joint", "processor"
ROLES: Mapping[str, str] = {
    SOLE: "Controller",
    JOINT: "Joint controller",
    PROCESSOR: "Processor",
}
"""What a party is for a set of data (LC-33)."""

STANDARDS: Mapping[str, str] = {
    "dspt": "NHS Data Security and Protection Toolkit",
    "iso27001": "ISO/IEC 27001",
    "cyber-essentials-plus": "Cyber Essentials Plus",
    "equivalent": "Another standard that is as good",
}
"""The standard that a party protects data by (ISA-11, LC-29)."""

NATIONAL_OPT_OUT: Mapping[str, str] = {
    "yes": "Yes, it was applied",
    "no": "No",
    "not-applicable": "Not applicable: no health or care data for planning or research",
}
"""Whether the national data opt-out was applied (ISA-10)."""


def gateway_open(*, usable: bool, repealed_on: date | None, on: date) -> bool:
    """Whether a legal gateway may be chosen on a day: not once it is repealed (LAW-01)."""
    return usable and (repealed_on is None or on < repealed_on)


def outwards(purposes: Iterable[str]) -> frozenset[str]:
    """Those purposes for which somebody's details leave."""
    return frozenset(purposes) - INWARDS


# -- the steps that it takes -----------------------------------------------------------------------


class State(StrEnum):
    """Where a version of an agreement stands. The lawful steps are in ``NEXT_STATES``."""

    DRAFT = "draft"
    SENT = "sent"
    SIGNED = "signed"
    IN_FORCE = "in-force"
    UNDER_REVIEW = "under-review"
    SUSPENDED = "suspended"
    BREACHED = "breached"
    ENDED = "ended"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The state's name as it stands on screen (pages §5.2)."""
        return STATE_LABELS[self]


S = State

STATE_LABELS: dict[State, str] = {
    S.DRAFT: "Draft",
    S.SENT: "Sent",
    S.SIGNED: "Signed",
    S.IN_FORCE: "In force",
    S.UNDER_REVIEW: "Under review",
    S.SUSPENDED: "Suspended",
    S.BREACHED: "Breached",
    S.ENDED: "Ended",
    S.EXPIRED: "Expired",
}

NEXT_STATES: dict[State, frozenset[State]] = {
    S.DRAFT: frozenset({S.SENT, S.ENDED}),
    S.SENT: frozenset({S.DRAFT, S.SIGNED, S.ENDED}),
    S.SIGNED: frozenset({S.IN_FORCE, S.ENDED}),
    S.IN_FORCE: frozenset({S.UNDER_REVIEW, S.SUSPENDED, S.BREACHED, S.ENDED, S.EXPIRED}),
    S.UNDER_REVIEW: frozenset({S.IN_FORCE, S.SUSPENDED, S.BREACHED, S.ENDED, S.EXPIRED}),
    S.SUSPENDED: frozenset({S.IN_FORCE, S.UNDER_REVIEW, S.BREACHED, S.ENDED, S.EXPIRED}),
    S.BREACHED: frozenset({S.IN_FORCE, S.UNDER_REVIEW, S.ENDED, S.EXPIRED}),
    S.ENDED: frozenset(),
    S.EXPIRED: frozenset(),
}
"""From each state, where it may go. The database refuses any other step."""

ALLOWING: frozenset[State] = frozenset({S.IN_FORCE, S.UNDER_REVIEW})
"""States in which something may be shared, within the period."""

GOVERNING: frozenset[State] = ALLOWING | {S.SUSPENDED, S.BREACHED}
"""States of the one version of an agreement that binds the parties."""

BEFORE: frozenset[State] = frozenset({S.DRAFT, S.SENT, S.SIGNED})
"""States of a version that does not bind yet: one at a time beside the one that does."""

FINAL: frozenset[State] = frozenset(state for state, after in NEXT_STATES.items() if not after)


def may_step(old: str, new: str) -> bool:
    """Whether a version may go from one state to another."""
    return State(new) in NEXT_STATES[State(old)]


def latest_review(start: date, years: int) -> date:
    """The last day by which a review is due, so many years after a day."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February
        return start.replace(year=start.year + years, day=28)


# -- what a provider is assured by -----------------------------------------------------------------


@dataclass(frozen=True)
class Assurance:
    """Why a provider counts as quality assured, and until when (LC-12)."""

    free: bool | None
    """Whether it is free to the young person."""
    programme_from: date | None = None
    programme_until: date | None = None
    """The last day of a programme that has closed."""
    has_programme: bool = False
    checked_until: date | None = None
    """Held to the same quality and financial checks, as shown, until this day."""


def assured(given: Assurance, on: date) -> bool:
    """Whether it is free and quality assured on a day: an ended programme no longer counts."""
    if not given.free:
        return False
    if given.has_programme:
        begun = given.programme_from is None or given.programme_from <= on
        ended = given.programme_until is not None and given.programme_until < on
        if begun and not ended:
            return True
    return given.checked_until is not None and on <= given.checked_until


def assured_until(given: Assurance) -> date | None:
    """The last day on which it counts as assured by what is known; ``None`` for no end."""
    if given.has_programme and given.programme_until is None:
        return None
    ends = [day for day in (given.programme_until, given.checked_until) if day is not None]
    return max(ends, default=None)


# -- what it allows --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grounds:
    """What sharing for one purpose rests on (ISA-07, LAW-01)."""

    purpose: str
    basis: str
    """One of ``BASES``."""
    gateway: str
    """The code of a legal gateway."""


@dataclass(frozen=True)
class Terms:
    """All that an agreement allows on a day. It is asked of ``queries.terms_in_force``."""

    agreement: int
    reference: str
    """The agreement's own, as in addresses."""
    version: int
    """The version's id, for a foreign key."""
    number: int
    """The version's number within the agreement."""
    authority: int
    provider: int
    purposes: frozenset[str]
    """Codes of ``PURPOSES`` for which somebody's details may leave."""
    columns: frozenset[str]
    """Names of ``COLUMNS``, the same as in letters."""
    term_days: int
    """Working days after receipt within which someone must be reached."""
    clock: str
    """What counts as receipt: one of ``CLOCKS``."""
    calendar: str
    """Whose bank holidays: one of ``CALENDARS``."""
    frequency: str
    """How often everyone's status is due: one of ``FREQUENCIES``."""
    starts_on: date
    ends_on: date
    """The last day on which it allows anything."""
    review_on: date
    people: frozenset[int]
    """Users named there as authorised, whose accounts are open (LC-10)."""
    grounds: tuple[Grounds, ...]
    """One for each purpose."""
    files_allowed: bool
    """Whether a list may leave the portal as an encrypted file, as far as the agreement goes."""
    notices: frozenset[int]
    """Ids of the privacy notices that it relies on (LC-32)."""
    assured_until: date | None
    """The last day on which the organisation counts as quality assured; ``None`` for no end."""
    turned_on: frozenset[str] = frozenset()
    """Those purposes that are off until the authority's policy turns them on, and are on."""

    def ground_for(self, purpose: str) -> Grounds | None:
        """What sharing for a purpose rests on; ``None`` when it is not agreed."""
        return next((one for one in self.grounds if one.purpose == purpose), None)
