"""The trail takes inserts only, and holds no more than ids, codes and counts."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection

from ccis.access.database import PORTAL, REPORTING, ROLES, WEB, WORKER, acting_as
from ccis.audit import trail
from ccis.audit.changes import open_change
from ccis.audit.context import reset_request_reference, set_request_reference
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.audit.tasks import MONTHS_AHEAD, make_partitions
from ccis.celery import BEAT_SCHEDULE
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import YoungPersonFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def partitions() -> dict[str, str]:
    """Partitions of the trail, and the bound of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
            FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
            WHERE inhparent = 'audit_trail_entry'::regclass
            """
        )
        return dict(cursor.fetchall())


def partition_of(entry: TrailEntry) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass FROM audit_trail_entry WHERE id = %s", [entry.pk])
        return str(cursor.fetchone()[0])


def line(**given: Any) -> TrailEntry:
    trail.record(**{"verb": "thing done", "by": None, "at": AT, "authority": None} | given)
    return TrailEntry.objects.order_by("-pk")[0]


# -- what a line holds -----------------------------------------------------------------------------


def test_a_line_says_who_did_what_to_whom_when_and_by_which_change():
    authority, user = AuthorityFactory(), UserFactory()
    person = YoungPersonFactory(lead_authority=authority)
    change = open_change(authority=authority, by=user, why="typed in", at=AT)

    entry = line(
        verb="activity recorded",
        by=user,
        authority=authority,
        subject=person,
        change=change,
        code="310",
    )

    assert (entry.verb, entry.at, entry.by_id) == ("activity recorded", AT, user.pk)
    assert (entry.subject_kind, entry.subject_id) == ("caseload.youngperson", person.pk)
    assert (entry.authority_id, entry.change_id) == (authority.pk, change.pk)
    assert TrailDetail.objects.get(entry_id=entry.pk).details == {"code": "310"}


def test_a_detail_may_have_any_name():
    entry = line(subject=UserFactory(), kind="school-census", about=1, ids=2, subject_id=3)

    assert entry.subject_kind == "accounts.user"
    details = TrailDetail.objects.get(entry_id=entry.pk).details
    assert details == {"kind": "school-census", "about": 1, "ids": 2, "subject_id": 3}


def test_the_digest_is_of_the_salt_and_the_details():
    entry = line(rows=12, code="310")

    detail = TrailDetail.objects.get(entry_id=entry.pk)
    text = json.dumps(detail.details, sort_keys=True, separators=(",", ":")).encode()
    assert bytes(entry.digest) == hashlib.sha256(bytes(detail.salt) + text).digest()


def test_the_same_details_twice_have_different_digests():
    first, second = line(rows=12), line(rows=12)

    assert bytes(first.digest) != bytes(second.digest)


def test_a_line_carries_the_reference_of_its_request():
    token = set_request_reference("0A1B2C3D")
    try:
        assert line().request_reference == "0A1B2C3D"
    finally:
        reset_request_reference(token)
    assert line().request_reference == ""


def test_many_lines_are_written_as_one_set(django_assert_num_queries):
    with django_assert_num_queries(3):
        trail.record_many(
            "activity confirmed",
            range(1, 301),
            kind="caseload.youngperson",
            by=None,
            at=AT,
            authority=None,
            rows=300,
        )

    entries = TrailEntry.objects.filter(verb="activity confirmed")
    assert sorted(entries.values_list("subject_id", flat=True)) == list(range(1, 301))
    assert len({bytes(digest) for digest in entries.values_list("digest", flat=True)}) == 300


def test_the_line_of_something_undone_is_undone_with_it():
    before = TrailEntry.objects.count()

    def fail_half_way() -> None:
        with acting_as(WEB), connection.cursor() as cursor:
            line()
            cursor.execute("DELETE FROM audit_change")

    with pytest.raises(ProgrammingError, match="permission denied"):
        fail_half_way()

    assert TrailEntry.objects.count() == before


# -- what may be done to it ------------------------------------------------------------------------

TABLES = ["audit_trail_entry", "audit_trail_detail", "audit_change"]


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_those_who_serve_may_add_and_read(role):
    with acting_as(role):
        entry = line(rows=1)
        assert TrailEntry.objects.filter(pk=entry.pk).exists()
        assert TrailDetail.objects.filter(entry_id=entry.pk).exists()


@pytest.mark.parametrize("role", [PORTAL, REPORTING])
@pytest.mark.parametrize("table", TABLES)
def test_the_others_may_not_even_look(role, table):
    assert refused(role, f"SELECT * FROM {table}")


@pytest.mark.parametrize("role", [PORTAL, REPORTING])
def test_the_others_may_not_add(role):
    with pytest.raises(ProgrammingError, match="permission denied"), acting_as(role):
        line()


def refused(role: str, statement: str) -> bool:
    """Whether the database refuses a statement to a role, for want of permission."""
    try:
        with acting_as(role), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


MEDDLING = {
    "audit_trail_entry": "verb = 'nothing'",
    "audit_trail_detail": "details = '{}'",
    "audit_change": "why = 'nothing'",
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", TABLES)
def test_no_role_may_change_or_remove_a_line(role, table):
    line(rows=1)

    for statement in (
        f"UPDATE {table} SET {MEDDLING[table]}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table}",
    ):
        assert refused(role, statement), statement


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reaches_a_partition_past_its_table(role):
    entry = line()
    partition = partition_of(entry)
    assert partition != "audit_trail_entry"

    for name in partitions():
        for statement in (
            f"SELECT * FROM {name}",
            f"INSERT INTO {name} DEFAULT VALUES",
            f"UPDATE {name} SET verb = 'nothing'",
            f"DELETE FROM {name}",
            f"TRUNCATE {name}",
            f"DROP TABLE {name}",
        ):
            assert refused(role, statement), statement
        assert refused(role, f"ALTER TABLE audit_trail_entry DETACH PARTITION {name}")


@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_turn_the_numbers_back(role):
    assert refused(role, "ALTER SEQUENCE audit_trail_entry_id_seq RESTART")
    assert refused(role, "SELECT setval('audit_trail_entry_id_seq', 1)")
    assert refused(role, "SELECT setval('audit_change_id_seq', 1)")


# -- partitions ------------------------------------------------------------------------------------


def test_the_months_ahead_have_partitions():
    today = datetime.now(UTC).date()
    ahead = {
        f"audit_trail_entry_{month // 12:04d}_{month % 12 + 1:02d}"
        for month in range(
            today.year * 12 + today.month - 1, today.year * 12 + today.month - 1 + 13
        )
    }

    assert ahead <= set(partitions())
    assert partitions()["audit_trail_entry_other"] == "DEFAULT"


def test_the_worker_makes_more_each_night_and_none_twice():
    later = date(2040, 2, 11)

    with acting_as(WORKER):
        assert make_partitions(on=later.isoformat()) == MONTHS_AHEAD
        assert make_partitions(on=later.isoformat()) == 0
        assert make_partitions(on=(later + timedelta(days=31)).isoformat()) == 1

    assert {"audit_trail_entry_2040_02", "audit_trail_entry_2041_04"} <= set(partitions())


def test_a_month_whose_lines_came_before_its_partition_keeps_them_and_the_rest_is_made():
    early = line(at=datetime(2045, 5, 20, 9, tzinfo=UTC))

    with acting_as(WORKER):
        assert make_partitions(on="2045-04-01") == MONTHS_AHEAD - 1

    assert partition_of(early) == "audit_trail_entry_other"
    assert "audit_trail_entry_2045_05" not in partitions()
    assert "audit_trail_entry_2045_06" in partitions()


def test_a_line_goes_to_its_month():
    make_partitions(on="2050-01-01")

    assert partition_of(line(at=datetime(2050, 1, 31, 23, 59, tzinfo=UTC))).endswith("2050_01")
    assert partition_of(line(at=datetime(2050, 2, 1, tzinfo=UTC))).endswith("2050_02")


@pytest.mark.parametrize("role", [WEB, PORTAL, REPORTING])
def test_only_the_worker_makes_partitions(role):
    assert refused(role, "SELECT audit_make_partitions(current_date, 1)")


def test_it_is_done_every_night():
    assert "ccis.audit.tasks.make_partitions" in {entry["task"] for entry in BEAT_SCHEDULE.values()}


def test_a_line_outside_every_month_is_kept_and_said_loudly_each_night(caplog):
    make_partitions()
    assert "outside every month" not in caplog.text

    line(at=datetime(2145, 5, 20, 9, tzinfo=UTC))
    with acting_as(WORKER):
        make_partitions()

    assert "1 lines of the trail fell outside every month's partition" in caplog.text
