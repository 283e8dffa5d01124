"""Finding a person from what is half remembered: spelling forgiven, reasons given (pages §2.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

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
from caseload.models.facts import Sound
from caseload.queries.summaries import Summary, summaries_of
from caseload.terms import Terms, read_terms, splits
from ccis.access.references import read_reference
from ccis.accounts.models import User
from ccis.authorities.models import Authority

MOST_NAMES_READ = 500
MOST_SHOWN = 50
ALIKE_ENOUGH = 0.45
"""Trigram similarity above which two names are spelt alike, when no better reason is found."""


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
    if terms.names:
        ids, matched = _by_name(terms, narrowed)
    else:
        ids = list(narrowed.order_by("pk").values_list("pk", flat=True)[: MOST_NAMES_READ + 1])
        matched = {}
    if terms.kinds == ("name",):
        ids = ids[: most + 1]  # they are in their order already
    by_id = people.in_bulk(ids[:MOST_NAMES_READ])
    summaries = summaries_of([by_id[pk] for pk in ids if pk in by_id], on)
    hits = [_hit(summary, terms, matched.get(pk)) for pk, summary in summaries.items()]
    hits.sort(key=lambda hit: (hit.rank, hit.summary.sorted_name, hit.summary.person.ref))
    return Found(hits[:most], is_capped=len(hits) > most)


def _narrow(people: QuerySet[YoungPerson], terms: Terms) -> QuerySet[YoungPerson]:
    if terms.codes:
        by_number = Identifier.objects.believed().filter(value__in=terms.codes)
        people = people.filter(
            Q(pk__in=by_number.values("person"))
            | Q(young_persons_id__in=terms.codes)
            | Q(ref__in=[ref for ref in map(read_reference, terms.codes) if ref])
        )
    if terms.postcode:
        lived = Address.objects.believed().filter(postcode=terms.postcode)
        people = people.filter(pk__in=lived.values("person"))
    if terms.contact:
        reached = ContactPoint.objects.believed().filter(value__in=written(terms.contact))
        people = people.filter(pk__in=reached.values("person"))
    if terms.date_of_birth:
        born = Particulars.objects.believed().filter(date_of_birth__in=near(terms.date_of_birth))
        people = people.filter(pk__in=born.values("person"))
    return people


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
    ways = folded_ways(terms.names)
    names = with_sound(Name.objects.believed().filter(person__in=people))
    rows = list(like_any(names, ways)[:MOST_NAMES_READ])
    if len(terms.names) > 1:
        rows += list(_goes_by(names, ways)[:MOST_NAMES_READ])
    matched: dict[int, _NameMatch] = {}
    for row in rows:
        match = _answer(row, ways)
        kept = matched.get(row.person_id)
        if match and (kept is None or match.rank < kept.rank):
            matched[row.person_id] = match
    for pk in people.filter(ref__in=terms.perhaps).values_list("pk", flat=True):
        matched[pk] = _NameMatch(0, ["reference"])
    return sorted(matched, key=lambda pk: (matched[pk].rank, matched[pk].order)), matched


def folded_ways(words: Iterable[str]) -> list[tuple[str, str]]:
    """The ways to read words as (given, family), folded; one word may be either."""
    names = list(words)
    if len(names) == 1:
        (one,) = fold(names)
        return [(one, ""), ("", one)] if one else []
    ways = splits(names)
    folded = fold([part for way in ways for part in way])
    return [pair for pair in zip(folded[::2], folded[1::2], strict=True) if all(pair)]


def like_any(names: QuerySet[Name], ways: list[tuple[str, str]]) -> QuerySet[Name]:
    """Names like any of the (given, family) asked for, by the trigram and sound indexes."""
    wanted = Q(pk__in=[])
    scores = []
    for given, family in ways:
        wanted |= _like("given_folded", given) & _like("family_folded", family)
        scores.append(_score(given, family))
    score = Greatest(*scores) if len(scores) > 1 else scores[0] if scores else Value(0.0)
    return names.filter(wanted).annotate(score=score).order_by("-score", "pk")


def _like(column: str, folded: str) -> Q:
    if not folded:
        return Q()
    if not _has_trigrams(folded):
        return _plainly_like(column, folded)
    like = Q(**{f"{column}__trigram_similar": folded}) | Q(
        **{f"{column}__trigram_word_similar": folded}
    )
    if column == "family_folded":
        like |= Q(sound=Sound(Value(folded)))
    return like


def _score(given: str, family: str) -> object:
    parts = [
        TrigramSimilarity(column, folded)
        for column, folded in (("given_folded", given), ("family_folded", family))
        if folded
    ]
    total = parts[0] if len(parts) == 1 else parts[0] + parts[1]
    return Case(When(pk__isnull=False, then=total), output_field=FloatField())


def _goes_by(names: QuerySet[Name], ways: list[tuple[str, str]]) -> QuerySet[Name]:
    """Names with a given name alone, of people whose family name is another of the words."""
    wanted = Q(pk__in=[])
    for given, family in ways:
        theirs = Name.objects.believed().filter(_plainly_like("family_folded", family))
        wanted |= _plainly_like("given_folded", given) & Q(person__in=theirs.values("person"))
    return names.filter(wanted, family="").annotate(score=Value(0.5)).order_by("pk")


def _plainly_like(column: str, folded: str) -> Q:
    if _has_trigrams(folded):
        return Q(**{f"{column}__trigram_similar": folded})
    exact = column == "family_folded" and not folded.isascii()
    return Q(**{column if exact else f"{column}__startswith": folded})


def _has_trigrams(folded: str) -> bool:
    """Whether the trigram index can look for it: three letters or more, of the Latin script.

    The database takes letters of other scripts for spaces, so those names must agree exactly.
    """
    return len(folded) >= 3 and folded.isascii()


def _answer(row: Name, ways: list[tuple[str, str]]) -> _NameMatch | None:
    """How well one name answers, over all ways to read what was asked."""
    answers = []
    for at, (given, family) in enumerate(ways):
        reasons = [
            _part(asked, held, row)
            for asked, held in ((given, row.given_folded), (family, row.family_folded))
            if asked and held
        ]
        if not reasons or any(reason is None for reason in reasons):
            continue
        said = [reason for reason in reasons if reason]
        turned = len(ways) > 1 and at % 2 == 1 and bool(given and family)
        rank = sum(_RANKS.get(reason, 4) for reason in said) + turned * 0.5
        answers.append((rank, said + (["names the other way round"] if turned else [])))
    if not answers:
        return None
    rank, reasons_said = min(answers, key=lambda answer: answer[0])
    order = (row.family_folded, row.given_folded, row.person_id)
    return _NameMatch(rank + _KIND_RANK[row.kind], _of_kind(row) + reasons_said, order)


def _part(asked: str, held: str, row: Name) -> str | None:
    reason = rules.name_likeness(asked, held)
    if reason is None and getattr(row, "score", 0) >= ALIKE_ENOUGH:
        return "spelt alike"
    return reason


_RANKS = {
    "begins the same": 1,
    "one letter differs": 1.5,
    "sounds like": 2,
    "part of the name": 2.5,
    "two letters differ": 3,
}
_KIND_RANK: dict[str, float] = {Name.Kind.LEGAL: 0, Name.Kind.KNOWN_AS: 0.1, Name.Kind.FORMER: 0.2}


def _of_kind(row: Name) -> list[str]:
    if row.kind == Name.Kind.KNOWN_AS:
        return ["known as"]
    if row.kind == Name.Kind.FORMER or row.during.upper is not None:
        return ["previous name"]
    return []


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


def with_sound(names: QuerySet[Name]) -> QuerySet[Name]:
    """Names with the code of how the family name sounds, as the index has it."""
    return names.alias(sound=Sound(F("family_folded")))
