"""May this person go to this organisation, with these columns, for this purpose, on this day?

The one place that decides (LC-08, LC-12, LC-15…17, LC-23…28). Every path asks it, and the database
says again what a constraint can say. It is told facts and gives every reason against, by name; none
of these ever leaves the authority.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from ccis.calendar.academic import age_on
from ccis.calendar.working_days import BankHolidaysNotKnown, add_working_days
from optout.letters.rules import (
    AT_RISK,
    COLUMNS,
    CONFIRM,
    DEPARTMENT,
    ENROLMENT,
    FROM_AGE,
    OFF_UNTIL_TURNED_ON,
    PURPOSES,
    SCHOOL,
    SUPPORT,
    TO_AGE,
    TO_AGE_WITH_PLAN,
    Told,
    in_a_row,
    notice,
)

ENGLAND = ZoneInfo("Europe/London")

# -- what may be shared ----------------------------------------------------------------------------

HEADINGS = {
    "name": "Name",
    "date-of-birth": "Date of birth",
    "address": "Address",
    "phone": "Phone",
    "email": "Email",
    "gender": "Gender",
    "last-place": "Last place of study, training or work",
    "history": "Places of study, training and work so far",
    "situation": "What they are doing now",
}
"""Every column that can leave, with its heading: no circumstance, no criterion (LC-08)."""

COLUMNS_OF_PURPOSE: Mapping[str, frozenset[str]] = {
    SUPPORT: frozenset(COLUMNS),
    AT_RISK: frozenset(COLUMNS) - {"history"},
    CONFIRM: frozenset({"name", "date-of-birth", "address", "phone", "email", "last-place"}),
    SCHOOL: frozenset(COLUMNS) - {"situation"},
    DEPARTMENT: frozenset(COLUMNS),
    ENROLMENT: frozenset(COLUMNS) - {"situation"},
}
"""The most that each purpose can need (LC-26, LC-27); an agreement and a letter only narrow it."""

NEEDED = "name"
"""Without it a row is of no use to whoever gets it, so nothing goes."""


def columns_of(purpose: str, agreed: Iterable[str]) -> frozenset[str]:
    """What an agreement lets go for a purpose: its columns, as far as the purpose needs them."""
    return frozenset(agreed) & COLUMNS_OF_PURPOSE.get(purpose, frozenset())


def headings(columns: Iterable[str]) -> list[str]:
    """Headings of columns, in the order of the catalogue."""
    chosen = set(columns)
    return [words for name, words in HEADINGS.items() if name in chosen]


def in_words(columns: Iterable[str]) -> str:
    """``name, address and phone``."""
    return in_a_row(words.lower() for words in headings(columns))


DISPUTED: Mapping[str, frozenset[str]] = {
    "names": frozenset({"name"}),
    "particulars": frozenset({"date-of-birth", "gender"}),
    "addresses": frozenset({"address"}),
    "contact-points": frozenset({"phone", "email"}),
    "activities": frozenset({"situation", "last-place", "history"}),
}
"""What each part of the record tells an organisation, by the part's slug."""


def withheld(parts: Iterable[str]) -> frozenset[str]:
    """Columns that rest while somebody says that parts of the record are wrong (LAW-08).

    Of a part that we cannot tell, as where nobody has said yet which is meant, everything rests.
    """
    return frozenset().union(*(DISPUTED.get(part, frozenset(HEADINGS)) for part in parts))


# -- why not ---------------------------------------------------------------------------------------


class Reason(Enum):
    """One reason why not; its value is its words."""

    NO_AGREEMENT = "No agreement with this organisation is in force"
    PROGRAMME_ENDED = "The programme that vouches for the organisation has ended"
    OTHER_PURPOSE = "The agreement is not for this purpose"
    NOT_TURNED_ON = "The council’s policy has not turned this kind of sharing on"
    NOBODY_NAMED = "The agreement names nobody who may open a list"
    DIED = "They have died"
    RESTRICTED = "Their record is restricted"
    NOT_OURS = "Another authority is responsible for them"
    NOT_HERE = "They neither live nor learn here"
    NOT_ENROLLED = "They do not learn at this organisation, by what we hold"
    BIRTH_NOT_KNOWN = "No date of birth is recorded"
    TOO_YOUNG = "They are under 13"
    TOO_OLD = "They are 20 or over, or 25 or over with a learning difficulty or disability"
    OBJECTED = "They said no to this organisation"
    DISPUTED = "They told us that something is wrong, which is not settled"
    NO_CONSENT = "They have not said yes, and were not asked often enough"
    NO_NOTICE = "They were not told in time"
    NO_COLUMNS = "Nothing is left that may go: not all of agreement, letter and purpose allow it"
    SHARED_ALREADY = "They are shared with an organisation already"
    FULL = "The organisation has no place left"
    ASKED_AGAIN = "They asked us to look again at what was decided, since this was prepared"
    DECIDED_AGAIN = "Somebody decided otherwise in triage, since this was prepared"
    NOT_MEANT = "They do not fit what this organisation is for any more"
    """What a draft knows, and no rule: these three are said of nobody else (LC-07, LAW-05)."""


