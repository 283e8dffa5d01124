"""What every test may lean on: the embedded database, started when the first test asks for it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from ccis.embedded import ensure_database, var_folder
from tests.template import database_to_copy

CHROMIUM_NAMES = (
    "chromium-headless-shell",  # the same without a window to draw: half the work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

# Tests of what the database itself promises: .ci/run asks them again of a server's PostgreSQL.
OF_THE_SERVER = (
    "integration/access/test_database_roles.py",
    "integration/access/test_grants.py",
    "integration/audit/test_changes.py",
    "integration/audit/test_sealing.py",
    "integration/audit/test_trail.py",
    "integration/caseload/test_facts.py",
    "integration/caseload/test_search.py",
    "integration/intake/test_killed.py",
    "integration/optout/test_objections.py",
    "integration/sharing/test_portal_login.py",
    "integration/sharing/test_at_once.py",
)


def chromium() -> str | None:
    """Return the path of a Chromium to test with: CHROMIUM in the environment, else one found."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests, skipped when there is no browser, and those to ask of a server."""
    functional = Path(__file__).parent / "functional"
    of_the_server = [Path(__file__).parent / place for place in OF_THE_SERVER]
    missing = pytest.mark.skip(reason="BROWSER TEST NOT RUN: Chromium is not installed")
    for item in items:
        if functional in item.path.parents:
            item.add_marker("browser")
        if any(item.path.is_relative_to(place) for place in of_the_server):
            item.add_marker("server")
        if item.get_closest_marker("browser") and chromium() is None:
            item.add_marker(missing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tried, just above the summary."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section(f"NOT TRIED HERE: {len(skipped)} tests", sep="!", yellow=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Start the throwaway database, unless DATABASE_URL or DATABASE_OWNER_URL names a server.

    Each run's own is a copy of one that is migrated already.
    """
    if not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_OWNER_URL")):
        ensure_database(var_folder(), durable=False)
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = database_to_copy(
            var_folder() / "test" / "template.lock"
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End what a request that its browser gave up left open: a database in use is not dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND backend_type = 'client backend' AND pg_has_role(usesysid, 'MEMBER')
            """
        )
        connection.close()


@pytest.fixture(autouse=True)
def _nothing_of_the_trail_stays(
    request: pytest.FixtureRequest, django_db_blocker: Any
) -> Iterator[None]:
    """Empty the trail after tests over committed data: Django's flush passes partitions by."""
    yield
    marker = request.node.get_closest_marker("django_db")
    committed = bool(marker and (marker.kwargs.get("transaction") or True in marker.args))
    if committed or {"transactional_db", "live_server"} & set(request.fixturenames):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE audit_trail_entry")
        connection.close()


@pytest.fixture(autouse=True)
def _a_register_of_its_own(settings: Any) -> Iterator[None]:
    """What a test purged and its database forgot must not look like a backup to the next."""
    settings.PURGES_FOLDER = settings.PURGES_FOLDER / uuid4().hex
    yield
    shutil.rmtree(settings.PURGES_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the machine's own Chromium, without its sandbox, which root may not have."""
    # Playwright's own loop runs in this thread, which Django would take for asynchronous code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }
