"""Which pairs are worth comparing: found by the database, so that it is never all against all.

Two temporary tables hold the two sides, ``score_left`` (rows) and ``score_right`` (people), one
record for each name that someone goes or went by at each home that they have or had: of those the
likest counts. A pair is taken when it shares one of the keys below.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db import connection

from caseload.matching.comparisons import Places, Records
from ccis.authorities.models import Authority

FIELDS = (
    "given",
    "family",
    "birth",
    "gender",
    "postcode",
    "address",
    "town",
    "phone",
    "email",
    "school",
    "upn",
    "uln",
)
"""What is said about a record, as text, empty where not known."""

REMARKS = ("name_is", "home_is")
"""Which of someone's names and homes a record has: empty for those of today."""

SIDE = """
CREATE TEMPORARY TABLE {side} (
    id integer GENERATED ALWAYS AS IDENTITY (START 0 MINVALUE 0),
    who bigint NOT NULL,
    given text NOT NULL DEFAULT '', family text NOT NULL DEFAULT '',
    birth text NOT NULL DEFAULT '', gender text NOT NULL DEFAULT '',
    postcode text NOT NULL DEFAULT '', address text NOT NULL DEFAULT '',
    town text NOT NULL DEFAULT '', phone text NOT NULL DEFAULT '', email text NOT NULL DEFAULT '',
    school text NOT NULL DEFAULT '', upn text NOT NULL DEFAULT '', uln text NOT NULL DEFAULT '',
    name_is text NOT NULL DEFAULT '', home_is text NOT NULL DEFAULT ''
)
"""

KEYS = """
ALTER TABLE {side}
    ADD given_folded text, ADD family_folded text, ADD given_sound text, ADD family_sound text,
    ADD gi text, ADD fi text, ADD y text, ADD m text, ADD d text, ADD turned text,
    ADD street text;
UPDATE {side} SET given_folded = ccis_fold(given), family_folded = ccis_fold(family),
    street = ccis_fold(translate(address, '0123456789', '')),
    y = left(birth, 4), m = substr(birth, 6, 2), d = substr(birth, 9, 2),
    turned = left(birth, 5) || substr(birth, 9, 2) || '-' || substr(birth, 6, 2);
UPDATE {side} SET given_sound = dmetaphone(given_folded), family_sound = dmetaphone(family_folded),
    gi = left(given_folded, 1), fi = left(family_folded, 1);
ANALYZE {side};
"""

MOST_IN_A_BLOCK = 50
"""What more people share than this says too little to be a key by itself."""

ANY_INITIAL = (
    "(r.gi IN (l.gi, l.fi) OR r.fi IN (l.gi, l.fi) OR '' IN (r.gi, l.gi, r.fi, l.fi)"
    " OR (r.postcode = l.postcode AND l.postcode <> ''))"
)
CROSSED = "(r.family_sound = l.given_sound AND r.given_sound = l.family_sound)"
EITHER_NAME = (
    "(r.family_sound = l.family_sound OR r.given_sound = l.given_sound"
    " OR r.family_sound = l.given_sound)"
)

BLOCKS: tuple[tuple[str, str], ...] = (
    ("r.birth = l.birth AND l.birth <> ''", ANY_INITIAL),
    ("r.birth = l.turned AND l.birth <> ''", EITHER_NAME),
    ("r.family_sound = l.family_sound AND r.y = l.y AND r.m = l.m", "l.family_sound <> ''"),
    ("r.family_sound = l.family_sound AND r.y = l.y AND r.d = l.d", "l.family_sound <> ''"),
    ("r.family_sound = l.family_sound AND r.m = l.m AND r.d = l.d", "l.family_sound <> ''"),
    ("r.given_sound = l.given_sound AND r.fi = l.fi AND r.y = l.y AND r.m = l.m", "l.gi <> ''"),
    ("r.given_sound = l.given_sound AND r.fi = l.fi AND r.y = l.y AND r.d = l.d", "l.gi <> ''"),
    ("r.given_sound = l.given_sound AND r.fi = l.fi AND r.m = l.m AND r.d = l.d", "l.gi <> ''"),
    ("r.postcode = l.postcode AND l.postcode <> ''", ANY_INITIAL.split(" OR (r.postcode")[0] + ")"),
    ("r.phone = l.phone AND l.phone <> ''", "true"),
    ("r.email = l.email AND l.email <> ''", "true"),
    ("r.upn = l.upn AND l.upn <> ''", "true"),
    ("r.uln = l.uln AND l.uln <> ''", "true"),
)
"""What must be equal, and what must hold besides."""

