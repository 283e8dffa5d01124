"""The month's workbench, making a return and watching it, the file (pages §2.8 and §4.7)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from guardian.shortcuts import assign_perm

from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.authorities.policy import adopt
from returns import tasks
from returns.actions import builds, files
from returns.models import Build, BuildKind, BuildState
from tests.factories.accounts import MembershipFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.intake import InboundFileFactory
from tests.factories.returns import BuildFactory
from tests.integration.returns.conftest import make, withdraw
from tests.integration.returns.pages import MONTH, TODAY, links, page_of, words
from tests.integration.returns.test_making import sound_person
from tests.personal import assert_trail_tells_nothing, found_in, words_about

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

MAKE = f"{MONTH}make/"


def steps(response: Any) -> dict[str, tuple[str, str]]:
    """The steps by name: the state, and where each stands."""
    return {
        step.text: (step.tag["text"], "".join(piece["text"] for piece in step.words))
        for step in response.context_data["steps"]
    }


def unsound_person(**fields: Any) -> Any:
    """Someone whose record has an error that must be mended."""
    person = sound_person(**fields)
    withdraw(person.name_facts.get())
    return person


# -- the workbench ---------------------------------------------------------------------------------


def test_the_service_begins_with_the_newest_month_that_is_over(desk):
    assert desk.get("/returns/").url == MONTH


def test_a_month_of_which_nothing_is_made(desk):
    shown = desk.get(MONTH)

    assert steps(shown) == {
        "Files in": ("To do", "None since 1 Oct 2026"),
        "Cohort": ("Not started", "Make a trial to count it"),
        "Errors mended": ("Not started", "Make a trial to see errors"),
        "Trial made": ("Not started", ""),
        "Made": ("Not started", ""),
        "DfE’s answer": ("Not started", "Bring back the error report"),
    }
    assert f"{MAKE}?kind=trial" in links(shown)
    assert f"{MAKE}?kind=final" in links(shown)


def test_files_with_something_left_to_do_keep_the_first_step_open(desk, croydon):
    InboundFileFactory(authority=croydon, state="done", received_at=TODAY)
    InboundFileFactory(authority=croydon, state="ready", received_at=TODAY)
    InboundFileFactory(authority=croydon, state="done", received_at=TODAY - timedelta(days=90))

    assert steps(desk.get(MONTH))["Files in"] == (
        "In hand",
        "2 files since 1 Oct 2026, 1 with something left to do",
    )


def test_the_first_month_has_nothing_to_compare_with(desk, croydon):
    sound_person()
    make(croydon)

    shown = desk.get(MONTH)

    assert steps(shown)["Cohort"] == ("Done", "1 person. Nothing to compare with yet.")
    assert steps(shown)["Errors mended"][0] == "Done"
    assert steps(shown)["Trial made"][0] == "Done"
    assert "0.0%" in words(shown)


def test_the_cohort_is_a_sum_of_links(desk, croydon):
    sound_person()
    make(croydon, "2026-09")
    sound_person()
    build = make(croydon)

    shown = desk.get(MONTH)

    assert steps(shown)["Cohort"][1] == "1 in September 2026 + 1 joined − 0 left = 2"
    assert any(href.startswith(f"{MONTH}cohort/joined/") for href in links(shown))
    assert any(href.startswith(page_of(build, "build-people")) for href in links(shown))
    assert f"{MONTH}compare/?with=" in " ".join(links(shown))


def test_errors_that_must_be_mended_hold_up_the_return(desk, croydon):
    unsound_person()
    build = make(croydon)
    count = build.must_mend

    shown = desk.get(MONTH)

    assert count
    assert steps(shown)["Errors mended"][0] == "Under way"
    assert steps(shown)["Errors mended"][1].startswith(f"Must mend {count}")
    assert steps(shown)["Made"][1].startswith("Waits for ")


def test_a_final_return_is_the_last_step_and_stops_the_clock(desk, croydon):
    sound_person()
    assert "left" in words(desk.get(MONTH))
    make(croydon, kind=BuildKind.FINAL)

    shown = desk.get(MONTH)

    assert steps(shown)["Made"][0] == "Made"
    assert shown.context_data["clock"] is None
    assert f"{MAKE}?kind=final" not in links(shown)


@pytest.mark.parametrize(
    ("day", "left", "tag"),
    [
        (2, "9 working days left", "On time"),
        (10, "3 working days left", "Ends soon"),
        (13, "Due today", "Ends today"),
        (16, "1 working day late", "Late"),
        (14, "1 working day late", "Late"),
    ],
)
def test_when_it_is_due(desk, manager, day, left, tag):
    with time_machine.travel(datetime(2026, 11, day, 10, tzinfo=UTC), tick=False):
        desk.force_login(manager)
        clock = desk.get(MONTH).context_data["clock"]

    assert (clock["left"], clock["tag"]["text"]) == (left, tag)


def test_the_policy_says_when_it_is_due(desk, croydon, manager):
    adopt(authority=croydon, by=manager, at=TODAY, why="sooner", return_due_working_days=5)

    clock = desk.get(MONTH).context_data["clock"]

    assert (clock["left"], clock["tag"]["text"]) == ("4 working days late", "Late")
    assert "Friday 6 November 2026, 5 working days after 31 October 2026" in clock["why"]


def test_a_month_whose_bank_holidays_are_not_known_has_no_clock(desk):
    assert desk.get("/returns/2009-10/").context_data["clock"] is None


@pytest.mark.parametrize("period", ["2026-12", "2026-13", "2026-1", "2999-01"])
def test_months_that_have_not_begun_or_are_none(desk, period):
    assert desk.get(f"/returns/{period}/").status_code == 404


def test_someone_who_only_sees_returns_has_no_buttons(client, croydon):
    client.force_login(member(Role.TRACKING_OFFICER, authority=croydon))
    sound_person()
    build = make(croydon)

    assert not any("make" in href for href in links(client.get(MONTH)))
    assert "Make it again" not in words(client.get(page_of(build)))
    assert "Download" not in words(client.get(page_of(build)))


def test_the_edition_stands_at_the_foot_of_each_page(desk):
    assert "Return edition 2026-27, nine gaps" in words(desk.get("/figures/"))


def test_a_stopped_making_is_safe_to_carry_on(desk, croydon):
    build = BuildFactory(authority=croydon, state="stopped", step_reached="writing")

    shown = desk.get(MONTH)

    assert steps(shown)["Trial made"] == ("Stopped", "Safe to carry on")
    assert page_of(build) in links(shown)


def test_the_workbench_asks_the_same_questions_however_many_people(
    desk, croydon, django_assert_max_num_queries
):
    for _ in range(3):
        sound_person()
    make(croydon, "2026-09")
    make(croydon)

    with django_assert_max_num_queries(24):
        desk.get(MONTH)


# -- making ----------------------------------------------------------------------------------------


def ask(
    desk: Client, run: Callable[..., Any], kind: str = "trial", edition: str = "2026-27"
) -> Any:
    """Ask for a return, and let the worker do it."""
    with run(execute=True):
        return desk.post(MAKE, {"kind": kind, "edition": edition})


def test_making_a_trial(desk, croydon, manager, django_capture_on_commit_callbacks):
    sound_person()

    answer = ask(desk, django_capture_on_commit_callbacks)

    build = Build.objects.get()
    assert answer.url == page_of(build)
    assert (build.state, build.kind, build.asked_by) == (BuildState.DONE, "trial", manager)
    shown = words(desk.get(answer.url))
    for told in (build.sha256, "Primary cohort (P)", f"At change {build.moment:,}", "2026-27"):
        assert told in shown


def test_a_final_return_with_errors_is_not_made_but_may_go_on_as_a_trial(
    desk, django_capture_on_commit_callbacks
):
    unsound_person()

    ask(desk, django_capture_on_commit_callbacks, "final")

    build = Build.objects.get()
    assert build.state == BuildState.REFUSED
    shown = desk.get(page_of(build))
    assert "Not made: errors to mend" in words(shown)
    assert "must be mended" in words(desk.get(MAKE))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(build, "as-trial"))
    build.refresh_from_db()
    assert (build.state, build.kind) == (BuildState.DONE, "trial")


def test_one_at_a_time(desk, croydon):
    build = BuildFactory(authority=croydon)

    answer = desk.post(MAKE, {"kind": "trial", "edition": "2026-27"})

    assert "is being made already" in words(answer)
    assert page_of(build) in links(answer)
    assert Build.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"edition": "2026-27"}, "Select a trial or the final return"),
        ({"kind": "third", "edition": "2026-27"}, "Select a valid choice"),
        ({"kind": "trial", "edition": "1999-00"}, "Select a valid choice"),
    ],
)
def test_answers_that_do_not_make_a_return(desk, answers, says):
    assert says in words(desk.post(MAKE, answers))
    assert not Build.objects.exists()


def test_a_month_that_is_not_over_may_only_be_tried(desk):
    shown = desk.get("/returns/2026-11/make/")
    answer = desk.post("/returns/2026-11/make/", {"kind": "final", "edition": "2026-27"})

    assert "only a trial can be made" in words(shown)
    assert answer.status_code == 200
    assert not Build.objects.exists()


def test_an_earlier_edition_may_be_asked_for(desk, django_capture_on_commit_callbacks):
    ask(desk, django_capture_on_commit_callbacks, edition="2019-20")

    assert Build.objects.get().edition == "2019-20"


# -- how far it is ---------------------------------------------------------------------------------


def test_progress_for_the_reader_and_for_the_script(desk, croydon):
    build = BuildFactory(
        authority=croydon, state="checking", record_count=10, done_count=4, beat_at=TODAY
    )

    shown = desk.get(page_of(build))
    told = desk.get(page_of(build), headers={"accept": "application/json"}).json()

    assert "2 of 5 steps" in words(shown)
    assert "4 of 10 records done in this step" in words(shown)
    assert "Carry on" not in words(shown)
    assert told["count_text"] == "2 of 5 steps"
    assert not told["finished"]
    assert [step["state"] for step in told["steps"]] == [
        "done", "done", "now", "waiting", "waiting",
    ]  # fmt: skip


def test_one_that_stopped_says_why_and_carries_on(
    desk, croydon, django_capture_on_commit_callbacks
):
    sound_person()
    build = BuildFactory(
        authority=croydon,
        state="stopped",
        step_reached="fixing",
        stopped_because="The disk is full.",
    )

    shown = desk.get(page_of(build))
    assert "The disk is full." in words(shown)
    assert "Carry on" in words(shown)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(build, "carry-on"))

    build.refresh_from_db()
    assert build.state == BuildState.DONE


def test_one_that_no_worker_is_seen_on_is_given_to_one(
    desk, croydon, django_capture_on_commit_callbacks
):
    sound_person()
    build = BuildFactory(authority=croydon, asked_at=TODAY - timedelta(minutes=5))

    assert "No worker has been seen on it" in words(desk.get(page_of(build)))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(build, "carry-on"))

    build.refresh_from_db()
    assert build.state == BuildState.DONE


def test_one_that_is_made_has_nothing_to_carry_on(desk, croydon):
    build = make(croydon)

    answer = desk.post(page_of(build, "carry-on"), follow=True)

    assert "Only a return that has stopped can carry on." in words(answer)


def test_those_who_may_not_make_are_not_asked_to_carry_on(client, croydon):
    client.force_login(member(Role.TRACKING_OFFICER, authority=croydon))
    build = BuildFactory(authority=croydon, state="stopped", step_reached="writing")

    assert "Carry on" not in words(client.get(page_of(build)))
    assert client.post(page_of(build, "carry-on")).status_code == 403


# -- made again ------------------------------------------------------------------------------------


def test_made_again_it_is_the_same(desk, croydon, django_capture_on_commit_callbacks):
    sound_person()
    build = make(croydon)
    assert "Not yet" in words(desk.get(page_of(build)))

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(page_of(build, "again"), follow=True)

    assert "It is being made again" in words(answer)
    assert "The same, byte for byte" in words(desk.get(page_of(build)))


def test_made_again_it_is_not_the_same(desk, croydon):
    build = make(croydon)
    Build.objects.filter(pk=build.pk).update(rebuilt_at=TODAY, rebuilt_same=False)

    assert "Do not send it" in words(desk.get(page_of(build)))
    assert "Not the same" in words(desk.get("/returns/archive/"))


def test_one_that_was_not_made_cannot_be_made_again(desk, croydon):
    build = BuildFactory(authority=croydon, state="stopped", step_reached="writing")

    answer = desk.post(page_of(build, "again"), follow=True)

    assert "not made to the end" in words(answer)


# -- its people ------------------------------------------------------------------------------------


def test_the_people_behind_each_number_add_up_to_it(desk, croydon):
    for code in ("230", "610", "810", "710", "530"):
        sound_person(code=code)
    build = make(croydon)
    counts = build.figures["headline"]

    for figure, count in (
        ("base", counts["base"]),
        ("neet", counts["neet"]),
        ("not-known", counts["not_known"]),
        ("neet-or-not-known", counts["neet_or_not_known"]),
        ("participating", counts["participating"]),
        *build.figures["groups"].items(),
    ):
        shown = desk.get(page_of(build, "build-people"), {"figure": figure})
        assert shown.context_data["listed"].total == count, figure


def test_the_people_of_each_part_of_the_base_add_up(desk, croydon):
    for code in ("230", "610", "810"):
        sound_person(code=code)
    build = make(croydon)

    words_of = {"by_age": "age", "by_gender": "gender"}
    for split, word in words_of.items():
        for part, headline in build.figures[split].items():
            query = {"figure": "neet", word: part}
            shown = desk.get(page_of(build, "build-people"), query)
            assert shown.context_data["listed"].total == headline["neet"]
    for split, word, names in (
        ("by_sen", "sen", {"EHC plan": "plan", "SEN support": "support", "No SEN": "none"}),
        ("by_vulnerable", "vulnerable", {"vulnerable": "yes", "not vulnerable": "no"}),
    ):
        for part, headline in build.figures[split].items():
            query = {"figure": "base", word: names[part]}
            shown = desk.get(page_of(build, "build-people"), query)
            assert shown.context_data["listed"].total == headline["base"]


def test_restricted_people_are_counted_and_not_shown(desk, croydon):
    sound_person()
    sound_person(restriction_level=3)
    build = make(croydon)

    shown = desk.get(page_of(build, "build-people"), {"status": "P"})

    assert "1 young person" in words(shown)
    assert "1 person is not shown. Their record is restricted, or merged" in words(shown)


def test_whoever_lists_the_people_of_a_return_leaves_a_line(desk, croydon):
    restricted = sound_person(restriction_level=3)
    sound_person()
    build = make(croydon)
    reader = User.objects.get(pk=desk.session["_auth_user_id"])
    assign_perm("caseload.open_restricted_record", reader, restricted)

    desk.get(page_of(build, "build-people"))

    line = TrailEntry.objects.get(verb="people of a return seen")
    assert (line.by_id, line.subject_id) == (reader.pk, build.pk)
    assert TrailDetail.objects.get(entry_id=line.pk).details["people"] == 2
    assert TrailEntry.objects.get(verb="person seen").subject_id == restricted.pk


def test_records_that_were_dropped_can_be_brought_back(
    desk, croydon, django_capture_on_commit_callbacks
):
    sound_person()
    build = make(croydon)
    builds.drop_records(build=build)

    assert "are not kept any more" in words(desk.get(page_of(build, "build-people")))
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page_of(build, "bring-back"))

    assert desk.get(page_of(build, "build-people")).context_data["listed"].total == 1


def test_the_list_of_people_asks_as_much_for_many_as_for_few(
    desk, croydon, django_assert_max_num_queries
):
    for _ in range(4):
        sound_person()
    build = make(croydon)

    with django_assert_max_num_queries(28):
        desk.get(page_of(build, "build-people"))


# -- the file --------------------------------------------------------------------------------------


def test_the_file_is_given_to_someone_who_says_why(desk, croydon, manager):
    person = sound_person()
    build = make(croydon)

    answer = desk.post(page_of(build, "download"), {"reason": "send"})

    content = b"".join(answer.streaming_content)
    assert content == files.path_of(build).read_bytes()
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    assert found_in(answer.headers["Content-Disposition"], words_about(person)) == []
    entry = TrailEntry.objects.get(verb="return downloaded")
    assert (entry.by_id, entry.subject_id) == (manager.pk, build.pk)
    details = TrailDetail.objects.get(entry_id=entry.pk).details
    assert (details["reason"], details["sha256"]) == ("send", build.sha256)
    assert_trail_tells_nothing()


def test_without_a_reason_there_is_no_file(desk, croydon):
    build = make(croydon)

    for answers in ({}, {"reason": "because"}):
        answer = desk.post(page_of(build, "download"), answers)
        assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert "Select why you need the file" in words(desk.post(page_of(build, "download")))
    assert not TrailEntry.objects.filter(verb="return downloaded").exists()


def test_a_file_that_is_gone_is_said_to_be(desk, croydon):
    build = make(croydon)
    files.take_away(build)

    answer = desk.post(page_of(build, "download"), {"reason": "send"})

    assert "not kept any more" in words(answer)
    assert not TrailEntry.objects.filter(verb="return downloaded").exists()


# -- whose -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["build", "download", "build-people", "carry-on", "as-trial", "again", "bring-back"]
)
def test_another_authoritys_return_is_not_found(desk, name):
    build = make(AuthorityFactory(code=BARNET))

    assert desk.get(page_of(build, name)).status_code in (404, 405)
    assert desk.post(page_of(build, name), {"reason": "send"}).status_code in (404, 405)


def test_someone_of_two_authorities_sees_the_one_they_chose(desk, croydon, manager):
    other = AuthorityFactory(code=BARNET)
    MembershipFactory(user=manager, authority=other, role=Role.DATA_MANAGER.value)
    build = make(other)

    assert desk.get(page_of(build)).status_code == 404
    desk.post("/authority/", {"authority": other.code})
    assert desk.get(page_of(build)).status_code == 200


def test_a_build_is_found_under_its_own_month_alone(desk, croydon):
    build = make(croydon)

    assert desk.get(f"/returns/2026-09/builds/{build.ref}/").status_code == 404


@pytest.mark.parametrize("written", [str.lower, str.upper])
def test_a_reference_is_read_in_any_case_with_or_without_hyphen(desk, croydon, written):
    build = make(croydon)
    hyphened = f"{build.ref[:4]}-{build.ref[4:]}"

    for ref in (build.ref, hyphened):
        assert desk.get(f"{MONTH}builds/{written(ref)}/").status_code == 200


def test_nobody_but_a_worker_is_needed_to_bring_back_records(croydon):
    sound_person()
    build = make(croydon)
    builds.drop_records(build=build)

    tasks.make_records_again(build_id=build.pk)

    build.refresh_from_db()
    assert build.records_kept
