"""From asked for to made: states, the file, what it replaces, being killed, two at once."""

import hashlib
import json
import stat
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from caseload.intake.actions import states
from caseload.intake.actions.applying import ADDING_LOCK
from ccis.access.database import WORKER, acting_as
from ccis.access.roles import Role
from ccis.audit import changes
from ccis.audit.models import TrailEntry
from ccis.calendar.periods import Period
from returns import editions, records, xml
from returns.actions import builds, files, making
from returns.errors import CannotMake, FileNotKept, MustMend
from returns.models import Build, BuildKind, BuildState, Finding
from returns.steps import NEXT_STATES, STEPS, after
from returns.tasks import make_build, resume_stalled, sweep_records
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    DepartureFactory,
    EnrolmentFactory,
    GuaranteeFactory,
    complete_person,
)
from tests.factories.providers import ProviderFactory
from tests.integration.returns.conftest import NOW, OCTOBER, make, now, sent, withdraw

pytestmark = pytest.mark.django_db


def sound_person(**fields):
    """Someone whose record has no error that must be mended."""
    person = complete_person(**fields)
    EnrolmentFactory(person=person)
    GuaranteeFactory(person=person, for_year=12, status_id="114")
    return person


def ask(authority, kind=BuildKind.FINAL, period=OCTOBER) -> Build:
    return builds.ask(authority=authority, period=period, kind=kind, by=None, at=NOW)


# Made to the end


def test_a_final_return(croydon):
    people = [sound_person() for _ in range(3)]

    build = make(croydon, kind=BuildKind.FINAL)

    assert build.state == BuildState.DONE
    assert build.counts == {"P": 3}
    assert build.record_count == 3
    assert build.must_mend == 0
    assert sent(build) == {person.pk: "P" for person in people}
    assert build.figures["headline"]["cohort"] == 3
    assert set(build.seconds) == {step.value for step in STEPS}
    assert build.records_kept
    assert records.are_there(build)


def test_the_file_is_kept_whole_and_for_this_account_alone(croydon):
    sound_person()
    build = make(croydon)
    path = files.path_of(build)
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == build.sha256
    assert len(content) == build.size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    header = xml.read_header(path)
    assert header.lead_codes == ("306",)
    assert header.period_end == date(2026, 10, 31)
    (row,) = xml.read_records(path)
    assert row["cohort_status"] == "P"


def test_the_file_of_nobody(croydon):
    build = make(croydon)
    assert (build.record_count, build.counts) == (0, {})
    assert files.path_of(build).exists()
    assert records.are_there(build)


def test_records_of_other_authorities_are_not_in_it(croydon):
    complete_person(lead_authority=AuthorityFactory(code=BARNET))
    assert make(croydon).record_count == 0


def test_what_was_done_is_in_the_trail(croydon):
    officer = member(Role.DATA_MANAGER, authority=croydon)
    build = builds.ask(authority=croydon, period=OCTOBER, kind=BuildKind.TRIAL, by=officer, at=NOW)
    making.make(build_id=build.pk, now=now)
    build.refresh_from_db()
    builds.download(build=build, by=officer, at=NOW, reason="sent to the Department")
    verbs = TrailEntry.objects.filter(subject_kind="returns.build", subject_id=build.pk)
    assert list(verbs.order_by("id").values_list("verb", "by_id")) == [
        ("return asked for", officer.pk),
        ("return made", officer.pk),
        ("return downloaded", officer.pk),
    ]


def test_a_download_needs_a_reason(croydon):
    build = make(croydon)
    with pytest.raises(CannotMake):
        builds.download(build=build, by=member(authority=croydon), at=NOW, reason=" ")


def test_the_worker_may_do_all_of_it(croydon):
    sound_person()
    build = ask(croydon)
    with acting_as(WORKER):
        assert making.make(build_id=build.pk, now=now).state == BuildState.DONE


def test_progress_names_each_step(croydon):
    build = ask(croydon)
    seen = []
    making.make(build_id=build.pk, now=now, progress=lambda one: seen.append(one.state))
    assert list(dict.fromkeys(seen)) == [step.value for step in STEPS]


# What stands in the way


