"""People by their names: words alike first, then whoever has them (docs/adr/0024).

Likeness is weighed against the words that names are made of, some ten thousand, and never
against everyone's name. Whose the likely words are is then an exact look-up for each, so that
the cost does not grow with how common a name is.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from caseload import rules
from caseload.models import YoungPerson

Way = tuple[str, str]
"""One reading of what was asked, folded: (given, family); one of them may be empty."""

ALIKE_ENOUGH = 0.45
"""Trigram similarity above which two names are spelt alike, when no better reason is found."""

MOST_WORDS = 40
MOST_WORDS_OF_MANY = 12
"""Likely words looked up for each part of what was asked; fewer when it can be read many ways."""

MOST_OF_A_WORD = 60
"""Names read for one likely word or pair of words: more than a page of results."""

_RANKS = {
    "": 0.0,
    "begins the same": 1.0,
    "one letter differs": 1.5,
    "sounds like": 2.0,
    "part of the name": 2.5,
    "two letters differ": 3.0,
}
SPELT_ALIKE = "spelt alike"

LIKELY = """
SELECT asked.part, likely.word, max(likely.score)
FROM unnest(%(parts)s::text[]) AS asked (part)
CROSS JOIN LATERAL (
    SELECT word, similarity(word, asked.part) AS score FROM (
        (SELECT DISTINCT word FROM caseload_nameword
         WHERE word >= asked.part COLLATE "C" AND word < asked.part || chr(1114111) COLLATE "C"
         ORDER BY word LIMIT %(most)s)
        UNION ALL
        (SELECT word FROM caseload_nameword
         WHERE asked.part = ANY (%(spelt)s) AND dmetaphone(word) = dmetaphone(asked.part)
         ORDER BY similarity(word, asked.part) DESC LIMIT %(most)s)
        UNION ALL
        (SELECT word FROM caseload_nameword
         WHERE asked.part = ANY (%(spelt)s) AND (word %% asked.part OR word %%> asked.part)
         ORDER BY similarity(word, asked.part) DESC LIMIT %(most)s)
        UNION ALL
        (SELECT word FROM caseload_nameword
         WHERE asked.part = ANY (%(spelt)s) AND length(asked.part) < 6
           AND word >= left(asked.part, 1) COLLATE "C"
           AND word < left(asked.part, 1) || chr(1114111) COLLATE "C"
           AND levenshtein_less_equal(word, asked.part, 2) <= 2
         ORDER BY levenshtein_less_equal(word, asked.part, 2), word LIMIT %(most)s)
    ) AS found
) AS likely
GROUP BY asked.part, likely.word
"""
"""For each part, the words that begin with it, sound like it or are spelt like it. Short ones
share too few groups of three letters, so of those with the same first letter edits are counted."""

COLUMNS = "n.id, n.person_id, n.kind, n.given_folded, n.family_folded, NOT upper_inf(n.during)"

WITH_BOTH = f"""
(SELECT found.*, asked.way, asked.rank, asked.family FROM (
    SELECT g.way, g.rank + f.rank AS rank, g.word AS given, f.word AS family
    FROM unnest(%(given_ways)s::int[], %(given_words)s::text[], %(given_ranks)s::float8[])
        AS g (way, word, rank)
    JOIN unnest(%(family_ways)s::int[], %(family_words)s::text[], %(family_ranks)s::float8[])
        AS f (way, word, rank) USING (way)
    ORDER BY 2, 1, 3, 4 LIMIT 4000
) AS asked
CROSS JOIN LATERAL (
    SELECT {COLUMNS} FROM caseload_name AS n JOIN ({{people}}) AS p ON p.id = n.person_id
    WHERE n.superseded_id IS NULL AND n.given_folded COLLATE "C" = asked.given
      AND n.family_folded COLLATE "C" = asked.family
    LIMIT %(most_of_a_word)s
) AS found
LIMIT %(most)s)
UNION ALL
(SELECT found.id, found.person_id, found.kind, found.given_folded, found.family_folded,
        found.ended, g.way, g.rank, found.through
FROM unnest(%(given_ways)s::int[], %(given_words)s::text[], %(given_ranks)s::float8[])
    AS g (way, word, rank)
CROSS JOIN LATERAL (
    SELECT {COLUMNS} AS ended, o.family_folded AS through
    FROM caseload_name AS n JOIN ({{people}}) AS p ON p.id = n.person_id
    JOIN caseload_name AS o ON o.person_id = n.person_id AND o.superseded_id IS NULL
    WHERE n.superseded_id IS NULL AND n.given_folded COLLATE "C" = g.word
      AND n.family_folded COLLATE "C" = '' AND o.family_folded = ANY (%(family_words)s::text[])
    LIMIT %(most_of_a_word)s
) AS found
LIMIT %(most)s)
"""  # noqa: S608 - columns of ours
"""Names with both parts, and names without a family name of those who have it in another.

