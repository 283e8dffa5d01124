"""Nothing serves as the owner: requests and tasks act as the role that they stand for."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import InternalError, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ccis.access.database import ROLES, WEB, WORKER, acting_as
from ccis.access.middleware import DatabaseRoleMiddleware

pytestmark = pytest.mark.django_db


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def execute_as(name: str, statement: str) -> None:
    with acting_as(name), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("name", ROLES)
def test_acting_as_a_role_and_no_longer(name):
    before = role()

    with acting_as(name):
        assert role() == name

    assert role() == before


def test_a_role_taken_on_inside_another_gives_the_first_one_back():
    with acting_as(WEB):
        with acting_as(WORKER):
            assert role() == WORKER
        assert role() == WEB


def test_the_role_is_given_back_after_an_error_in_the_database():
    before = role()

    with pytest.raises(ProgrammingError, match="permission denied"):
        execute_as(WEB, "DELETE FROM audit_change")

    assert role() == before


def test_what_failed_is_undone():
    def fail_half_way() -> None:
        with acting_as(WEB), connection.cursor() as cursor:
            cursor.execute("INSERT INTO auth_group (name) VALUES ('left over')")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail_half_way()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM auth_group WHERE name = 'left over'")
        assert cursor.fetchone() == (0,)


def test_only_a_role_of_ours_can_be_taken_on():
    with pytest.raises(ValueError, match="not one of the service's database roles"):
        execute_as("postgres", "SELECT 1")


def request() -> HttpRequest:
    made = RequestFactory().get("/")
    made.user = AnonymousUser()
    return made


def test_a_request_acts_as_the_web_role_and_gives_it_back():
    before, seen = role(), []

    def answer(_: HttpRequest) -> HttpResponse:
        seen.append(role())
        return HttpResponse()

    DatabaseRoleMiddleware(answer)(request())

    assert seen == [WEB]
    assert role() == before


def test_a_request_that_fails_gives_the_role_back():
    before = role()

    def answer(_: HttpRequest) -> HttpResponse:
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        DatabaseRoleMiddleware(answer)(request())

    assert role() == before


def test_a_request_whose_transaction_broke_gives_the_role_back():
    before = role()

    def answer(_: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return HttpResponse()

    with pytest.raises(Exception, match="division by zero"):
        DatabaseRoleMiddleware(answer)(request())

    assert role() == before


def test_a_served_process_has_no_need_of_it(settings):
    settings.CCIS_TAKE_ROLE = False
    before, seen = role(), []

    def answer(_: HttpRequest) -> HttpResponse:
        seen.append(role())
        return HttpResponse()

    DatabaseRoleMiddleware(answer)(request())

    assert seen == [before]


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE caseload_name",
        "DELETE FROM caseload_name",
        "UPDATE caseload_name SET given = 'x'",
        "DELETE FROM caseload_youngperson",
        "UPDATE caseload_activitycode SET label = 'x'",
        "ALTER TABLE caseload_name DISABLE TRIGGER ALL",
        "DROP TABLE caseload_name",
        "CREATE TABLE of_my_own (id int)",
        "UPDATE django_migrations SET name = 'x'",
        "DELETE FROM accounts_user",
        "DELETE FROM auditlog_logentry",
        "UPDATE authorities_policyprofile SET why = 'x'",
    ],
)
def test_what_no_role_may_do(name, statement):
    with pytest.raises((ProgrammingError, InternalError), match=r"permission denied|must be owner"):
        execute_as(name, statement)


def test_a_fact_may_be_marked_superseded_and_nothing_else_of_it():
    for name in (WEB, WORKER):
        execute_as(name, "UPDATE caseload_name SET superseded_id = superseded_id")
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute_as(name, "UPDATE caseload_name SET recorded_id = recorded_id")
