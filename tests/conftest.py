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


# Walks whose way others go as well, and looks at pages alone: `make test` takes them, .ci/run does
# not, since it has to answer soon.
LONG = (
    *(f"dirty_file_goes_all_the_way[chromium-{kind}]" for kind in (
        "attendance", "authority-transfer", "college-enrolments", "dwp-claimants",
        "guarantee-offers", "nccis-errors", "risk-return", "school-feed", "starters-leavers",
    )),
    "test_record.py::test_pages_of_the_record_have_nothing_for_axe_to_find",
    "test_returns.py::test_no_page_has_anything_for_axe_to_find",
    "test_on_a_phone.py::test_each_page_is_right_on_the_narrowest_screen",
    "test_from_the_square_of_a_letter_to_a_cleared_phone[chromium-phone without JavaScript]",
    "test_getting_in.py::test_users_and_roles_have_nothing_for_axe_to_find",
    "test_second_step.py::test_a_passkey_is_set_up",
    "test_gallery.py::test_specimens_have_nothing_for_axe_to_find",
    "test_idle_end.py::test_staying_in_one_tab",
    "test_idle_end.py::test_the_warning_lets_one_stay",
    "test_idle_end.py::test_without_scripts",
    "test_idle_end.py::test_the_next_person_at_that_browser",
    "test_matching.py::test_rows_by_tab_and_enter_without_javascript",
    "test_settings.py::test_settings_have_nothing_for_axe_to_find",
    "test_letters.py::test_letters_from_the_plan",
    "test_merging.py::test_find_a_duplicate",
    "test_agreements.py::test_an_agreement_is_stopped",
    "functional/test_sharing.py::test_a_list_is_released",
    "test_corrections.py::test_a_wrong_address",
    "test_moving_in.py::test_an_authority_moves_in",
    "test_messages.py::test_a_text_is_stopped",
    "test_checking.py::test_a_foreign_file_is_checked",
    "test_choices.py::test_a_no_to_contact",
    "test_sources.py::test_a_source_is_set_up",
    "test_dropout_monitoring.py::test_an_officer_sees_who_did_not_return",
    "test_record.py::test_someone_is_found_opened_and_a_new_activity_recorded[chromium-1280]",
    "test_gallery.py::test_progress_",
    "test_gallery.py::test_a_form_with_errors",
    "test_on_a_phone.py::test_saying_no_takes_three_presses",
    "test_matching.py::test_three_rows_by_single_keys",
    "integration/embedded/test_supervisor.py",
    "integration/embedded/test_settings.py::",
    "test_sealed_identity.py::test_pages_say_it_before_and_nothing_after",
    "test_reads.py::test_every_page_about_a_person_leaves_a_line",
    "test_second_factor_required.py::test_after_the_password_nothing_opens",
    "test_postgres.py::test_it_starts_again_after_a_crash",
    "test_postgres.py::test_data_whose_passwords_were_lost",
    "test_postgres.py::test_many_processes_starting_at_once",
    "test_postgres.py::test_tests_begin_again",
    "test_postgres.py::test_an_ordinary_user_can_run_it",
    "test_postgres.py::test_two_run_at_once",
)  # fmt: skip


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
        if any(one in item.nodeid for one in LONG):
            item.add_marker("long")
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
