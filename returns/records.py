"""The typed records of a return: one row for each person in the cohort, made by one statement.

The rows of one build are a partition of ``returns_record``, which the worker may open, fill and
drop through the functions of the first migration (design §7). Every value's row of origin is kept
beside it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from django.db import connection, transaction

from returns import currency
from returns.cohort import AsAt, cohort_sql, held, known
from returns.editions import record
from returns.models import Build

TABLE: Final = "returns_record"

EDUCATED: Final = ("compulsory", "education", "training", "re-engagement")
"""Groups of activities whose provider educates; so does the provider of an apprenticeship."""

WORK_MEMORY: Final = "64MB"
"""What one sort or join of the statement may take of the database server's memory."""


def open_table(key: int) -> None:
    """Make an empty partition for the records under ``key``: a build's id, or less than 0 for a
    second set of the same build. Run as the worker, outside a long transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT returns_open_records(%s)", [key])


def close_table(key: int) -> None:
    """Make the indexes of a filled partition, and count it for the planner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT returns_close_records(%s)", [key])


def drop_table(key: int) -> None:
    """Drop the records under ``key``, if there are any.

    Waits at most three seconds for pages that read other records; then the database's
    ``LockNotAvailable`` comes up as ``OperationalError`` and nothing is dropped.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT returns_drop_records(%s)", [key])


def tables() -> list[int]:
    """The keys under which there are records, of whatever build."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass",
            [TABLE],
        )
        names = [str(name).removeprefix(f"{TABLE}_") for (name,) in cursor.fetchall()]
    return [
        -int(name.removeprefix("again_")) if name.startswith("again_") else int(name)
        for name in names
    ]


def are_there(build: Build) -> bool:
    """Whether a build's records can be read.

    A partition that the database emptied when it recovered from a crash does not count.
    """
    if not build.records_kept:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {TABLE} WHERE build_id = %s)", [build.pk])  # noqa: S608
        (found,) = cursor.fetchone()
    return bool(found) or build.record_count == 0


def keep_providers(build: Build) -> None:
    """Keep what the directory says now of every provider that the build may name."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM returns_buildprovider WHERE build_id = %s", [build.pk])
        cursor.execute(
            f"""
INSERT INTO returns_buildprovider
    (build_id, provider_id, name, kind, dfe_number, ukprn, authority_code)
SELECT %(build)s, pr.id, pr.name, pr.kind, pr.dfe_number, pr.ukprn, coalesce(au.code, '')
FROM providers_provider pr LEFT JOIN authorities_authority au ON au.id = pr.authority_id
WHERE pr.id IN (
    SELECT a.provider_id FROM caseload_activity a
    JOIN caseload_youngperson p ON p.id = a.person_id
    WHERE p.lead_authority_id = %(authority_id)s AND {known("a")}
    UNION
    SELECT e.provider_id FROM caseload_enrolment e
    JOIN caseload_youngperson p ON p.id = e.person_id
    WHERE p.lead_authority_id = %(authority_id)s AND {known("e")}
)""",  # noqa: S608
            {
                "build": build.pk,
                "authority_id": build.authority_id,
                "moment": build.moment,
            },
        )


TWO_AT_ONCE_FROM: Final = 20_000
"""From so many people on, two connections make the records of a half each."""


def fill(as_at: AsAt, *, key: int) -> int:
    """Make the records of everyone in the cohort under ``key``; returns how many.

    The table must be open and empty, and that committed when there are many people.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM caseload_youngperson WHERE lead_authority_id = %s",
            [as_at.authority_id],
        )
        (people,) = cursor.fetchone()
    join_whole = _join_whole(people)
    if people < TWO_AT_ONCE_FROM:
        return _fill(as_at, key=key, join_whole=join_whole)
    middle = _middle_person(as_at.authority_id, people)
    halves = [replace(as_at, up_to=middle), replace(as_at, after=middle)]

    def fill_half(half: AsAt) -> int:
        try:
            return _fill(half, key=key, join_whole=join_whole)
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor(max_workers=2) as threads:
        return sum(threads.map(fill_half, halves))


def _fill(as_at: AsAt, *, key: int, join_whole: bool) -> int:
    """Run the statement, in one transaction."""
    values = ", ".join(column.name for column in record.COLUMNS if column.name != "malformed")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEMORY])
        if join_whole:
            cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        cursor.execute(
            f"INSERT INTO {TABLE} ({values}) SELECT {values} FROM ({record_sql(as_at)}) AS made",  # noqa: S608
            parameters(as_at, key=key),
        )
        return int(cursor.rowcount)


