"""Random worlds of one person, one agreement and some letters, for the rule of sharing.

``breaks`` says once more, apart from the rule and as plainly as can be, what a list may never do.
"""

from datetime import date, timedelta
from random import Random

from optout.letters.rules import COLUMNS, PURPOSES, Told
from sharing.rules import COLUMNS_OF_PURPOSE, Answer, Facts, Offer

DAY = date(2026, 11, 20)
PROVIDERS = (1, 2, 3)


def some(random: Random, of: list[str] | tuple[int, ...]) -> frozenset:
    return frozenset(one for one in of if random.random() < 0.7)


def mostly(random: Random, yes: bool) -> bool:
    """``yes``, but in one world of twelve the other: so that many worlds let someone go."""
    return yes if random.random() < 11 / 12 else not yes


def letter(random: Random, number: int) -> Told:
    posted = DAY - timedelta(days=random.randint(0, 60))
    return Told(
        posted_on=posted,
        runs_until=posted + timedelta(days=random.choice((0, 7, 14, 21))),
        providers=some(random, PROVIDERS),
        columns=some(random, list(COLUMNS)),
        purpose=random.choice(("support", "support", *PURPOSES)),
        returned=not mostly(random, True),
        address_is_theirs=mostly(random, True),
        letter=number,
    )


def offer(random: Random) -> Offer:
    starts = DAY - timedelta(days=random.choice((0, 30, 300)) - (30 * (random.random() < 0.05)))
    return Offer(
        provider=random.choice(PROVIDERS),
        purpose=random.choice(("support", "support", "confirm", *PURPOSES)),
        purposes=some(random, list(PURPOSES)),
        columns=some(random, [*COLUMNS, "name"]),
        starts_on=starts,
        ends_on=random.choice((None, DAY, DAY + timedelta(days=90), DAY - timedelta(days=1))),
        in_force=mostly(random, True),
        programme_ended_on=random.choice((None, None, None, DAY, DAY - timedelta(days=1))),
        named=random.choice((frozenset(), frozenset({7}), frozenset({7}), frozenset({7, 8}))),
        places=random.choice((None, None, 0, 1, 5)),
        turned_on=random.choice((frozenset(), frozenset({"enrolment"}))),
        by_consent=random.random() < 0.1,
    )  # fmt: skip


def facts(random: Random) -> Facts:
    age = random.choice((12, 13, 16, 16, 17, 17, 18, 19, 20, 24, 25))
    born = date(DAY.year - age, DAY.month, DAY.day) + timedelta(days=random.choice((-1, 0, 1)))
    return Facts(
        born=None if random.random() < 0.05 else born,
        has_plan=random.random() < 0.3,
        lives_here=random.random() < 0.8,
        learns_here=random.random() < 0.5,
        learns_there=random.random() < 0.5,
        is_ours=mostly(random, True),
        has_died=not mostly(random, True),
        is_restricted=not mostly(random, True),
        objects=not mostly(random, True),
        disputes=not mostly(random, True),
        consents=mostly(random, True),
        said_yes=random.random() < 0.3,
        shared_with=None if mostly(random, True) else random.choice(PROVIDERS),
        told=tuple(letter(random, number) for number in range(random.randint(0, 4))),
    )


def breaks(facts: Facts, offer: Offer, answer: Answer) -> list[str]:
    """What letting this person go so would break; nothing when it is right."""
    if not answer.may:
        return [] if not answer.columns and answer.letter is None else ["says no and names columns"]
    rested = [one for one in facts.told if one.letter == answer.letter]
    if len(rested) != 1:
        return ["rests on no letter"]
    (on,) = rested
    born = facts.born
    age = born and DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))
    allowed = offer.columns & on.columns & COLUMNS_OF_PURPOSE[offer.purpose]
    wrong = {
        "no agreement": not offer.in_force or not offer.starts_on <= DAY <= (offer.ends_on or DAY),
        "programme over": bool(offer.programme_ended_on and offer.programme_ended_on < DAY),
        "purpose": offer.purpose not in offer.purposes or on.purpose != offer.purpose,
        "nobody named": not offer.named,
        "enrolment": offer.purpose == "enrolment"
        and not ("enrolment" in offer.turned_on and facts.learns_there),
        "dead": facts.has_died,
        "restricted": facts.is_restricted,
        "not ours": not facts.is_ours or not (facts.lives_here or facts.learns_here),
        "too young": age is None or age < 13,
        "too old": age is None or age >= (25 if facts.has_plan else 20),
        "objected": facts.objects,
        "disputed": facts.disputes,
        "no consent": not facts.consents or (offer.by_consent and not facts.said_yes),
        "twice": facts.shared_with is not None,
        "full": offer.places is not None and offer.places < 1,
        "came back": on.returned or not on.address_is_theirs,
        "notice runs": on.runs_until >= DAY or on.posted_on > DAY,
        "not on the letter's list": offer.provider not in on.providers,
        "columns": not answer.columns <= allowed,
        "no name": "name" not in answer.columns,
        "not in the catalogue": not answer.columns <= set(COLUMNS),
    }  # fmt: skip
    return [what for what, holds in wrong.items() if holds]