def test_errors_that_must_be_mended_refuse_a_final(croydon):
    person = sound_person()
    withdraw(person.address_facts.get())
    build = ask(croydon)
    with pytest.raises(MustMend, match="2 errors must be mended"):
        making.make(build_id=build.pk, now=now)
    build.refresh_from_db()
    assert (build.state, build.step_reached) == (BuildState.REFUSED, "checking")
    assert build.finding_counts["1"] == 2
    assert set(Finding.objects.filter(build=build).values_list("code", flat=True)) == {"31", "32"}
    with pytest.raises(FileNotKept):
        files.path_of(build)


def test_a_refused_final_may_go_on_as_a_trial(croydon):
    withdraw(sound_person().address_facts.get())
    build = ask(croydon)
    with pytest.raises(MustMend):
        making.make(build_id=build.pk, now=now)
    build = builds.go_on_as_trial(build=build, by=None, at=NOW)
    build = making.make(build_id=build.pk, now=now)
    assert (build.state, build.kind) == (BuildState.DONE, BuildKind.TRIAL)
    assert not build.sent.exists()


def test_a_trial_may_have_errors(croydon):
    withdraw(sound_person().address_facts.get())
    build = make(croydon)
    assert (build.state, build.must_mend) == (BuildState.DONE, 2)
    assert build.people_with_findings == 1


def test_a_final_waits_for_the_month_to_end(croydon):
    with pytest.raises(CannotMake, match="November 2026 is not over"):
        ask(croydon, period=Period.parse("2026-11"))
    assert ask(croydon, BuildKind.TRIAL, Period.parse("2026-11")).pk


def test_one_at_a_time(croydon):
    ask(croydon)
    with pytest.raises(CannotMake, match="being made already"):
        ask(croydon, BuildKind.TRIAL)


def test_only_for_those_whose_caseload_is_here(croydon):
    other = type(croydon).objects.get(code=BARNET)
    with pytest.raises(CannotMake, match="not kept here"):
        ask(other)


def test_no_such_edition(croydon):
    with pytest.raises(CannotMake, match="no edition 1999"):
        builds.ask(
            authority=croydon,
            period=OCTOBER,
            kind=BuildKind.TRIAL,
            by=None,
            at=NOW,
            edition="1999",
        )


def test_a_value_that_xml_cannot_hold_stops_it(croydon):
    person = sound_person()
    withdraw(person.address_facts.get())
    AddressFactory(person=person, line_1="1 \x01 Street")
    build = ask(croydon)
    with pytest.raises(CannotMake, match="AddressLine1"):
        making.make(build_id=build.pk, now=now)
    build.refresh_from_db()
    assert (build.state, build.step_reached) == (BuildState.STOPPED, "writing")
    assert "Street" not in build.stopped_because


# What is replaced


def test_a_second_trial_replaces_the_first(croydon):
    sound_person()
    first, second = make(croydon), make(croydon)
    path = Path(files.path_of(second)).parent / Path(first.file_name).name
    first.refresh_from_db()
    assert first.replaced_by == second
    assert not path.exists()
    assert not first.records_kept
    assert first.pk not in records.tables()
    assert first.sha256


def test_a_final_replaces_trials_and_the_final_before(croydon):
    sound_person()
    trial = make(croydon)
    first = make(croydon, kind=BuildKind.FINAL)
    later_trial = make(croydon)
    second = make(croydon, kind=BuildKind.FINAL)
    for old in (trial, first, later_trial):
        old.refresh_from_db()
    assert trial.replaced_by == first
    assert first.replaced_by == later_trial.replaced_by == second
    assert files.path_of(first).exists()
    assert Build.objects.standing().get() == second


def test_the_baseline_is_the_standing_final_of_an_earlier_month(croydon):
    sound_person()
    september = make(croydon, "2026-09", BuildKind.FINAL)
    again = make(croydon, "2026-09", BuildKind.FINAL)
    make(croydon, "2026-10")
    november = make(croydon, "2026-11", BuildKind.FINAL)
    assert november.baseline == again != september
    assert make(croydon, "2026-07").baseline is None


