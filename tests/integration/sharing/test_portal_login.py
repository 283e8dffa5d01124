"""The portal's own login reads what was disclosed to whoever holds the session, and nothing else.

It signs in as ``ccis_portal`` over committed data and says whatever SQL it likes.
"""

import os
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from psycopg import sql

from ccis.access.database import PORTAL
from ccis.embedded import database_urls, var_folder
from sharing.actions import life, lists, portal
from sharing.models import Disclosure
from sharing.outcomes.actions.answers import record
from sharing.outcomes.actions.attempts import log_attempt
from tests.factories.agreements import NamedPersonFactory
from tests.factories.portal import seated
from tests.factories.sharing import Ready, ready

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = "SELECT values->>'name' FROM sharing_disclosedrow ORDER BY 1"
REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName)


@contextmanager
def signed_in(token: str | None = None):
    """A connection of the portal's login, with the context of a request when there is a token."""
    url = os.environ.get("DATABASE_PORTAL_URL")
    url = url or database_urls(var_folder(), durable=False).for_role("portal")
    name = connection.settings_dict["NAME"]
    with psycopg.connect(url, dbname=name, autocommit=True) as portal_login:
        if token is not None:
            portal_login.execute("SELECT set_config('ccis.portal_token', %s, false)", [token])
        yield portal_login


def names(login, statement=ROWS):
    return [name for (name,) in login.execute(statement).fetchall()]


def disclose(world: Ready, people: int = 1) -> list[Disclosure]:
    at = timezone.now()
    chosen = [world.person().pk for _ in range(people)]
    drafted = lists.draft_list(
        authority=world.authority, terms=world.terms, purpose="support", people=chosen,
        by=world.drafter, at=at,
    )  # fmt: skip
    return lists.release(drafted.list, by=world.releaser, at=at)


@pytest.fixture
def harbour():
    return ready()


@pytest.fixture
def northway(harbour):
    return ready(authority=harbour.authority)


def test_what_a_named_person_reads_and_when_it_ends(harbour, northway):
    first, second = sorted(disclose(harbour, 2), key=lambda one: one.row.values["name"])
    (theirs,) = disclose(northway)
    at = timezone.now()
    token, other = (portal.begin(user=world.named, at=at) for world in (harbour, northway))
    nobody = portal.begin(user=harbour.releaser, at=at)
    both = [one.row.values["name"] for one in (first, second)]
    later = seated(provider=harbour.provider, authority=harbour.authority).user
    NamedPersonFactory(agreement=harbour.version.agreement, email=later.email)
    named_later = portal.begin(user=later, at=at)

    with signed_in() as login:
        assert names(login) == []  # no context, no rows
    with signed_in(nobody) as login:
        assert names(login) == []
    with signed_in(named_later) as login:
        assert names(login) == both
    with signed_in(other) as login:
        assert names(login) == [theirs.row.values["name"]]
    with signed_in(token) as login:
        assert names(login) == both
        life.recall(first, why="Sent by mistake", by=harbour.releaser, at=timezone.now())
        assert names(login) == both[1:]

        # the stroke of the clock, though a transaction is held open and no worker runs
        login.execute("BEGIN")
        assert names(login) == both[1:]
        Disclosure.objects.filter(pk=second.pk).update(ends_at=timezone.now())
        assert names(login) == []
        login.execute("COMMIT")


def test_each_thing_that_ends_access_ends_it_the_same_second(harbour):
    (made,) = disclose(harbour)
    token = portal.begin(user=harbour.named, at=timezone.now())
    named = harbour.version.agreement.people.get()
    today = timezone.localdate()
    membership, seat = harbour.named.memberships.get(), harbour.named.seats.get()

    with signed_in(token) as login:
        assert names(login) == [made.row.values["name"]]
        type(named).objects.update(ended_at=timezone.now(), ended_by=harbour.drafter)
        assert names(login) == []
        type(named).objects.update(ended_at=None, ended_by=None)
        type(membership).objects.filter(pk=membership.pk).update(ends_on=today)
        assert names(login) == []
        type(membership).objects.filter(pk=membership.pk).update(ends_on=None)
        type(harbour.named).objects.filter(pk=harbour.named.pk).update(is_active=False)
        assert names(login) == []
        type(harbour.named).objects.filter(pk=harbour.named.pk).update(is_active=True)
        assert names(login) == [made.row.values["name"]]
        type(harbour.version).objects.filter(pk=harbour.version.pk).update(state="suspended")
        assert names(login) == []
        type(harbour.version).objects.filter(pk=harbour.version.pk).update(state="in-force")
        seat.ended_at, seat.ended_because = timezone.now(), "left"
        seat.save()
        assert names(login) == []
        seat.ended_at, seat.ended_because = None, ""
        seat.save()
        assert names(login) == [made.row.values["name"]]
        portal.end(token=token, at=timezone.now())
        assert names(login) == []


