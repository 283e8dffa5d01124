"""Finding whom rows are about, as sets (ISA-02).

The caller fills a temporary table of keys, ``match_keys``, and asks; the answer is another,
``match_result``. Both live in the session and are dropped by ``forget``. A rule is asked only
about rows that no better rule found anyone for, and decides only when it finds one person for
the row, one row for the person, and nothing else that is held speaks against it.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from caseload.matching.rules import ORDER, Against, Doubt, MatchRule
from ccis.authorities.models import Authority

TABLES = (
    "match_keys",
    "match_records",
    "match_decided",
    "match_hits",
    "match_candidates",
    "match_result",
)

MAKE = """
CREATE TEMPORARY TABLE match_keys (
    number integer NOT NULL, upn text, uln text, birth date,
    given text, family text, postcode text, nccis_id text
);
CREATE TEMPORARY TABLE match_records (number integer, record text);
CREATE TEMPORARY TABLE match_decided (
    number integer, person_id bigint, is_same boolean,
    here boolean NOT NULL DEFAULT true, against text[] NOT NULL DEFAULT '{}'
);
CREATE TEMPORARY TABLE match_hits (number integer, rule smallint, person_id bigint);
CREATE TEMPORARY TABLE match_candidates (number integer, rule smallint, person_id bigint);
CREATE TEMPORARY TABLE match_result (
    number integer, person_id bigint, rule smallint, doubt text,
    candidates jsonb, other_rows integer[]
);
"""
"""``match_keys`` is one row for each row of the file that can be about someone.
``match_records`` is by what a row is known again, where that is wanted.
``match_decided`` holds what people have answered before; without a person, that a row is about
someone new. ``here`` says that the answer was about this very row, not about the same record in
an earlier file; ``against`` what spoke against the person when it was given."""

PLACE = {rule: place for place, rule in enumerate(ORDER)}


def name_of_rule(place: str) -> str:
    """SQL for the name of a rule, from SQL for its place; null where that is."""
    names = ", ".join(f"'{rule.value}'" for rule in ORDER)
    return f"(ARRAY[{names}])[{place} + 1]"


REMEMBERED = f"""
INSERT INTO match_hits
SELECT d.number, {PLACE[MatchRule.DECIDED]}, d.person_id
FROM match_decided d
JOIN caseload_youngperson p ON p.id = d.person_id AND p.lead_authority_id = %(authority)s
WHERE d.is_same
"""  # noqa: S608

BY_NCCIS_ID = f"""
INSERT INTO match_hits
SELECT k.number, {PLACE[MatchRule.NCCIS_ID]}, p.id
FROM match_keys k
JOIN caseload_youngperson p
  ON p.young_persons_id = k.nccis_id AND p.lead_authority_id = %(authority)s
WHERE k.nccis_id IS NOT NULL
"""  # noqa: S608
"""Of the kinds of file that say it: the extract of another CCIS."""

BY_IDENTIFIER = """
INSERT INTO match_hits
SELECT DISTINCT k.number, %(rule)s::smallint, i.person_id
FROM match_keys k
JOIN caseload_identifier i
  ON i.kind_id = %(kind)s AND i.value = k.{key} AND i.superseded_id IS NULL
JOIN caseload_youngperson p ON p.id = i.person_id AND p.lead_authority_id = %(authority)s
WHERE k.{key} IS NOT NULL
"""

LEFT_OVER = """
SELECT number, birth, postcode, ccis_fold(family) AS family, left(ccis_fold(given), 3) AS given
FROM match_keys k
WHERE family <> '' AND given <> ''
  AND NOT EXISTS (SELECT FROM match_hits h WHERE h.number = k.number)
"""

NAMED = """
JOIN caseload_name n
  ON n.person_id = {source}.person_id AND n.superseded_id IS NULL AND n.kind = 'legal'
 AND n.family_folded = k.family AND left(n.given_folded, 3) = k.given
"""

BY_BIRTH_AND_NAME = f"""
INSERT INTO match_hits
SELECT DISTINCT k.number, %(rule)s::smallint, b.person_id
FROM ({LEFT_OVER} AND birth IS NOT NULL) k
JOIN caseload_particulars b ON b.date_of_birth = k.birth AND b.superseded_id IS NULL
JOIN caseload_youngperson p ON p.id = b.person_id AND p.lead_authority_id = %(authority)s
{NAMED.format(source="b")}
"""  # noqa: S608

BY_POSTCODE_AND_NAME = f"""
INSERT INTO match_hits
SELECT DISTINCT k.number, %(rule)s::smallint, a.person_id
FROM ({LEFT_OVER} AND postcode IS NOT NULL) k
JOIN caseload_address a
  ON a.postcode = k.postcode AND a.superseded_id IS NULL AND a.kind = 'home'