def test_a_leaver_is_in_one_return_and_not_in_the_next(croydon):
    stays, leaves = sound_person(), sound_person()
    make(croydon, "2026-09", BuildKind.FINAL)
    DepartureFactory(person=leaves, starts=date(2026, 10, 5))
    october = make(croydon, "2026-10", BuildKind.FINAL)
    november = make(croydon, "2026-11", BuildKind.FINAL)
    assert sent(october) == {stays.pk: "P", leaves.pk: "T"}
    assert sent(november) == {stays.pk: "P"}


def test_two_standing_finals_of_a_month_are_refused_by_the_database(croydon):
    first = make(croydon, kind=BuildKind.FINAL)
    first.pk, first.ref = None, "00000000"
    with pytest.raises(IntegrityError, match="one_standing_final"), transaction.atomic():
        first.save(force_insert=True)


def test_records_nobody_is_to_keep_are_swept_away(croydon):
    build = make(croydon)
    records.open_table(-build.pk)
    sweep_records()
    assert records.tables() == [build.pk]


# Made again


def test_made_again_it_is_the_same(croydon):
    school = ProviderFactory(college=True, authority=croydon)
    person = sound_person()
    EnrolmentFactory(person=person, provider=school, authority=None, starts=date(2024, 9, 1))
    build = make(croydon)
    withdraw(person.name_facts.get())
    sound_person()
    DepartureFactory(person=person, starts=date(2026, 10, 5))

    rebuilt = builds.rebuild(build=build, by=None, at=NOW)

    assert rebuilt.same
    build.refresh_from_db()
    assert (build.rebuilt_at, build.rebuilt_same) == (NOW, True)
    assert -build.pk not in records.tables()
    assert make(croydon).sha256 != build.sha256


def test_a_provider_that_was_renamed_since_changes_nothing(croydon):
    school = ProviderFactory(college=True, authority=croydon)
    person = sound_person()
    withdraw(person.activity_facts.get())
    ActivityFactory(person=person, provider=school)
    build = make(croydon)
    type(school).objects.filter(pk=school.pk).update(name="Renamed", dfe_number="3029999")
    assert builds.rebuild(build=build, by=None, at=NOW).same
    assert make(croydon).sha256 != build.sha256


def test_a_final_made_again_names_the_same_leavers(croydon):
    leaves = sound_person()
    make(croydon, "2026-09", BuildKind.FINAL)
    departure = DepartureFactory(person=leaves, starts=date(2026, 10, 5))
    october = make(croydon, kind=BuildKind.FINAL)
    withdraw(departure)
    assert builds.rebuild(build=october, by=None, at=NOW).same


def test_other_bytes_are_said_to_be_other(croydon):
    sound_person()
    build = make(croydon)
    Build.objects.filter(pk=build.pk).update(date_of_send=date(2026, 12, 1))
    build.refresh_from_db()
    assert not builds.rebuild(build=build, by=None, at=NOW).same


def test_dropped_records_come_back(croydon):
    sound_person()
    build = make(croydon)
    builds.drop_records(build=build)
    build.refresh_from_db()
    assert not records.are_there(build)
    builds.make_records_again(build=build)
    build.refresh_from_db()
    assert records.are_there(build)


# Killed, and two at once


@pytest.mark.parametrize("step", STEPS)
def test_killed_in_any_step_it_is_made_by_the_next_worker(croydon, monkeypatch, step):
    sound_person()
    build = ask(croydon)

    class Killed(BaseException):
        pass

    work = making.WORK[step]

    def die(one):
        work(one)
        raise Killed

    monkeypatch.setitem(making.WORK, step, die)
    with pytest.raises(Killed):
        making.make(build_id=build.pk, now=now)
    build.refresh_from_db()
    assert build.is_under_way
    monkeypatch.setitem(making.WORK, step, work)

    made = making.make(build_id=build.pk, now=now)

    assert made.state == BuildState.DONE
    assert builds.rebuild(build=made, by=None, at=NOW).same
    assert len(list(files.path_of(made).parent.iterdir())) == 1


def test_killed_after_the_file_was_kept_it_is_made_once(croydon, monkeypatch):
    sound_person()
    build = ask(croydon)

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(making, "_replace", die)
        with pytest.raises(Killed):
            making.make(build_id=build.pk, now=now)
    made = making.make(build_id=build.pk, now=now)
    assert made.state == BuildState.DONE
    assert TrailEntry.objects.filter(verb="return made").count() == 1
    assert len(list(files.path_of(made).parent.iterdir())) == 1