CAPPED: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("family_sound", "given_sound"), ("family_sound", "given_sound")),
    (("given_sound", "family_sound"), ("family_sound", "given_sound")),
    (("family_sound",), ("family_sound",)),
    (("given_sound",), ("given_sound",)),
    (("y", "m"), ("y", "m")),
    (("y", "d"), ("y", "d")),
    (("m", "d"), ("m", "d")),
    (("street",), ("street",)),
    (("postcode",), ("postcode",)),
    (("town",), ("town",)),
)
"""Columns of the left and of the right side that make a key where few people share it."""


def _capped(left: Sequence[str], right: Sequence[str]) -> str:
    keys = ", ".join(right)
    same = " AND ".join(f"r.{b} = l.{a}" for a, b in zip(left, right, strict=True))
    filled = " AND ".join(f"{column} <> ''" for column in right)
    return (
        "SELECT l.id, r.id FROM score_left l "  # noqa: S608 - columns of ours
        f"JOIN (SELECT {keys} FROM score_right WHERE {filled} GROUP BY {keys} "
        f"HAVING count(*) <= {MOST_IN_A_BLOCK}) r0 ON {same.replace('r.', 'r0.')} "
        f"JOIN score_right r ON {same}"
    )


MOST_LEFT_OVER = 2_000
"""So many rows that nothing else found anyone for are looked up by the spelling of the name."""

WORDS = """
CREATE TEMPORARY TABLE score_words AS
SELECT DISTINCT family_folded AS word FROM score_right WHERE length(family_folded) > 3;
CREATE INDEX ON score_words USING gin (word gin_trgm_ops);
ANALYZE score_words;
"""

BY_SPELLING = f"""
SELECT DISTINCT l.id, r.id
FROM (SELECT * FROM score_alone
      WHERE length(family_folded) > 3 ORDER BY id LIMIT {MOST_LEFT_OVER}) l
JOIN score_words w ON w.word % l.family_folded
JOIN score_right r ON r.family_folded = w.word AND r.gi = l.gi AND (r.y = l.y OR l.y = '')
"""  # noqa: S608


def make_sides() -> None:
    """Make the two tables, empty. Fill them, then ask ``pairs``."""
    drop_sides()
    with connection.cursor() as cursor:
        for side in ("score_left", "score_right"):
            cursor.execute(SIDE.format(side=side))


def drop_sides() -> None:
    """Drop what ``make_sides`` and ``pairs`` made, if it is there."""
    with connection.cursor() as cursor:
        for table in ("score_left", "score_right", "score_words", "score_alone"):
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")


def fill(side: str, fields: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """Put records into one side by COPY: the first of each is who it is about, then ``fields``."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {side} (who, {', '.join(fields)}) FROM STDIN") as copy,
    ):
        for record in records:
            copy.write_row(record)


MEMORY = "256MB"
"""What sorting and joining the two sides may take, in the session."""

GATHERED = """
SELECT l, string_agg(int4send(r), ''::bytea) FROM ({pairs}) AS found (l, r) GROUP BY l
"""
"""The places on the right that each place on the left goes with, one after another as bytes: one
row to be fetched for each record, however many people are like it."""


def find_pairs() -> tuple[Places, Places]:
    """The pairs that share a key, as places in the left and the right side, each once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, false)", [MEMORY])
        for side in ("score_left", "score_right"):
            cursor.execute(KEYS.format(side=side))
        joins = [
            f"SELECT l.id, r.id FROM score_left l JOIN score_right r ON {equal} WHERE {besides}"  # noqa: S608
            for equal, besides in BLOCKS
        ]
        found = [_gather(cursor, pairs) for pairs in (*joins, *(_capped(*key) for key in CAPPED))]
        keys = np.unique(np.concatenate(found))
        found = [keys, _by_spelling(cursor, keys)]
        cursor.execute("RESET work_mem")
    keys = np.concatenate(found)
    return keys >> PLACE_BITS, keys & (1 << PLACE_BITS) - 1


