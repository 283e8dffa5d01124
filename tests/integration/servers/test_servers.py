"""What must hold on any server: the embedded one, and the real ones that .ci/run starts.

DATABASE_OWNER_URL, DATABASE_URL (the web's login), DATABASE_WORKER_URL and REDIS_URL name servers;
without them the embedded stack stands in.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from celery import Celery
from django.db import connection

from ccis.embedded import database_urls, var_folder
from ccis.embedded.broker import Broker

pytestmark = [pytest.mark.server, pytest.mark.django_db]

ROOT = Path(__file__).resolve().parents[3]
NAMES = {
    "owner": "DATABASE_OWNER_URL",
    "web": "DATABASE_URL",
    "worker": "DATABASE_WORKER_URL",
}


def url_of(role: str) -> str:
    """How this role signs in to the database of these tests."""
    given = os.environ.get(NAMES[role])
    url = given or database_urls(var_folder(), durable=False).for_role(role)
    before, slash, after = url.rpartition("/ccis")
    return f"{before}/{connection.settings_dict['NAME']}{after}" if slash else url


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The broker that REDIS_URL names, else an embedded one of our own."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    broker = Broker(tmp_path_factory.mktemp("broker"))
    yield broker.start()
    broker.stop()


def test_the_server_is_new_enough():
    with psycopg.connect(url_of("owner")) as session:
        assert session.info.server_version >= 150_000


def test_the_owner_is_not_a_superuser():
    with psycopg.connect(url_of("owner")) as session:
        assert session.execute(
            "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == ("ccis_owner", False)


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_serving_login_owns_nothing(role):
    with psycopg.connect(url_of(role)) as session:
        assert session.execute("SELECT current_user").fetchone() == (f"ccis_{role}",)
        assert session.execute(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        ).fetchone() == (0,)


@pytest.mark.parametrize("role", ["web", "worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "DROP TABLE accounts_user",
        "ALTER TABLE accounts_user ADD COLUMN mine int",
        "TRUNCATE accounts_user",
        "SET ROLE ccis_owner",
        "CREATE ROLE mine",
    ],
)
def test_a_serving_login_cannot_change_the_shape_of_things(role, statement):
    with (
        psycopg.connect(url_of(role)) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute(statement)


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_serving_login_can_read_and_write_rows(role):
    with psycopg.connect(url_of(role)) as session:
        session.execute("SELECT * FROM accounts_user LIMIT 1")
        session.execute("DELETE FROM django_session WHERE session_key = 'none'")


def test_a_worker_does_a_task_that_the_broker_gives_it(redis_url, tmp_path):
    """From the broker through a worker process to the database, each as on a server."""
    with psycopg.connect(url_of("owner"), autocommit=True) as session:
        session.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date)"
            " VALUES ('long ago', '', '2001-01-01')"
        )
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "ccis.settings.local",
            "CCIS_VAR": str(tmp_path),
            "CCIS_DATABASE_ROLE": "worker",
            "DATABASE_URL": url_of("worker"),
            "REDIS_URL": redis_url,
        }
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "ccis", "worker", "-c", "1", "-l", "error"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            app = Celery(broker=redis_url, set_as_current=False)
            app.send_task("ccis.tasks.forget_old_sessions", queue="ccis")
            until = time.monotonic() + 60
            while session.execute(
                "SELECT 1 FROM django_session WHERE session_key = 'long ago'"
            ).fetchone():
                assert worker.poll() is None, "the worker ended"
                assert time.monotonic() < until, "the task was never done"
                time.sleep(0.1)
        finally:
            app.close()
            worker.terminate()
            worker.wait(timeout=20)
            session.execute("DELETE FROM django_session WHERE session_key = 'long ago'")