JOIN caseload_youngperson p ON p.id = a.person_id AND p.lead_authority_id = %(authority)s
{NAMED.format(source="a")}
"""  # noqa: S608

FOLLOW_MERGES = """
UPDATE {table} h SET person_id = p.merged_into_id
FROM caseload_youngperson p
WHERE p.id = h.person_id AND p.merged_into_id IS NOT NULL
"""
"""Whatever finds a record that was merged finds the one that stays (PIA-14)."""

SAID_BOTH = """
DELETE FROM match_decided d
WHERE NOT d.is_same AND EXISTS (SELECT FROM match_decided same
                                WHERE same.number = d.number AND same.person_id = d.person_id
                                  AND same.is_same)
"""
"""Said to be one of two records and not the other, which are one now: it is the same."""

LEAVE_OUT = f"""
DELETE FROM match_hits h
WHERE EXISTS (SELECT FROM match_decided d
              WHERE d.number = h.number AND d.person_id = h.person_id AND NOT d.is_same)
   OR EXISTS (SELECT FROM caseload_departure m
              WHERE m.person_id = h.person_id AND m.superseded_id IS NULL AND m.kind = 'M'
                AND h.rule <> {PLACE[MatchRule.NCCIS_ID]})
"""  # noqa: S608
"""People who were said not to be the same, and records that were merged into another: of those
only the NCCIS id may still find the record itself."""

CANDIDATES = """
INSERT INTO match_candidates
SELECT DISTINCT h.number, h.rule, h.person_id
FROM match_hits h
JOIN (SELECT number, min(rule) AS rule FROM match_hits GROUP BY number) best
  USING (number, rule)
"""

JUDGE = f"""
INSERT INTO match_result (number, person_id, rule, doubt, candidates, other_rows)
WITH held AS (
    SELECT c.person_id,
           array_agg(i.value) FILTER (WHERE i.kind_id = 'upn') AS upns,
           array_agg(i.value) FILTER (WHERE i.kind_id = 'uln') AS ulns
    FROM caseload_identifier i
    JOIN (
        SELECT person_id, person_id AS said_of FROM match_candidates
        UNION
        SELECT m.merged_into_id, m.id FROM caseload_youngperson m
        JOIN match_candidates k ON k.person_id = m.merged_into_id
    ) c ON c.said_of = i.person_id
    WHERE i.superseded_id IS NULL AND i.kind_id IN ('upn', 'uln')
    GROUP BY c.person_id
), born AS (
    SELECT b.person_id, max(b.date_of_birth) AS birth
    FROM caseload_particulars b
    JOIN (SELECT DISTINCT person_id FROM match_candidates) c USING (person_id)
    WHERE b.superseded_id IS NULL
    GROUP BY b.person_id
), closed AS (
    SELECT DISTINCT d.person_id
    FROM caseload_departure d JOIN match_candidates c USING (person_id)
    WHERE d.superseded_id IS NULL
), other AS (
    SELECT DISTINCT c.number, c.person_id
    FROM match_candidates c JOIN match_hits o USING (number)
    WHERE o.person_id <> c.person_id AND o.rule > c.rule
      AND o.rule IN ({PLACE[MatchRule.UPN]}, {PLACE[MatchRule.ULN]})
), weighed AS (
    SELECT c.number, c.rule, c.person_id,
           array_remove(ARRAY[
             CASE WHEN k.upn <> ALL (held.upns) THEN '{Against.UPN}' END,
             CASE WHEN k.uln <> ALL (held.ulns) THEN '{Against.ULN}' END,
             CASE WHEN k.birth <> born.birth THEN '{Against.BIRTH}' END,
             CASE WHEN other.person_id IS NOT NULL THEN '{Against.OTHER_PERSON}' END,
             CASE WHEN closed.person_id IS NOT NULL THEN '{Against.CLOSED}' END
           ], NULL) AS against
    FROM match_candidates c
    JOIN match_keys k USING (number)
    LEFT JOIN held ON held.person_id = c.person_id
    LEFT JOIN born ON born.person_id = c.person_id
    LEFT JOIN closed ON closed.person_id = c.person_id
    LEFT JOIN other ON other.number = c.number AND other.person_id = c.person_id
), claimed AS (
    SELECT person_id, array_agg(number ORDER BY number) AS numbers
    FROM match_candidates GROUP BY person_id HAVING count(*) > 1
), gathered AS (
    SELECT w.number, min(w.rule) AS rule, count(*) AS people, min(w.person_id) AS person_id,
           bool_or(NOT w.against <@ coalesce(d.against, '{{}}')) AS contradicted,
           bool_or(d.here) AS here,
           jsonb_agg(jsonb_build_object(
               'person', w.person_id, 'rule', {name_of_rule("w.rule")},
               'against', to_jsonb(w.against)
           ) ORDER BY w.person_id) AS candidates
    FROM weighed w
    LEFT JOIN match_decided d ON w.rule = {PLACE[MatchRule.DECIDED]} AND d.is_same
         AND d.number = w.number AND d.person_id = w.person_id
    GROUP BY w.number
), doubted AS (
    SELECT g.*, claimed.numbers,
           CASE
             WHEN g.people > 1 THEN '{Doubt.SEVERAL_PEOPLE}'
             WHEN g.here THEN NULL
             WHEN claimed.person_id IS NOT NULL THEN '{Doubt.SEVERAL_ROWS}'
             WHEN g.contradicted THEN '{Doubt.CONTRADICTS}'
           END AS doubt
    FROM gathered g LEFT JOIN claimed ON claimed.person_id = g.person_id
)
SELECT number, CASE WHEN doubt IS NULL THEN person_id END, rule, doubt, candidates,
       array_remove(numbers, number)