def test_no_sql_reads_more(harbour, northway):
    (made,) = disclose(harbour)
    (theirs,) = disclose(northway)
    mine = [made.row.values["name"]]
    token = portal.begin(user=harbour.named, at=timezone.now())

    with signed_in(token) as login:
        for statement in (
            "RESET ROLE",
            f"SET ROLE {PORTAL}",
            "SET search_path = pg_temp, public",
            f"SELECT set_config('ccis.user', '{northway.named.pk}', false)",
            f"SELECT set_config('ccis.provider', '{northway.provider.pk}', false)",
            f"CREATE TEMP VIEW copied AS {ROWS}",
            "CREATE TEMP TABLE sharing_portalsession (digest bytea, user_id bigint,"
            " ended_at timestamptz, expires_at timestamptz)",
        ):
            login.execute(statement)
            assert names(login, ROWS.replace("FROM ", "FROM public.")) == mine, statement
        login.execute("SET search_path = public")

        # forged ids, and a function of one's own that would see each row before the policy
        login.execute(
            "CREATE FUNCTION pg_temp.peep(jsonb) RETURNS boolean LANGUAGE plpgsql COST 0.0001"
            " AS $$ BEGIN RAISE WARNING 'saw %', $1; RETURN true; END $$"
        )
        heard = []
        login.add_notice_handler(lambda notice: heard.append(notice.message_primary))
        peeped = "SELECT values->>'name' FROM sharing_disclosedrow WHERE pg_temp.peep(values)"
        assert names(login, peeped) == mine
        assert not [one for one in heard if theirs.row.values["name"] in one]
        forged = sql.SQL("SELECT values->>'name' FROM sharing_disclosedrow WHERE on_list_id = {}")
        assert login.execute(forged.format(theirs.on_list_id)).fetchall() == []
        with login.cursor().copy("COPY (SELECT * FROM sharing_disclosedrow) TO STDOUT") as copied:
            out = b"".join(bytes(part) for part in copied).decode()
        assert mine[0] in out
        assert theirs.row.values["name"] not in out

        for statement in (
            "SET ROLE ccis_owner",
            "SET ROLE ccis_web",
            "SET SESSION AUTHORIZATION ccis_web",
            "COPY sharing_disclosure TO STDOUT",
            "COPY sharing_disclosedrow FROM STDIN",
            "ALTER TABLE sharing_disclosedrow DISABLE ROW LEVEL SECURITY",
            "DROP POLICY named_people ON sharing_disclosedrow",
            "CREATE POLICY mine ON sharing_disclosedrow USING (true)",
            "GRANT SELECT ON caseload_name TO ccis_portal",
            "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "UPDATE sharing_disclosedrow SET ends_at = 'infinity'",
            "DELETE FROM sharing_disclosedrow",
            "INSERT INTO sharing_listgrant (user_id) VALUES (1)",
            "SELECT * FROM sharing_disclosedrow FOR UPDATE",
            "SELECT optout_objection_covers(1, 1, current_date)",
            "SELECT * FROM public.sharing_portalsession",
            "SELECT pg_read_file('/etc/passwd')",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            f"SET LOCAL ROLE postgres; {ROWS}",
        ):
            with pytest.raises(REFUSED):
                login.execute(statement)
        login.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            names(login)  # refused rather than shown
        login.execute("SET row_security = on")
        assert names(login) == mine


def test_what_was_said_is_read_with_its_row_and_no_longer(harbour, northway):
    (mine,) = disclose(harbour)
    (theirs,) = disclose(northway)
    at = timezone.now()
    for one, world in ((mine, harbour), (theirs, northway)):
        log_attempt(one, how="phone", result="spoke", by=world.named, at=at)
        record(one, outcome="engaged", notes=world.named.email, seen=0, by=world.named, at=at)
    token = portal.begin(user=harbour.named, at=at)
    answers = "SELECT notes FROM public.outcomes_answer"
    attempts = "SELECT disclosure_id FROM public.outcomes_attempt"

    with signed_in() as login:
        assert names(login, answers) == names(login, attempts) == []
    with signed_in(token) as login:
        for statement in (
            "RESET ROLE",
            "CREATE TEMP TABLE sharing_disclosedrow (disclosure_id int)",
        ):
            login.execute(statement)
            assert names(login, answers) == [harbour.named.email], statement
            assert names(login, attempts) == [mine.pk], statement
        login.execute(
            "CREATE FUNCTION pg_temp.peep(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001"
            " AS $$ BEGIN RAISE WARNING 'saw %', $1; RETURN true; END $$"
        )
        heard = []
        login.add_notice_handler(lambda notice: heard.append(notice.message_primary))
        assert names(login, f"{answers} WHERE pg_temp.peep(notes)") == [harbour.named.email]
        assert not [one for one in heard if northway.named.email in one]
        for statement in (
            "UPDATE outcomes_attempt SET undone_at = now()",
            "UPDATE outcomes_answer SET file_id = NULL",
            "DELETE FROM outcomes_answer",
            "INSERT INTO outcomes_attempt (how) VALUES ('phone')",
            "SELECT * FROM outcomes_reminder",
            "ALTER TABLE outcomes_answer DISABLE ROW LEVEL SECURITY",
            "DROP POLICY named_people ON outcomes_answer",
        ):
            with pytest.raises(REFUSED):
                login.execute(statement)
        login.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            names(login, answers)
        login.execute("SET row_security = on")
        life.recall(mine, why="Sent by mistake", by=harbour.releaser, at=timezone.now())
        assert names(login, answers) == names(login, attempts) == []


def test_it_reads_no_other_table_and_no_function_of_the_owners(harbour):
    token = portal.begin(user=harbour.named, at=timezone.now())
    with signed_in(token) as login:
        may_read = login.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
            " AND (has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
            "      OR has_any_column_privilege(oid, 'SELECT, UPDATE, INSERT'))"
        ).fetchall()
        may_run = login.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND prosecdef AND has_function_privilege(oid, 'EXECUTE')"
        ).fetchall()

    assert sorted(may_read) == [
        ("outcomes_answer",),
        ("outcomes_attempt",),
        ("sharing_disclosedrow",),
    ]
    assert may_run == [("sharing_lists_of_session",)]