Pairs of words come nearest first, and the database stops when it has enough."""

WITH_ONE = f"""
SELECT found.* FROM unnest(%(words)s::text[], %(ranks)s::float8[]) AS asked (word, rank)
CROSS JOIN LATERAL (
    (SELECT {COLUMNS}, 0, asked.rank, asked.word
     FROM caseload_name AS n JOIN ({{people}}) AS p ON p.id = n.person_id
     WHERE n.superseded_id IS NULL AND n.family_folded COLLATE "C" = asked.word
     ORDER BY n.given_folded COLLATE "C" LIMIT %(most_of_a_word)s)
    UNION ALL
    (SELECT {COLUMNS}, 1, asked.rank, asked.word
     FROM caseload_name AS n JOIN ({{people}}) AS p ON p.id = n.person_id
     WHERE n.superseded_id IS NULL AND n.given_folded COLLATE "C" = asked.word
     ORDER BY n.family_folded COLLATE "C" LIMIT %(most_of_a_word)s)
) AS found
LIMIT %(most)s
"""  # noqa: S608 - columns of ours


@dataclass(frozen=True)
class Alike:
    """How a word answers the one asked for: lower is nearer, ``""`` says that it is the same."""

    rank: float
    reason: str


@dataclass(frozen=True)
class NameFound:
    """A name like the one asked for, whose it is, and how each part of it is alike."""

    id: int
    person_id: int
    kind: str
    given: str
    family: str
    has_ended: bool
    rank: float
    reasons: tuple[str, ...]
    is_turned: bool = False


Words = dict[str, Alike]


def likely_words(parts: Iterable[str]) -> dict[str, Words]:
    """For each folded part, the words of names that it may stand for."""
    asked = sorted({part for part in parts if part})
    likely: dict[str, Words] = {part: {} for part in asked}
    if not asked:
        return likely
    spelt = [part for part in asked if has_trigrams(part)]
    with connection.cursor() as cursor:
        cursor.execute(LIKELY, {"parts": asked, "spelt": spelt, "most": MOST_WORDS})
        for part, word, score in cursor.fetchall():
            alike = _alike(part, word, score)
            if alike is not None:
                likely[part][word] = alike
    return likely


def has_trigrams(folded: str) -> bool:
    """Whether spelling can be weighed: three letters or more, of the Latin script.

    The database takes letters of other scripts for spaces, so those names must begin the same.
    """
    return len(folded) >= 3 and folded.isascii()


def _alike(part: str, word: str, score: float) -> Alike | None:
    reason = rules.name_likeness(part, word)
    if reason is None:
        return Alike(5.0 - score, SPELT_ALIKE) if score >= 0.3 else None
    return Alike(_RANKS[reason] + (0.0 if not reason else (1.0 - score) / 4), reason)


def names_like(ways: Sequence[Way], people: QuerySet[YoungPerson], *, most: int) -> list[NameFound]:
    """Names like those asked for, of the people given, nearest first; at most ``most``.

    ``people`` is a queryset narrowed to those whom the user may see. Asks three questions of the
    database, however many ways there are to read the words.
    """
    if not ways:
        return []
    likely = likely_words(part for way in ways for part in way)
    if all(given and family for given, family in ways):
        return _with_both(ways, likely, people, most)
    (one,) = {given or family for given, family in ways}
    return _with_one(likely[one], people, most)


def _nearest(words: Words, most: int) -> list[tuple[str, float]]:
    ordered = sorted(words.items(), key=lambda pair: (pair[1].rank, pair[0]))
    return [(word, alike.rank) for word, alike in ordered[:most]]


def _with_both(
    ways: Sequence[Way], likely: dict[str, Words], people: QuerySet[YoungPerson], most: int
) -> list[NameFound]:
    each = MOST_WORDS if len(ways) <= 2 else MOST_WORDS_OF_MANY
    values: dict[str, list[object]] = {
        f"{part}_{what}": [] for part in ("given", "family") for what in ("ways", "words", "ranks")
    }
    for at, way in enumerate(ways):
        for part, asked in zip(("given", "family"), way, strict=True):
            for word, rank in _nearest(likely[asked], each):
                values[f"{part}_ways"].append(at)
                values[f"{part}_words"].append(word)
                values[f"{part}_ranks"].append(rank)
    found = []
    for row in _rows(WITH_BOTH, people, most, values):
        pk, person, kind, given, family, ended, at, _, through = row
        first, last = likely[ways[at][0]].get(given), likely[ways[at][1]].get(through)
        if first is not None and last is not None:
            name = (pk, person, kind, given, family, ended)
            found.append(_found(name, (first, last), is_turned=at % 2 == 1))
    return found


def _found(
    name: tuple[int, int, str, str, str, bool],
    parts: Sequence[Alike],
    *,
    is_turned: bool = False,
) -> NameFound:
    rank = sum(part.rank for part in parts) + (0.5 if is_turned else 0.0)
    return NameFound(*name, rank, tuple(part.reason for part in parts), is_turned)


def names_among(ways: Sequence[Way], people: Sequence[int]) -> list[NameFound]:
    """Names like those asked for, of a few people found otherwise: each name is weighed.

    ``people`` are ids of those whom the user may see. Asks two questions of the database.
    """
    likely = likely_words(part for way in ways for part in way)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM caseload_name AS n"  # noqa: S608 - columns of ours
            " WHERE n.superseded_id IS NULL AND n.person_id = ANY (%s)",
            [list(people)],
        )
        names = cursor.fetchall()
    families: dict[int, set[str]] = {}
    for _, person, _, _, family, _ in names:
        families.setdefault(person, set()).add(family)
    found = []
    for name in names:
        answers = [
            _found(name, parts, is_turned=len(ways) > 1 and all(way) and at % 2 == 1)
            for at, way in enumerate(ways)
            if (parts := _parts(way, name[3], [name[4]] if name[4] else families[name[1]], likely))
        ]
        if answers:
            found.append(min(answers, key=lambda answer: answer.rank))
    return found


def _parts(
    way: Way, given: str, families: Iterable[str], likely: dict[str, Words]
) -> list[Alike] | None:
    """How each part that was asked for is answered; ``None`` when one is not."""
    asked_given, asked_family = way
    parts = []
    if asked_given:
        parts.append(_weighed(asked_given, given, likely))
    if asked_family:
        last = [_weighed(asked_family, family, likely) for family in families if family]
        known = [alike for alike in last if alike is not None]
        parts.append(min(known, key=lambda alike: alike.rank) if known else None)
    return [part for part in parts if part] if all(parts) else None


def _weighed(asked: str, held: str, likely: dict[str, Words]) -> Alike | None:
    """How a name held answers a part: as a likely word, or by its beginning, sound or a part.

    Counting edits is left to ``likely_words``: it takes too long for each name of many people.
    """
    words = likely[asked]
    if held in words:
        return words[held]
    reason = None
    if held.startswith(asked):
        reason = "begins the same"
    elif rules.sounds(asked) and rules.sounds(asked) == rules.sounds(held):
        reason = "sounds like"
    elif asked in held or (len(held) > 2 and held in asked):
        reason = "part of the name"
    if reason is None:
        return None
    words[held] = Alike(_RANKS[reason] + 0.25, reason)
    return words[held]


def _with_one(likely: Words, people: QuerySet[YoungPerson], most: int) -> list[NameFound]:
    enough = {
        word: alike
        for word, alike in likely.items()
        if alike.reason != SPELT_ALIKE or 5.0 - alike.rank >= ALIKE_ENOUGH
    }
    nearest = _nearest(enough, MOST_WORDS)
    values: dict[str, list[object]] = {
        "words": [word for word, _ in nearest],
        "ranks": [rank for _, rank in nearest],
    }
    rows = _rows(WITH_ONE, people, most, values)
    return [_found(row[:6], (likely[row[8]],)) for row in rows]


def _rows(
    statement: str, people: QuerySet[YoungPerson], most: int, values: dict[str, list[object]]
) -> list[tuple[int, int, str, str, str, bool, int, float, str]]:
    """Rows of a statement about these people, whose own SQL is put in with its values."""
    try:
        query, given = people.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return []
    named = {f"person_{at}": value for at, value in enumerate(given)}
    about = query % tuple(f"%({name})s" for name in named)
    with connection.cursor() as cursor, _by_indexes(cursor):
        cursor.execute(
            statement.format(people=about),
            {**values, **named, "most_of_a_word": MOST_OF_A_WORD, "most": most},
        )
        return list(cursor.fetchall())


@contextmanager
def _by_indexes(cursor: CursorWrapper) -> Iterator[None]:
    """Read names in the order of their index, so that reading stops when there are enough.

    The database thinks of a word as having as many names as words have on average, and would
    read all of a common one and sort them.
    """
    ask = "SELECT set_config(name, %s, true) FROM unnest(%s::text[]) AS name"
    names = ["enable_bitmapscan", "enable_sort", "enable_hashjoin", "enable_mergejoin"]
    cursor.execute(ask, ["off", names])
    yield
    cursor.execute(ask, ["on", names])