FROM doubted
"""  # noqa: S608

WITHIN_FILE = f"""
INSERT INTO match_result (number, doubt, candidates, other_rows)
WITH unknown AS (
    SELECT number, upn, uln, nccis_id, birth, ccis_fold(family) AS family,
           left(ccis_fold(given), 3) AS given
    FROM match_keys k
    WHERE NOT EXISTS (SELECT FROM match_hits h WHERE h.number = k.number)
), alike AS (
    SELECT later.number, earlier.number AS other
    FROM unknown later JOIN unknown earlier USING (upn) WHERE earlier.number < later.number
    UNION
    SELECT later.number, earlier.number
    FROM unknown later JOIN unknown earlier USING (uln) WHERE earlier.number < later.number
    UNION
    SELECT later.number, earlier.number
    FROM unknown later JOIN unknown earlier USING (birth, family, given)
    WHERE earlier.number < later.number
      AND (earlier.upn = later.upn) IS NOT FALSE AND (earlier.uln = later.uln) IS NOT FALSE
      AND (earlier.nccis_id = later.nccis_id) IS NOT FALSE
)
SELECT number, '{Doubt.SEVERAL_ROWS}', '[]'::jsonb, array_agg(other ORDER BY other)
FROM alike
WHERE NOT EXISTS (SELECT FROM match_decided d WHERE d.number = alike.number)
GROUP BY number
"""  # noqa: S608
"""Rows about nobody we know that seem to be about the same new person as an earlier row."""


def make_tables() -> None:
    """Make the temporary tables, empty. Fill ``match_keys`` and ``match_decided`` next."""
    forget()
    with connection.cursor() as cursor:
        cursor.execute(MAKE)


def forget() -> None:
    """Drop the temporary tables, if they are there."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"DROP TABLE IF EXISTS pg_temp.{table}" for table in TABLES))


def _settle(cursor: CursorWrapper) -> None:
    """Follow merges, then leave out whoever may not be meant."""
    cursor.execute(FOLLOW_MERGES.format(table="match_hits"))
    cursor.execute(LEAVE_OUT)


def find_people(authority: Authority, *, within_file: bool = False) -> None:
    """Fill ``match_result``: for each row that any rule found someone for, whom and how.

    Only people whose record this authority keeps are looked at (PIA-29). ``rule`` is the place
    of the rule in ``rules.ORDER``; ``person_id`` is empty where there is a ``doubt``. With
    ``within_file``, also rows about nobody we know that repeat an earlier one are in doubt.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE match_keys")
        cursor.execute(FOLLOW_MERGES.format(table="match_decided"))
        cursor.execute(SAID_BOTH)
        cursor.execute(REMEMBERED, {"authority": authority.pk})
        cursor.execute(BY_NCCIS_ID, {"authority": authority.pk})
        for rule, kind in ((MatchRule.UPN, "upn"), (MatchRule.ULN, "uln")):
            cursor.execute(
                BY_IDENTIFIER.format(key=kind),
                {"rule": PLACE[rule], "kind": kind, "authority": authority.pk},
            )
        for rule, statement in (
            (MatchRule.BIRTH_AND_NAME, BY_BIRTH_AND_NAME),
            (MatchRule.POSTCODE_AND_NAME, BY_POSTCODE_AND_NAME),
        ):
            _settle(cursor)
            cursor.execute("ANALYZE match_hits")
            cursor.execute(statement, {"rule": PLACE[rule], "authority": authority.pk})
        _settle(cursor)
        cursor.execute("ANALYZE match_hits")
        cursor.execute(CANDIDATES)
        cursor.execute("ANALYZE match_candidates")
        cursor.execute(JUDGE)
        if within_file:
            cursor.execute(WITHIN_FILE)
        cursor.execute("CREATE INDEX ON match_result (number)")
        cursor.execute("ANALYZE match_result")
