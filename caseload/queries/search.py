"""Finding a person from what is half remembered: spelling forgiven, reasons given (pages §2.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from caseload import rules
from caseload.models import (
    Address,
    ContactPoint,
    Identifier,
    IdentifierKind,
    Name,
    Particulars,
    YoungPerson,
)
from caseload.queries.names import NameFound, names_among, names_like
from caseload.queries.summaries import Summary, summaries_of
from caseload.terms import Terms, read_terms, splits
from ccis.access.references import read_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority

MOST_NAMES_READ = 200
MOST_FACTS_READ = 5_000
MOST_SHOWN = 50


@dataclass
class Hit:
    """Someone found, and why."""

    summary: Summary
    reasons: list[str] = field(default_factory=list)
    rank: float = 0.0


@dataclass(frozen=True)
class Found:
    """The people found, nearest first. ``loosened`` says what had to be let go to find any."""

    hits: list[Hit]
    is_capped: bool = False
    loosened: str = ""


def read_query(text: str, *, today: date) -> Terms:
    """Read what was typed, with every kind of identifier that is known as data (USE-08)."""
    patterns = [
        re.compile(pattern) for pattern in IdentifierKind.objects.values_list("pattern", flat=True)
    ]
    thirteen_digits = re.compile(r"[0-9]{13}")

    def is_code(text: str) -> bool:
        return bool(thirteen_digits.fullmatch(text)) or any(p.fullmatch(text) for p in patterns)

    return read_terms(text, today=today, is_code=is_code)


def find(
    terms: Terms, *, user: User, authority: Authority, on: date, most: int = MOST_SHOWN
) -> Found:
    """The people of an authority whom the user may see and who answer to the terms.

    All parts must hold. When nobody has both the name and the date of birth, those who have
    the name are given, and ``loosened`` says so.
    """
    if terms.is_empty:
        return Found([])
    people = YoungPerson.objects.visible_to(user).of(authority)
    found = _find(terms, people=people, on=on, most=most)
    if not found.hits and terms.names and terms.date_of_birth:
        names_only = Terms(names=terms.names, perhaps=terms.perhaps)
        looser = _find(names_only, people=people, on=on, most=most)
        return Found(looser.hits, looser.is_capped, "date of birth") if looser.hits else found
    return found


def _find(terms: Terms, *, people: QuerySet[YoungPerson], on: date, most: int) -> Found:
    narrowed = _narrow(people, terms)
    matched: dict[int, _NameMatch] = {}
    if terms.names:
        ids, matched = _by_name(terms, narrowed)
    else:
        ids = _nearest_first(terms, list(narrowed.values_list("pk", flat=True)[:MOST_FACTS_READ]))
    shown = ids[: most + 1]  # they are in their order already
    by_id = people.in_bulk(shown)
    summaries = summaries_of([by_id[pk] for pk in shown if pk in by_id], on)
    hits = [_hit(summary, terms, matched.get(pk)) for pk, summary in summaries.items()]
    hits.sort(key=lambda hit: (hit.rank, hit.summary.sorted_name, hit.summary.person.ref))
    return Found(hits[:most], is_capped=len(hits) > most)


def _nearest_first(terms: Terms, ids: list[int]) -> list[int]:
    """People found without a name: the right day before its swapped one, then by name."""
    names = Name.objects.believed().filter(person__in=ids, kind=Name.Kind.LEGAL)
    order = {pk: (family, given) for pk, family, given in names.values_list(
        "person", "family_folded", "given_folded")}  # fmt: skip
    right: set[int] = set()
    if terms.date_of_birth:
        born = Particulars.objects.believed().filter(
            person__in=ids, date_of_birth=terms.date_of_birth
        )
        right = set(born.values_list("person", flat=True))
    return sorted(ids, key=lambda pk: (pk not in right, order.get(pk, ("", "")), pk))


def _narrow(people: QuerySet[YoungPerson], terms: Terms) -> QuerySet[YoungPerson]:
    """The people who answer to everything but the name.

    Whose a number or a day is, is asked of its own index first: as conditions side by side the
    database would go through everyone of the authority.
    """
    if terms.codes:
        people = people.filter(pk__in=_with_numbers(terms.codes))
    if terms.postcode:
        people = people.filter(pk__in=whose(Address, postcode=terms.postcode))
    if terms.contact:
        values = written(terms.contact)
        people = people.filter(pk__in=whose(ContactPoint, value__in=values))
    if terms.date_of_birth:
        days = near(terms.date_of_birth)
        people = people.filter(pk__in=whose(Particulars, date_of_birth__in=days))
    if terms.year_of_birth and terms.names:
        year = terms.year_of_birth
        born = Particulars.objects.believed().filter(
            person=OuterRef("pk"), date_of_birth__range=(date(year, 1, 1), date(year, 12, 31))
        )
        people = people.filter(Exists(born))
    return people


def whose(model: type[Address | ContactPoint | Particulars], **wanted: object) -> list[int]:
    """Ids of people, of whatever authority, with a fact that we believe."""
    facts = model._default_manager.filter(superseded=None, **wanted)
    return list(facts.order_by().values_list("person", flat=True)[:MOST_FACTS_READ])


def _with_numbers(codes: tuple[str, ...]) -> list[int]:
    """Ids of whoever has one of these as an identifier of any kind, NCCIS id or reference."""
    kinds = list(IdentifierKind.objects.values_list("code", flat=True))
    held = Identifier.objects.believed().filter(kind__in=kinds, value__in=codes)
    refs = [ref for ref in map(read_reference, codes) if ref]
    found = held.values_list("person", flat=True).union(
        YoungPerson.objects.filter(young_persons_id__in=codes).values_list("pk", flat=True),
        YoungPerson.objects.filter(ref__in=refs).values_list("pk", flat=True),
    )
    return follow_merges(list(found))


def follow_merges(people: list[int]) -> list[int]:
    """Ids of people, of a record that was merged the id of the one that stays (PIA-14)."""
    merged = YoungPerson.objects.filter(pk__in=people, merged_into__isnull=False)
    stays = dict(merged.values_list("pk", "merged_into_id"))
    return [stays.get(pk, pk) for pk in people]


def written(contact: str) -> list[str]:
    """The ways in which a number is written in records: with and without a space, +44."""
    if not contact.isdigit():
        return [contact]
    return [contact, f"{contact[:5]} {contact[5:]}", f"+44{contact[1:]}"]


def near(day: date) -> list[date]:
    """A date of birth, and the one with day and month swapped where there is one."""
    days = [day]
    if day.day <= 12 and day.day != day.month:
        days.append(date(day.year, day.day, day.month))
    return days


# -- names ---------------------------------------------------------------------------------------


def fold(words: Iterable[str]) -> list[str]:
    """Names folded as the database keeps them, so that both sides compare alike."""
    asked = list(words)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(ccis_fold(word) ORDER BY at)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS asked(word, at)",
            [asked],
        )
        (folded,) = cursor.fetchone()
    return list(folded or [])


@dataclass
class _NameMatch:
    """The best answer that one of a person's names gives."""

    rank: float
    reasons: list[str]
    order: tuple[str, str, int] = ("", "", 0)