def _middle_person(authority_id: int, people: int) -> int:
    """The id that half of an authority's people have or come before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM caseload_youngperson WHERE lead_authority_id = %s"
            " ORDER BY id OFFSET %s LIMIT 1",
            [authority_id, people // 2],
        )
        (middle,) = cursor.fetchone()
    return int(middle)


def _join_whole(people: int) -> bool:
    """Whether the planner should join tables whole, and not look people up one by one.

    So when an authority has a good part of all people, and when a load was so recent that nothing
    has been counted yet: left free, the planner then loops, which takes minutes for a borough.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(reltuples) < 0, sum(reltuples) FILTER (WHERE oid = %s::regclass)"
            " FROM pg_class WHERE oid = ANY(%s::regclass[])",
            ["caseload_youngperson", ["caseload_youngperson", "caseload_activity"]],
        )
        uncounted, everyone = cursor.fetchone()
    return bool(uncounted) or people * 10 > everyone


def of_people(as_at: AsAt) -> dict[int, dict[str, Any]]:
    """The records that ``as_at.people`` have or would have, by person and column.

    Reads the facts, so it needs no kept records. Someone who is not in has none.
    """
    with connection.cursor() as cursor:
        cursor.execute(record_sql(as_at), parameters(as_at, key=as_at.frozen_build_id or 0))
        names = [column.name for column in cursor.description or ()]
        rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
        return {row["person_id"]: row for row in rows}


def parameters(as_at: AsAt, *, key: int) -> dict[str, Any]:
    """The values of the named parameters of :func:`record_sql`."""
    activities = as_at.edition.codes.activity.values()
    return {
        **as_at.parameters(),
        "key": key,
        "neet_codes": list(as_at.edition.neet_codes),
        "educated_codes": [
            activity.code
            for activity in activities
            if activity.group in EDUCATED or activity.participation == "apprenticeship"
        ],
    }


def _joined(alias: str, table: str, condition: str = "") -> str:
    """SQL: join the one version of a kind of fact that holds on the record's day."""
    more = f" AND {condition}" if condition else ""
    return f"""
LEFT JOIN {table} {alias} ON {alias}.person_id = c.person_id{more}
    AND {held(alias, "c.day")}"""


def _text(column: str) -> str:
    """SQL: a text without spaces around it; null when nothing is left."""
    return f"nullif(btrim({column}), '')"


AT_HOME: Final = "120"
"""Educated at home: the establishment number is then the authority's code and 9999."""