RESTS_ON_CONSENT = "The agreement rests on their consent, and they have not said yes"


@dataclass(frozen=True)
class Found:
    """A reason that holds, in the words of this case."""

    reason: Reason
    words: str
    from_day: date | None = None
    """The first day on which it holds no more, where that is known."""


# -- what the rule is told -------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """What an agreement lets happen with one organisation for one purpose."""

    provider: int
    purpose: str
    purposes: frozenset[str]
    columns: frozenset[str]
    starts_on: date
    ends_on: date | None
    """The last day of its period; ``None`` where it has none."""
    in_force: bool = True
    """Whether it is neither suspended, ended nor expired."""
    programme_ended_on: date | None = None
    named: frozenset[int] = frozenset()
    """Users who may open its lists (LC-10)."""
    places: int | None = None
    """How many more the organisation takes; ``None`` where nobody counts."""
    turned_on: frozenset[str] = frozenset()
    """Of the purposes that are off until the policy turns them on, those that are (LDOR-09)."""
    by_consent: bool = False
    """Whether its lawful basis is consent: then silence is none, whatever the policy (LAW-01)."""


@dataclass(frozen=True)
class Facts:
    """What is believed of one person on the day that the rule is asked."""

    born: date | None = None
    has_plan: bool = False
    """Whether the higher age holds: an EHC plan, or what else the authority counts (LC-17)."""
    lives_here: bool = False
    learns_here: bool = False
    learns_there: bool = False
    """Whether they learn, or are to begin, at the organisation itself (LDOR-09)."""
    is_ours: bool = False
    """Whether this authority has the statutory responsibility: it keeps the record still."""
    has_died: bool = False
    is_restricted: bool = False
    objects: bool = False
    """Whether an objection covers this organisation."""
    disputes: bool = False
    """Whether a correction, or another look, that they asked for is open (LAW-05, LAW-08)."""
    consents: bool = True
    """Whether there is consent enough for the policy, which may want none (LC-24)."""
    consent_words: str = ""
    said_yes: bool = False
    """Whether they said yes to this organisation, and have not taken it back."""
    shared_with: int | None = None
    """The organisation that has a live disclosure of them, whatever its purpose (LC-15)."""
    told: tuple[Told, ...] = ()
    """What letters told them, oldest first."""


@dataclass(frozen=True)
class Answer:
    """Whether someone may go, and with what; ``why_not`` is empty when they may."""

    columns: frozenset[str] = frozenset()
    letter: int | None = None
    """The letter that it rests on (LC-32)."""
    why_not: tuple[Found, ...] = ()

    @property
    def may(self) -> bool:
        """Whether they may go."""
        return not self.why_not

    @property
    def reasons(self) -> frozenset[Reason]:
        """The reasons against, without their words."""
        return frozenset(found.reason for found in self.why_not)


# -- the rule --------------------------------------------------------------------------------------


def may_share(facts: Facts, offer: Offer | None, *, on: date) -> Answer:
    """Whether one person may go, with every reason against.

    ``offer`` is ``None`` where there is no agreement: then that is the one reason, for nothing
    else can be asked. Columns are those of the agreement, of the letter and of the purpose.
    """
    if offer is None:
        return Answer(why_not=(Found(Reason.NO_AGREEMENT, Reason.NO_AGREEMENT.value),))
    reasons = [
        Found(reason, reason.value)
        for reason, holds in (*_of_the_offer(offer, on), *_of_the_person(facts, offer, on))
        if holds
    ]
    if not facts.consents:
        reasons.append(Found(Reason.NO_CONSENT, facts.consent_words or Reason.NO_CONSENT.value))
    elif offer.by_consent and not facts.said_yes:
        reasons.append(Found(Reason.NO_CONSENT, RESTS_ON_CONSENT))
    columns, letter, missing = _told(facts.told, offer, on)
    if missing is not None:
        reasons.append(missing)
    if reasons:
        return Answer(why_not=tuple(reasons))
    return Answer(columns=columns, letter=letter)


