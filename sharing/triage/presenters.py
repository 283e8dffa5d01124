"""Strands and triage in words: criteria as rows, proposals with reasons, tests with their facts."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from caseload.models import YoungPerson
from caseload.policies.rules import CONDITIONS
from ccis.authorities.models import Authority
from ccis.calendar.academic import age_on
from ccis.calendar.words import date_in_words
from ccis.govuk.words import number, plural, short_date
from optout.letters.rules import ENROLMENT, PURPOSES
from sharing.rules import Facts, Reason
from sharing.triage.models import Choice, StrandVersion
from sharing.triage.queries import indicators
from sharing.triage.rules import (
    ALL,
    ANY,
    AT_LEAST,
    DECIDABLE,
    NONE,
    Option,
    Places,
    Row,
    Standing,
    Weighed,
    gives_away,
)

# -- strands ---------------------------------------------------------------------------------------


def all_words(authority: Authority) -> dict[str, str]:
    """Every indicator in words, by code."""
    return {code: words for kind in indicators(authority).values() for code, words in kind.items()}


def row_in_words(row: Row, words: dict[str, str]) -> str:
    """``Any of: Not known; NEET, available``."""
    named = "; ".join(words.get(code, code) for code in row.of)
    start = {
        ALL: "All of" if len(row.of) > 1 else "",
        ANY: "Any of" if len(row.of) > 1 else "",
        NONE: "None of" if len(row.of) > 1 else "Not",
        AT_LEAST: f"At least {row.count} of",
    }[row.mode]
    return f"{start}: {named}" if start else named


def by_right(row: Row) -> str:
    """The condition and the policy document of a row, where it needs them."""
    return f"{CONDITIONS.get(row.condition, '')}. {row.document}" if row.laws else ""


def state(version: StrandVersion, used: StrandVersion | None) -> dict[str, str]:
    """Whether a strand's newest version is in use, as a tag."""
    if version.strand.stopped_at is not None:
        return {"text": "Stopped", "colour": "grey"}
    if used is None:
        return {"text": "Not in use", "colour": "yellow"}
    if used.number != version.number:
        return {"text": f"Version {used.number} in use", "colour": "blue"}
    return {"text": "In use", "colour": "green"}


def places_in_words(places: int | None) -> str:
    """How many an organisation takes."""
    return "No limit" if places is None else number(places)


# -- triage ----------------------------------------------------------------------------------------

STANDINGS = {
    Standing.NOW: "can be shared now",
    Standing.CHOSEN: "accepted",
    Standing.WAITING: "waiting for the end of their notice",
    Standing.FULL: "for whom there is no place",
    Standing.LEFT: "left out",
    Standing.CANNOT: "cannot",
}


def standings(weighed: Iterable[Weighed], now: Standing) -> list[dict[str, Any]]:
    """How many stand where, each a link to them."""
    counted = Counter(one.standing for one in weighed)
    return [
        {
            "text": f"{number(counted[standing])} {words}",
            "href": f"?show={standing.value}",
            "current": standing is now,
        }
        for standing, words in STANDINGS.items()
    ]


def nobody(weighed: Collection[Weighed]) -> str:
    """Why no one can be shared today, with true counts."""
    counted = Counter(one.standing for one in weighed)
    parts = ["No one can be shared today."]
    waiting, full = counted[Standing.WAITING], counted[Standing.FULL]
    if waiting:
        parts.append(f"{plural(waiting, 'is', 'are')} waiting for the end of their notice.")
    if full:
        parts.append(f"For {number(full)} there is no place.")
    if not weighed:
        parts.append("Nobody fits a strand that is in use.")
    return " ".join(parts)


def why_not(weighed: Iterable[Weighed]) -> list[list[str]]:
    """Why the others cannot, by reason; someone with two reasons is in both."""
    counted: Counter[str] = Counter()
    for one in weighed:
        if one.standing is Standing.CANNOT:
            counted.update(
                {found.words for option in one.options for found in option.answer.why_not}
            )
    return [[words, number(many)] for words, many in counted.most_common()]


def capacity(versions: Iterable[StrandVersion], places: Places) -> list[str]:
    """``Harbour Lane Skills: 12 of 20 places left``."""
    total: dict[int, int] = {}
    names: dict[int, str] = {}
    for one in versions:
        names[one.strand.provider_id] = one.strand.provider.name
        total[one.strand.provider_id] = total.get(one.strand.provider_id, 0) + (one.places or 0)
    found = []
    for provider, name in names.items():
        left = places.left.get(provider)
        if left is None:
            found.append(f"{name}: no limit")
        elif left:
            found.append(f"{name}: {number(left)} of {number(total[provider])} places left")
        else:
            found.append(f"{name}: full")
    return found


def triage_row(person: YoungPerson, name: str, one: Weighed) -> dict[str, Any]:
    """Somebody in the list of triage."""
    proposal = one.proposal
    return {
        "ref": person.ref,
        "name": name,
        "href": reverse("triage:why", args=[person.ref]),
        "fits": list(dict.fromkeys(f"{o.organisation} ({o.name})" for o in one.options)),
        "proposed": proposal.option.organisation if proposal else "",
        "because": proposal.reason if proposal else _short(one),
        "may_tick": one.standing in DECIDABLE,
    }