def record_sql(as_at: AsAt) -> str:
    """A query that gives the records of the cohort, one typed row for each person in it."""
    some = as_at.some("p.id")
    due = currency.sql_due_to_lapse(as_at.edition)
    lapsed = currency.sql_currency_lapsed()
    return f"""{cohort_sql(as_at)}, cohort AS (
    SELECT * FROM judged WHERE status IS NOT NULL
), confirmed AS (
    SELECT DISTINCT ON (v.person_id, v.spell)
           v.person_id, v.spell, v.id AS verification_id, v.verified_on
    FROM caseload_verification v JOIN caseload_youngperson p ON p.id = v.person_id
    WHERE p.lead_authority_id = %(authority_id)s{some}
      AND {known("v")} AND v.verified_on <= %(period_end)s
    ORDER BY v.person_id, v.spell, v.verified_on DESC, v.id DESC
), neet AS (
    SELECT id, max(CASE WHEN begins THEN starts_on END)
               OVER (PARTITION BY person_id ORDER BY during) AS since
    FROM (
        SELECT a.id, a.person_id, a.during, lower(a.during) AS starts_on,
               lag(upper(a.during)) OVER (PARTITION BY a.person_id ORDER BY a.during)
                   IS DISTINCT FROM lower(a.during) AS begins
        FROM caseload_activity a JOIN caseload_youngperson p ON p.id = a.person_id
        WHERE p.lead_authority_id = %(authority_id)s{some}
          AND a.code_id = ANY(%(neet_codes)s) AND {known("a")}
    ) AS spells
), marks AS (
    SELECT ch.person_id, array_agg(ch.code_id::text ORDER BY ch.code_id) AS codes,
           array_agg(ch.id ORDER BY ch.code_id) AS ids
    FROM cohort c JOIN caseload_characteristic ch ON ch.person_id = c.person_id
        AND {held("ch", "c.day")}
    GROUP BY ch.person_id
), made AS (
    SELECT c.person_id, %(key)s::bigint AS build_id, c.young_persons_id, c.status AS cohort_status,
           {_text("nm.given")} AS given_name, {_text("nm.middle")} AS middle_name,
           {_text("nm.family")} AS family_name,
           {_text("ad.line_1")} AS address_line_1, {_text("ad.line_2")} AS address_line_2,
           {_text("ad.line_3")} AS address_line_3, {_text("ad.line_4")} AS address_line_4,
           {_text("ad.town")} AS town, {_text("ad.county")} AS county,
           {_text("ad.postcode")} AS postcode,
           pa.gender_id AS gender, c.dob, pa.ethnicity_id AS ethnicity,
           %(lead)s::text AS lead_lea,
           CASE WHEN act.code_id = ANY(%(educated_codes)s) AND pr.kind <> 'employer'
                THEN nullif(pr.authority_code, '') END AS educated_lea,
           c.transferred_to, c.school_code AS lea_at_year_11,
           uln.value AS uln, upn.value AS upn,
           CASE WHEN c.year_group = %(year_11_due)s AND (
                    g11.id IS NOT NULL
                    OR NOT c.leaves AND coalesce(c.school_code = %(lead)s, false)
                ) THEN 'Y'
                WHEN c.year_group = %(year_12_due)s AND (
                    g12.id IS NOT NULL OR c.status = 'P'
                ) THEN 'Y'
                ELSE 'N' END AS guarantee_indicator,
           old.value AS previous_id,
           g11.status_id AS y11_guarantee_status,
           CASE WHEN g11.id IS NOT NULL
                THEN coalesce(g11_au.code, c.school_code) END AS y11_guarantee_lea,
           g12.status_id AS y12_guarantee_status,
           CASE WHEN g12.id IS NOT NULL
                THEN coalesce(g12_au.code, %(lead)s) END AS y12_guarantee_lea,
           need.code_id AS level_of_need,
           CASE WHEN send.provision = 'E' THEN 'Y' ELSE 'N' END AS send_flag,
           CASE WHEN send.provision = 'K' THEN 'Y' ELSE 'N' END AS sen_support_flag,
           coalesce(marks.codes, '{{}}') AS characteristics,
           act.code_id AS activity_code, lower(act.during) AS start_date,
           act.ascertained_on AS ascertained, confirmed.verified_on AS verified,
           act.review_on AS review,
           CASE WHEN act.code_id = '{AT_HOME}' AND coalesce(pr.dfe_number, '') = ''
                THEN %(lead)s || '9999'
                ELSE nullif(pr.dfe_number, '') END AS establishment_number,
           coalesce({_text("pr.name")}, {_text("act.establishment_name")}) AS establishment_name,
           nullif(pr.ukprn, '') AS ukprn,
           neet.since AS neet_start, act.predicted_end_on AS predicted_end,
           dest.code_id AS intended_destination,
           c.year_group, c.academic_age,
           nm.id AS name_id, ad.id AS address_id, c.particulars_id, act.id AS activity_id,
           confirmed.verification_id, upn.id AS upn_id, uln.id AS uln_id,
           old.id AS previous_id_id, send.id AS send_id, need.id AS need_id,
           g11.id AS guarantee11_id, g12.id AS guarantee12_id, dest.id AS destination_id,
           c.enrolment_id, c.departure_id,
           coalesce(marks.ids, '{{}}') AS characteristic_ids
    FROM cohort c
    {_joined("nm", "caseload_name", "nm.kind = 'legal'")}
    {_joined("ad", "caseload_address", "ad.kind = 'home'")}
    LEFT JOIN caseload_particulars pa ON pa.id = c.particulars_id
    {_joined("act", "caseload_activity")}
    LEFT JOIN provider pr ON pr.id = act.provider_id
    LEFT JOIN confirmed ON confirmed.person_id = act.person_id AND confirmed.spell = act.spell
    LEFT JOIN neet ON neet.id = act.id
    {_joined("uln", "caseload_identifier", "uln.kind_id = 'uln'")}
    {_joined("upn", "caseload_identifier", "upn.kind_id = 'upn'")}
    {_joined("old", "caseload_identifier", "old.kind_id = 'previous-nccis'")}
    {_joined("send", "caseload_sendprovision")}
    {_joined("need", "caseload_levelofneed")}
    {_joined("dest", "caseload_intendeddestination")}
    {_joined("g11", "caseload_guarantee", "g11.for_year = 11 AND c.year_group = %(year_11_due)s")}
    LEFT JOIN authorities_authority g11_au ON g11_au.id = g11.authority_id
    {_joined("g12", "caseload_guarantee", "g12.for_year = 12 AND c.year_group = %(year_12_due)s")}
    LEFT JOIN authorities_authority g12_au ON g12_au.id = g12.authority_id
    LEFT JOIN marks ON marks.person_id = c.person_id
), lapsing AS (
    SELECT made.*, {due} AS due_to_lapse FROM made OFFSET 0
)
SELECT *, {lapsed} AS currency_lapsed FROM lapsing"""  # noqa: S608