PLACE_BITS = 32
"""A pair is one number: the place on the left in its upper half, that on the right below."""


def _gather(cursor: Any, pairs: str) -> Places:
    cursor.execute(GATHERED.format(pairs=pairs))
    rows = cursor.fetchall()
    places = np.frombuffer(b"".join(there for _, there in rows), ">i4").astype(np.int64)
    counts = np.fromiter((len(there) // 4 for _, there in rows), np.int64, len(rows))
    left = np.fromiter((at for at, _ in rows), np.int64, len(rows))
    return np.asarray(np.repeat(left, counts) << PLACE_BITS | places, np.int64)


def _by_spelling(cursor: Any, keys: Places) -> Places:
    """Pairs for records that nothing else found anyone for, by how their names are spelt."""
    cursor.execute("SELECT count(*) FROM score_left")
    (size,) = cursor.fetchone()
    alone = np.ones(size, np.bool_)
    alone[keys >> PLACE_BITS] = False
    if not alone.any():
        return np.empty(0, np.int64)
    cursor.execute(WORDS)
    cursor.execute(
        "CREATE TEMPORARY TABLE score_alone AS SELECT * FROM score_left WHERE id = ANY (%s)",
        [np.flatnonzero(alone).tolist()],
    )
    found = _gather(cursor, BY_SPELLING)
    cursor.execute("DROP TABLE score_words, score_alone")
    return found


def read_side(side: str, fields: Sequence[str] = FIELDS) -> tuple[list[int], Records]:
    """Who each record of a side is about, and the records, in the order of their places."""
    columns = ("who", *fields, "given_sound", "family_sound", *REMARKS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {side} ORDER BY id")  # noqa: S608
        rows = cursor.fetchall()
    by_column = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    said = dict(zip(columns[1:], by_column[1:], strict=True))
    return list(by_column[0]), Records(said)


# -- the people of an authority ------------------------------------------------------------------

NEAR = """
CREATE TEMPORARY TABLE score_near AS
SELECT b.person_id FROM caseload_particulars b
WHERE b.superseded_id IS NULL AND b.date_of_birth = ANY (%(births)s::date[])
UNION
SELECT a.person_id FROM caseload_address a
WHERE a.superseded_id IS NULL AND a.postcode = ANY (%(postcodes)s)
UNION
SELECT n.person_id FROM caseload_nameword w
JOIN caseload_name n ON n.family_folded COLLATE "C" = w.word AND n.superseded_id IS NULL
WHERE dmetaphone(w.word) = ANY (%(sounds)s)
UNION
SELECT c.person_id FROM caseload_contactpoint c
WHERE c.superseded_id IS NULL AND c.value = ANY (%(contacts)s)
"""

PEOPLE = """
INSERT INTO score_right (who, given, family, birth, gender, postcode, address, town, phone, email,
                         school, upn, uln, name_is, home_is)
SELECT p.id, n.given, n.family, coalesce(to_char(b.date_of_birth, 'YYYY-MM-DD'), ''),
       coalesce(b.gender_id, ''), coalesce(a.postcode, ''),
       coalesce(concat_ws(' ', nullif(a.line_1, ''), nullif(a.line_2, ''), nullif(a.line_3, ''),
                          nullif(a.line_4, '')), ''),
       coalesce(a.town, ''), coalesce(c.phone, ''), coalesce(c.email, ''),
       coalesce(s.school, ''), coalesce(i.upn, ''), coalesce(i.uln, ''),
       CASE WHEN n.kind = 'known-as' THEN 'known as'
            WHEN n.kind = 'former' OR NOT upper_inf(n.during) THEN 'a former name'
            ELSE '' END,
       CASE WHEN a.age > 1 THEN 'an earlier address' ELSE '' END
FROM caseload_youngperson p
JOIN caseload_name n ON n.person_id = p.id AND n.superseded_id IS NULL
LEFT JOIN (SELECT DISTINCT ON (person_id) person_id, date_of_birth, gender_id
           FROM caseload_particulars WHERE superseded_id IS NULL {among}
           ORDER BY person_id, lower(during) DESC) b ON b.person_id = p.id
LEFT JOIN (SELECT *, row_number() OVER (PARTITION BY person_id
                                        ORDER BY upper_inf(during) DESC,
                                                 lower(during) DESC NULLS LAST) AS age
           FROM caseload_address
           WHERE superseded_id IS NULL AND kind = 'home' {among}) a
  ON a.person_id = p.id AND a.age <= %(homes)s
LEFT JOIN (SELECT person_id, max(value) FILTER (WHERE kind = 'mobile') AS phone,
                  max(value) FILTER (WHERE kind = 'email') AS email
           FROM caseload_contactpoint
           WHERE superseded_id IS NULL AND whose = 'own' {among}
           GROUP BY person_id) c ON c.person_id = p.id
LEFT JOIN (SELECT DISTINCT ON (person_id) person_id, provider_id::text AS school
           FROM caseload_activity WHERE superseded_id IS NULL {among}
           ORDER BY person_id, lower(during) DESC) s ON s.person_id = p.id
LEFT JOIN (SELECT person_id, max(value) FILTER (WHERE kind_id = 'upn') AS upn,
                  max(value) FILTER (WHERE kind_id = 'uln') AS uln
           FROM caseload_identifier WHERE superseded_id IS NULL {among}
           GROUP BY person_id) i ON i.person_id = p.id
WHERE p.lead_authority_id = %(authority)s AND p.restriction_level = 0 {whole}
  AND NOT EXISTS (SELECT FROM caseload_departure m
                  WHERE m.person_id = p.id AND m.superseded_id IS NULL AND m.kind = 'M')
ORDER BY p.id, n.id, a.age
"""
"""Restricted and merged records are left out: nothing may hint at them (PIA-07, LAW-10)."""


MOST_HOMES = 6
"""Of the homes that someone has had, so many of the newest are compared."""


def fill_people(authority: Authority, *, near: dict[str, list[str]] | None = None) -> None:
    """Fill the right side with an authority's people, under each name and at each home of theirs.

    With ``near`` (births, postcodes, sounds, contacts) only those who share one of these.
    """
    among = "AND person_id IN (SELECT person_id FROM score_near)" if near is not None else ""
    whole = among.replace("person_id IN", "p.id IN")
    with connection.cursor() as cursor:
        if near is not None:
            cursor.execute(NEAR, near)
            cursor.execute("ANALYZE score_near")
        people = PEOPLE.format(among=among, whole=whole)
        cursor.execute(people, {"authority": authority.pk, "homes": MOST_HOMES})
        cursor.execute("DROP TABLE IF EXISTS pg_temp.score_near")


SHARES = """
SELECT {name}_folded AS name, count(*)::float FROM caseload_name
WHERE superseded_id IS NULL AND kind = 'legal'
  AND {name}_folded COLLATE "C" = ANY (%(names)s)
GROUP BY 1
"""


def count_names(name: str, folded: list[str]) -> dict[str, float]:
    """How many people have each of these folded names, ``given`` or ``family``."""
    with connection.cursor() as cursor:
        cursor.execute(SHARES.format(name=name), {"names": folded})
        return dict(cursor.fetchall())
