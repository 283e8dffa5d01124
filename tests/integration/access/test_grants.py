"""What each database role may do is what is written down, by the catalogue's own word."""

from collections import defaultdict

import pytest
from django.db import connection

from ccis.access.grants import OUR_ROLES, TableGrants, grants_of, written_down

pytestmark = pytest.mark.django_db

TABLES = """
SELECT c.relname, p.relname
FROM pg_class c
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
LEFT JOIN pg_class p ON p.oid = i.inhparent
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
"""Every table, partitions too, and what each is a partition of."""

TABLE_GRANTS = """
SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type
FROM pg_class c
CROSS JOIN LATERAL aclexplode(c.relacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND a.grantee <> c.relowner
"""

COLUMN_GRANTS = """
SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type, t.attname
FROM pg_attribute t
JOIN pg_class c ON c.oid = t.attrelid
CROSS JOIN LATERAL aclexplode(t.attacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
"""


def rows(sql: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def expected(table: str, parent: str | None) -> TableGrants:
    """A partition is reached through its parent only: it grants nothing itself."""
    return TableGrants({}) if parent else grants_of(table)


def test_every_table_grants_exactly_what_is_written_down():
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for table, role, privilege in rows(TABLE_GRANTS):
        found[table][role].add(privilege)

    wrong = {
        table: dict(found[table])
        for table, parent in rows(TABLES)
        if found[table] != expected(table, parent).on_table()
    }

    assert wrong == {}


def test_every_column_grants_exactly_what_is_written_down():
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for table, role, privilege, column in rows(COLUMN_GRANTS):
        assert privilege == "UPDATE"
        found[table][role].add(column)

    wrong = {
        table: dict(found[table])
        for table, parent in rows(TABLES)
        if found[table] != expected(table, parent).on_columns()
    }

    assert wrong == {}


def test_every_table_written_down_is_there():
    there = {table for table, _ in rows(TABLES)}

    assert written_down().keys() - there == set()


def test_no_role_that_serves_owns_anything_or_is_above_the_grants():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (
              rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
              OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
              OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
              OR has_schema_privilege(pg_roles.oid, 'public', 'CREATE'))
            """,
            [list(OUR_ROLES)],
        )

        assert cursor.fetchall() == []


def test_functions_that_act_as_the_owner_are_not_for_everyone_and_pin_their_search_path():
    wrong = rows(
        """
        SELECT p.proname FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND (
          NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%%pg_temp')
          OR p.proacl IS NULL
          OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
        """.replace("%%", "%")
    )

    assert wrong == []


def test_the_portal_reads_what_was_disclosed_and_said_and_reporting_touches_no_table_yet():
    touched = {(table, role, what) for table, role, what in rows(TABLE_GRANTS)}

    assert {one for one in touched if one[1] in {"ccis_portal", "ccis_reporting", "PUBLIC"}} == {
        (table, "ccis_portal", "SELECT")
        for table in ("sharing_disclosedrow", "outcomes_attempt", "outcomes_answer")
    }