def _short(one: Weighed) -> str:
    if one.standing is Standing.CHOSEN:
        return "Accepted already"
    if one.standing is Standing.LEFT:
        return "Left out by somebody's decision"
    if one.standing is Standing.FULL:
        return "The organisations that fit have no place left"
    words = dict.fromkeys(found.words for option in one.options for found in option.answer.why_not)
    return "; ".join(words)


def warnings(versions: Iterable[StrandVersion]) -> list[str]:
    """What being on a list would tell, and why somebody found it right (LC-08)."""
    return [
        f"“{one.strand.name}” would tell {one.strand.provider.name} something by being on it. "
        f"Why it is right: {one.note}"
        for one in versions
        if gives_away(one.rows)
    ]


# -- why, why not ----------------------------------------------------------------------------------

PASSED = {
    Reason.NO_AGREEMENT: "An agreement with this organisation is in force",
    Reason.PROGRAMME_ENDED: "The programme that vouches for it goes on",
    Reason.OTHER_PURPOSE: "The agreement is for this purpose",
    Reason.NOT_TURNED_ON: "The policy has turned this kind of sharing on",
    Reason.NOBODY_NAMED: "The agreement names somebody who may open a list",
    Reason.DIED: "They are alive",
    Reason.RESTRICTED: "Their record is not restricted",
    Reason.NOT_OURS: "We are responsible for them",
    Reason.NOT_HERE: "They live or learn here",
    Reason.NOT_ENROLLED: "They learn at this organisation, or are to begin",
    Reason.BIRTH_NOT_KNOWN: "A date of birth is recorded",
    Reason.TOO_YOUNG: "They are 13 or over",
    Reason.TOO_OLD: "They are under 20, or under 25 with a learning difficulty or disability",
    Reason.OBJECTED: "They have not said no to this organisation",
    Reason.DISPUTED: "Nothing that they told us is wrong is open",
    Reason.NO_CONSENT: "There is consent enough",
    Reason.NO_NOTICE: "They were told in time",
    Reason.NO_COLUMNS: "Agreement, letter and purpose leave something that may go",
    Reason.SHARED_ALREADY: "They are with no organisation now",
    Reason.FULL: "The organisation has a place left",
}
"""Every test of the rule as it reads when it is passed."""

OF_ENROLMENT = frozenset({Reason.NOT_TURNED_ON, Reason.NOT_ENROLLED})
"""Tests that only telling a school or college about a learner is put to (LDOR-09)."""


def tests(option: Option, facts: Facts, places: Places, on: date) -> list[dict[str, Any]]:
    """Every test of the rule for one option, passed or failed, with its fact."""
    failed = {found.reason: found for found in option.answer.why_not}
    unasked = Reason.NO_AGREEMENT in failed and len(failed) == 1
    rows = []
    for reason, words in PASSED.items():
        full = reason is Reason.FULL and not places.has(option.provider)
        found = failed.get(reason)
        other = reason in OF_ENROLMENT and option.purpose != ENROLMENT
        if found is None and (unasked or other):
            continue
        from_day = (
            f"From {date_in_words(found.from_day)}" if found is not None and found.from_day else ""
        )
        rows.append(
            {
                "words": found.words if found else Reason.FULL.value if full else words,
                "tag": {"text": "No", "colour": "red"}
                if found or full
                else {"text": "Yes", "colour": "green"},
                "fact": from_day or _fact(reason, facts, places, option, on),
            }
        )
    return rows


def _fact(reason: Reason, facts: Facts, places: Places, option: Option, on: date) -> str:
    if reason in {Reason.TOO_YOUNG, Reason.TOO_OLD} and facts.born is not None:
        return f"{age_on(facts.born, on)} years old"
    if reason is Reason.NO_NOTICE and facts.told:
        last = facts.told[-1]
        return f"Letter of {short_date(last.posted_on)}, notice to {short_date(last.runs_until)}"
    if reason is Reason.NOT_HERE:
        places_ = [
            w
            for w, so in (("Lives here", facts.lives_here), ("Learns here", facts.learns_here))
            if so
        ]
        return ", ".join(places_)
    if reason is Reason.FULL:
        return places.in_words(option.provider).capitalize()
    if reason is Reason.OTHER_PURPOSE:
        return PURPOSES.get(option.purpose, "")
    return ""


def strand_rows(
    version: StrandVersion, held: Collection[str], words: dict[str, str]
) -> list[dict[str, Any]]:
    """The rows of a strand's criteria for somebody, met or not, with what is held."""
    return [
        {
            "words": row_in_words(row, words),
            "tag": {"text": "Yes", "colour": "green"}
            if row.met_by(held)
            else {"text": "No", "colour": "red"},
            "fact": "; ".join(words.get(code, code) for code in row.of if code in held)
            or "None of these is on record",
        }
        for row in version.rows
    ]


def decision(one: Choice) -> list[str]:
    """One decision about somebody: when, who, what was proposed, what was chosen, why."""
    proposed = one.proposed.strand.provider.name if one.proposed else "Nothing"
    chosen = one.provider.name if one.provider else "Left out"
    lapsed = " (lapsed)" if one.lapsed_at else ""
    return [
        short_date(one.decided_at),
        one.decided_by.name,
        f"{proposed}. {one.proposed_because}" if one.proposed_because else proposed,
        f"{chosen}{lapsed}",
        one.reason or "As proposed",
    ]