def test_records_that_a_crash_emptied_are_made_again(croydon, monkeypatch):
    sound_person()
    build = ask(croydon)
    making_records = making.WORK[BuildState.RECORDS]

    def lose(step):
        making_records(step)
        with connection.cursor() as cursor:
            cursor.execute("SELECT returns_open_records(%s)", [step.build.pk])
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setitem(making.WORK, BuildState.RECORDS, lose)
        with pytest.raises(SystemExit):
            making.make(build_id=build.pk, now=now)
    Build.objects.filter(pk=build.pk).update(state=BuildState.CHECKING)
    made = making.make(build_id=build.pk, now=now)
    assert (made.state, made.record_count) == (BuildState.DONE, 1)


def test_something_unforeseen_stops_it_and_it_carries_on(croydon, monkeypatch):
    person = sound_person()
    build = ask(croydon)

    def fail(_):
        raise RuntimeError(person.name_facts.get().family)

    with monkeypatch.context() as broken:
        broken.setitem(making.WORK, BuildState.WRITING, fail)
        with pytest.raises(RuntimeError):
            making.make(build_id=build.pk, now=now)
    build.refresh_from_db()
    assert (build.state, build.step_reached) == (BuildState.STOPPED, "writing")
    assert "RuntimeError" in build.stopped_because
    assert person.name_facts.get().family not in build.stopped_because

    builds.carry_on(build=build, by=None, at=NOW)
    assert making.make(build_id=build.pk, now=now).state == BuildState.DONE


def test_what_is_done_is_not_done_again(croydon):
    build = make(croydon)
    make_build(build_id=build.pk)
    build.refresh_from_db()
    assert TrailEntry.objects.filter(verb="return made").count() == 1


def test_a_making_that_no_worker_is_seen_on_is_taken_up(croydon):
    build = ask(croydon)
    Build.objects.filter(pk=build.pk).update(
        asked_at=datetime(2020, 1, 1, tzinfo=UTC), state=BuildState.RECORDS, moment=0
    )
    resume_stalled()
    build.refresh_from_db()
    assert build.state == BuildState.DONE


def test_the_machine_is_whole():
    assert set(NEXT_STATES) == set(BuildState)
    assert set(making.WORK) == set(STEPS)
    for step in STEPS:
        assert after(step) in NEXT_STATES[step]


# The command


def command(*words: str) -> str:
    out = StringIO()
    call_command("make_return", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_made(croydon, tmp_path):
    sound_person()
    said = command("--authority", "306", "--period", "2026-10", "--output", str(tmp_path / "to"))
    build = Build.objects.get()
    assert build.kind == BuildKind.FINAL
    assert "1 records = 1 P" in said
    assert build.sha256 in said
    (copy,) = (tmp_path / "to").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == build.sha256


def test_the_command_in_json(croydon):
    said = json.loads(command("--authority", "306", "--period", "2026-10", "--trial", "--json"))
    assert (said["kind"], said["records"], said["counts"]) == ("trial", 0, {})


def test_the_demo_goes_on_as_a_trial(croydon):
    withdraw(sound_person().address_facts.get())
    said = command("--demo", "--period", "2026-10")
    assert "Not a final return: 2 errors must be mended" in said
    assert "made, trial" in said
    assert "No postcode (32)" in said or "(32)" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--authority", "999"], "not kept here"),
        (["--period", "October"], "year and a month"),
        (["--period", "2999-10"], "not over yet"),
        (["--edition", "1999"], "no edition 1999"),
    ],
)
def test_the_command_says_what_is_wrong(croydon, words, message):
    with pytest.raises(CommandError, match=message):
        command("--period", "2026-10", *words)


def test_the_newest_edition_unless_another_is_named(croydon):
    assert make(croydon).edition == editions.newest().name


def test_work_on_a_file_and_the_making_of_a_return_do_not_stand_in_each_others_way():
    assert builds.LOCK_CLASS not in {states.LOCK_CLASS, ADDING_LOCK, changes.LOCK_CLASS}
