"""Who is near someone about to be added: the same look for every role (PIA-25)."""

from dataclasses import dataclass, field
from datetime import date

from caseload import rules
from caseload.models import Address, Particulars, YoungPerson
from caseload.queries.names import names_like
from caseload.queries.search import folded_ways, near, whose
from caseload.queries.summaries import Summary, summaries_of
from ccis.accounts.models import User
from ccis.authorities.models import Authority

MOST_SHOWN = 10
MOST_NAMES_READ = 200
ENOUGH = 2.0
"""Points from which someone is near enough to be shown."""


@dataclass
class NearMatch:
    """Someone who may be the same person, with how each part agrees, in words."""

    summary: Summary
    points: float = 0.0
    reasons: list[str] = field(default_factory=list)


def near_matches(
    *,
    authority: Authority,
    user: User,
    given: str,
    family: str,
    date_of_birth: date | None,
    on: date,
    postcode: str = "",
) -> list[NearMatch]:
    """People of an authority, seen by the user, who may be the one described; likeliest first.

    Near is: a like name with the same or nearly the same date of birth, the same date of birth
    with one name alike, or a like name at the same postcode.
    """
    ways = folded_ways([given, family]) if given and family else folded_ways([given or family])
    people = YoungPerson.objects.visible_to(user).of(authority)
    like = names_like(ways, people, most=MOST_NAMES_READ)
    wanted = {name.person_id for name in like}
    if date_of_birth:
        wanted.update(whose(Particulars, date_of_birth__in=near(date_of_birth)))
    if postcode:
        wanted.update(whose(Address, postcode=postcode))
    summaries = summaries_of(list(people.filter(pk__in=wanted).order_by("pk")[:500]), on)
    matches = [_weigh(summary, ways, date_of_birth, postcode) for summary in summaries.values()]
    near_enough = [match for match in matches if match.points >= ENOUGH]
    near_enough.sort(key=lambda match: (-match.points, match.summary.person.ref))
    return near_enough[:MOST_SHOWN]


def _weigh(
    summary: Summary, ways: list[tuple[str, str]], born: date | None, postcode: str
) -> NearMatch:
    match = NearMatch(summary)
    _weigh_names(match, ways)
    if born and summary.date_of_birth:
        alike = rules.dates_alike(born, summary.date_of_birth)
        if alike is not None:
            match.points += 1.5 if not alike else 1.0
            match.reasons.append(alike or "same date of birth")
    if postcode and summary.home and summary.home.postcode == postcode:
        match.points += 1.0
        match.reasons.append("same postcode")
    return match


def _weigh_names(match: NearMatch, ways: list[tuple[str, str]]) -> None:
    best: tuple[float, list[str]] = (0.0, [])
    for name in match.summary.names:
        for given, family in ways:
            points, reasons = 0.0, []
            for label, asked, held in (
                ("first name", given, name.given_folded),
                ("family name", family, name.family_folded),
            ):
                alike = rules.name_likeness(asked, held) if asked and held else None
                if alike is not None:
                    points += 1.0 if not alike else 0.75
                    reasons.append(f"{label}: {alike}" if alike else f"same {label}")
            best = max(best, (points, reasons), key=lambda answer: answer[0])
    match.points += best[0]
    match.reasons += best[1]