def may_share_all(
    people: Mapping[int, Facts], offer: Offer | None, *, on: date
) -> dict[int, Answer]:
    """The same for many, by id, in the order given: who comes when it is full stays out."""
    left = offer.places if offer is not None else None
    answers = {}
    for person, facts in people.items():
        answer = may_share(facts, offer, on=on)
        if answer.may and left is not None:
            if left <= 0:
                answer = Answer(why_not=(Found(Reason.FULL, Reason.FULL.value),))
            else:
                left -= 1
        answers[person] = answer
    return answers


def _of_the_offer(offer: Offer, on: date) -> list[tuple[Reason, bool]]:
    over = offer.ends_on is not None and on > offer.ends_on
    ended = offer.programme_ended_on
    return [
        (Reason.NO_AGREEMENT, not offer.in_force or on < offer.starts_on or over),
        (Reason.PROGRAMME_ENDED, ended is not None and ended < on),
        (Reason.OTHER_PURPOSE, offer.purpose not in offer.purposes & PURPOSES.keys()),
        (Reason.NOT_TURNED_ON, offer.purpose in OFF_UNTIL_TURNED_ON - offer.turned_on),
        (Reason.NOBODY_NAMED, not offer.named),
    ]


def _of_the_person(facts: Facts, offer: Offer, on: date) -> list[tuple[Reason, bool]]:
    age = age_on(facts.born, on) if facts.born is not None else None
    until = TO_AGE_WITH_PLAN if facts.has_plan else TO_AGE
    return [
        (Reason.DIED, facts.has_died),
        (Reason.RESTRICTED, facts.is_restricted),
        (Reason.NOT_OURS, not facts.is_ours),
        (Reason.NOT_HERE, not (facts.lives_here or facts.learns_here)),
        (Reason.NOT_ENROLLED, offer.purpose == ENROLMENT and not facts.learns_there),
        (Reason.BIRTH_NOT_KNOWN, age is None),
        (Reason.TOO_YOUNG, age is not None and age < FROM_AGE),
        (Reason.TOO_OLD, age is not None and age >= until),
        (Reason.OBJECTED, facts.objects),
        (Reason.DISPUTED, facts.disputes),
        (Reason.SHARED_ALREADY, facts.shared_with is not None),
        (Reason.FULL, offer.places is not None and offer.places <= 0),
    ]


def _told(
    told: tuple[Told, ...], offer: Offer, on: date
) -> tuple[frozenset[str], int | None, Found | None]:
    """The columns that go and the letter that announced them; or what is missing.

    Of several letters the one that announced most counts, the newest of equals: two halves are
    not a notice (LC-23, LC-25).
    """
    agreed = columns_of(offer.purpose, offer.columns)
    best: tuple[int, date, Told] | None = None
    for one in told:
        columns = agreed & one.columns
        heard = not one.returned and one.address_is_theirs and one.purpose == offer.purpose
        if not heard or offer.provider not in one.providers or on <= one.runs_until:
            continue
        if NEEDED in columns and (best is None or (len(columns), one.posted_on) >= best[:2]):
            best = (len(columns), one.posted_on, one)
    if best is not None:
        return agreed & best[2].columns, best[2].letter, None
    if NEEDED not in agreed:
        return frozenset(), None, Found(Reason.NO_COLUMNS, Reason.NO_COLUMNS.value)
    why = notice(
        told,
        provider=offer.provider,
        columns=frozenset({NEEDED}),
        purpose=offer.purpose,
        on=on,
    )
    return frozenset(), None, Found(Reason.NO_NOTICE, why.why, why.from_day)


# -- the clock -------------------------------------------------------------------------------------

ONE_DAY = timedelta(days=1)


def scope_ends_on(born: date, *, has_plan: bool) -> date:
    """The first day on which somebody is too old: their birthday (LC-17).

    Somebody born on 29 February has it on 1 March in a year without one.
    """
    year = born.year + (TO_AGE_WITH_PLAN if has_plan else TO_AGE)
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def start_of(day: date) -> datetime:
    """Midnight in England at the beginning of a day."""
    return datetime.combine(day, time(), tzinfo=ENGLAND)


def term_ends_at(start: date, *, working_days: int, period_ends_on: date | None) -> datetime:
    """The stroke at which a term is over: the end of the n-th working day after its first.

    Never after the end of the agreement's period. Beyond the list of bank holidays Monday to
    Friday count, which ends a term early rather than late (LC-18).
    """
    try:
        last = add_working_days(start, working_days)
    except BankHolidaysNotKnown:
        last, left = start, working_days
        while left:
            last += ONE_DAY
            left -= last.weekday() < 5
    if period_ends_on is not None:
        last = min(last, period_ends_on)
    return start_of(last + ONE_DAY)