def _by_name(
    terms: Terms, people: QuerySet[YoungPerson]
) -> tuple[list[int], dict[int, _NameMatch]]:
    """Ids of people with a name like the one asked for, nearest first, each with the reason."""
    matched: dict[int, _NameMatch] = {}
    ways = folded_ways(terms.names)
    if terms.is_narrow:
        names = names_among(ways, list(people.values_list("pk", flat=True)[:MOST_FACTS_READ]))
    else:
        names = names_like(ways, people, most=MOST_NAMES_READ)
    for name in names:
        match = _match(name)
        kept = matched.get(name.person_id)
        if kept is None or match.rank < kept.rank:
            matched[name.person_id] = match
    if terms.perhaps:
        for pk in people.filter(ref__in=terms.perhaps).values_list("pk", flat=True):
            matched[pk] = _NameMatch(0, ["reference"])
    return sorted(matched, key=lambda pk: (matched[pk].rank, matched[pk].order)), matched


def _match(name: NameFound) -> _NameMatch:
    reasons = [reason for reason in name.reasons if reason]
    if name.is_turned:
        reasons.append("names the other way round")
    order = (name.family, name.given, name.person_id)
    return _NameMatch(name.rank + _KIND_RANK[name.kind], _of_kind(name) + reasons, order)


_KIND_RANK: dict[str, float] = {Name.Kind.LEGAL: 0, Name.Kind.KNOWN_AS: 0.1, Name.Kind.FORMER: 0.2}


def _of_kind(name: NameFound) -> list[str]:
    if name.kind == Name.Kind.KNOWN_AS:
        return ["known as"]
    if name.kind == Name.Kind.FORMER or name.has_ended:
        return ["previous name"]
    return []


def folded_ways(words: Iterable[str]) -> list[tuple[str, str]]:
    """The ways to read words as (given, family), folded; one word may be either."""
    names = list(words)
    if len(names) == 1:
        (one,) = fold(names)
        return [(one, ""), ("", one)] if one else []
    ways = splits(names)
    folded = fold([part for way in ways for part in way])
    return [pair for pair in zip(folded[::2], folded[1::2], strict=True) if all(pair)]


# -- why each is there -----------------------------------------------------------------------------


def _hit(summary: Summary, terms: Terms, name: _NameMatch | None) -> Hit:
    reasons = list(dict.fromkeys(name.reasons)) if name else []
    if name and not reasons:
        reasons = ["same name"]
    rank = name.rank if name else 0.0
    if terms.date_of_birth:
        born = summary.date_of_birth
        alike = rules.dates_alike(terms.date_of_birth, born) if born else None
        reasons.append(alike or "same date of birth" if alike is not None else "date of birth")
        rank += 1 if alike else 0
    if terms.postcode:
        now = summary.home is not None and summary.home.postcode == terms.postcode
        reasons.append("same postcode" if now else "previous or other address")
        rank += 0 if now else 1
    if terms.contact:
        reasons.append("same email" if "@" in terms.contact else "same phone number")
    if terms.codes:
        reasons.append("same number")
    return Hit(summary, reasons, rank)
