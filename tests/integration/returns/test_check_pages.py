"""A file is sent in, checked, shown by rule and by id, and gone after a day."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from caseload.models import YoungPerson
from ccis.access.database import WEB, WORKER, acting_as
from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.audit.models import TrailEntry
from ccis.authorities.models import Authority
from ccis.files import storage
from returns import editions, tasks
from returns.actions import file_checks
from returns.errors import CannotMake
from returns.models import CheckFinding, CheckState, FileCheck
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.integration.returns.pages import links, words
from tests.integration.returns.test_checking import HEADED, file_of, header_of
from tests.integration.returns.test_rules import OCTOBER, SOUND

pytestmark = pytest.mark.django_db

WRONG = HEADED.replace(b"<Gender>F", b"<Shoe>4</Shoe><Gender>Q").replace(b"2026-11-04", b"x")


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.FILES_FOLDER, settings.KEYS_FOLDER = tmp_path / "files", tmp_path / "keys"


def send(
    desk: Client,
    run: Any,
    data: bytes = WRONG,
    edition: str = "2026-27",
    name: str = "theirs.xml",
) -> Any:
    with run(execute=True):
        return desk.post(
            "/returns/check/", {"file": SimpleUploadedFile(name, data), "edition": edition}
        )


@pytest.fixture
def run(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


@pytest.fixture
def checked(desk: Client, run: Any) -> FileCheck:
    send(desk, run)
    return FileCheck.objects.get()


def test_a_file_is_sent_in_checked_and_shown(desk: Client, run: Any) -> None:
    people = YoungPerson.objects.count()
    answer = send(desk, run)
    check = FileCheck.objects.get()

    assert answer["Location"] == f"/returns/check/{show_reference(check.ref)}/"
    page = words(desk.get(answer["Location"]))
    assert "3 errors, in 1 of 1 record." in page
    assert "The date the file was made is missing or is not a real date (FILE-4)" in page
    assert "The gender code is not known (5)" in page
    assert "Kept for 23 hours more" in page or "Kept for 24 hours more" in page
    assert "It says it is for October 2026" in page
    assert "It says it was made by Another & Co 21.2.1.0" in page
    assert YoungPerson.objects.count() == people


def test_records_are_shown_by_id_and_the_look_is_in_the_trail(
    desk: Client, checked: FileCheck
) -> None:
    answer = desk.get(f"/returns/check/{checked.ref}/found/")
    page = words(answer)

    assert "3060000123456" in page
    assert "Okoro" not in page
    assert "does not belong in it: Shoe (FILE-8)" in page
    verbs = set(TrailEntry.objects.values_list("verb", flat=True))
    assert {
        "file sent in to be checked",
        "file checked",
        "findings of a checked file seen",
    } <= verbs
    one = words(desk.get(f"/returns/check/{checked.ref}/found/?rule=5"))
    assert "Shoe" not in one
    assert desk.get(f"/returns/check/{checked.ref}/found/?rule=nonsense").status_code == 404


def test_what_was_found_is_downloaded_as_safe_csv_and_that_is_recorded(
    desk: Client, run: Any
) -> None:
    odd = HEADED.replace(b"3060000123456", b"=1+1")
    send(desk, run, odd)
    check = FileCheck.objects.get()
    answer = desk.post(f"/returns/check/{check.ref}/found/download/")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [(row["Record"], row["Code"]) for row in rows] == [("1", "1"), ("1", "903")]
    assert rows[0]["YoungPersonsID"] == "'=1+1"
    assert rows[0]["Value present"] == "yes"
    assert answer["Cache-Control"] == "no-store, private"
    assert TrailEntry.objects.filter(verb="findings of a checked file downloaded").exists()


def test_the_file_is_kept_encrypted_and_destroyed_after_a_day(
    desk: Client, checked: FileCheck, settings: Any
) -> None:
    kept = b"".join(path.read_bytes() for path in Path(settings.FILES_FOLDER).iterdir())
    assert b"Okoro" not in kept
    assert storage.read_stored(checked.stored_id) == WRONG

    assert file_checks.destroy_old(at=checked.keep_until - timedelta(seconds=1)) == 0
    with acting_as(WORKER):
        assert file_checks.destroy_old(at=checked.keep_until) == 1

    assert not FileCheck.objects.exists()
    assert not CheckFinding.objects.exists()
    assert storage.is_destroyed(checked.stored_id)
    assert TrailEntry.objects.filter(verb="checked file destroyed").exists()


def test_after_a_day_the_page_is_not_there_even_before_it_is_swept(
    desk: Client, checked: FileCheck
) -> None:
    with time_machine.travel(checked.keep_until + timedelta(minutes=1)):
        client = Client()
        client.force_login(checked.asked_by)
        assert client.get(f"/returns/check/{checked.ref}/").status_code == 404


def test_a_file_of_last_years_edition_says_so_and_is_checked_by_it(desk: Client, run: Any) -> None:
    last = date_in_2020()
    send(desk, run, last)
    check = FileCheck.objects.get()
    page = words(desk.get(f"/returns/check/{check.ref}/"))
    assert "The file is for March 2020, when edition 2019-20 was in force." in page
    assert "Check it by edition 2019-20" in page

    with run(execute=True):
        desk.post(f"/returns/check/{check.ref}/again/", {"edition": "2019-20"})
    check.refresh_from_db()

    assert (check.edition, check.state) == ("2019-20", "done")
    assert "when edition" not in words(desk.get(f"/returns/check/{check.ref}/"))
    assert check.findings.count() == sum(found for _, found, _ in check.counts)


def date_in_2020() -> bytes:
    return file_of(editions.newest(), [SOUND], header_of(OCTOBER.replace(year=2020, month=3)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not xml", "it is not XML: an XML file begins with <"),
        (HEADED[:-40], "it is cut short"),
        (b'<!DOCTYPE NCCIS [<!ENTITY a "b">]><NCCIS/>', "such as entities. These are not read"),
        (b"<html/>", "The file is not an NCCIS return"),
    ],
)
def test_what_cannot_be_read_is_a_finding_in_words(
    desk: Client, run: Any, data: bytes, said: str
) -> None:
    send(desk, run, data)
    check = FileCheck.objects.get()
    page = words(desk.get(f"/returns/check/{check.ref}/"))

    assert said in page
    assert check.was_read is False
    assert "Must mend" in page


def test_nothing_and_too_much_are_refused_and_nothing_is_kept(
    desk: Client, run: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The file is empty" in words(send(desk, run, b""))
    monkeypatch.setattr(file_checks, "LARGEST", 10)
    assert "larger than 0 MB" in words(send(desk, run))
    assert "Select the file" in words(desk.post("/returns/check/", {"edition": "2026-27"}))
    assert not FileCheck.objects.exists()
    assert not list(Path(settings.FILES_FOLDER).glob("*.sealed"))


def test_it_is_for_those_who_make_returns_of_the_senders_authority(
    checked: FileCheck, croydon: Authority
) -> None:
    def status(user: User) -> int:
        client = Client()
        client.force_login(user)
        return client.get(f"/returns/check/{checked.ref}/").status_code

    barnet = (
        AuthorityFactory(code=BARNET) if isinstance(BARNET, str) else AuthorityFactory(**BARNET)
    )
    assert status(member(Role.DATA_MANAGER, authority=croydon)) == 200
    assert status(member(Role.DATA_MANAGER, authority=barnet)) == 404
    assert status(member(Role.TRACKING_OFFICER, authority=croydon)) == 403


def test_who_may_not_check_is_not_shown_the_way(croydon: Authority, desk: Client) -> None:
    officer = Client()
    officer.force_login(member(Role.TRACKING_OFFICER, authority=croydon))

    assert "/returns/check/" in links(desk.get("/returns/editions/"))
    assert "/returns/check/" not in links(officer.get("/returns/editions/"))


def test_a_check_whose_worker_is_gone_is_taken_up(
    desk: Client, checked: FileCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    FileCheck.objects.update(state=CheckState.CHECKING, beat_at=long_ago)
    given: list[int] = []
    monkeypatch.setattr(tasks.check_file, "delay", lambda *, check_id: given.append(check_id))

    tasks.resume_stalled_checks()
    assert given == [checked.pk]
    with acting_as(WORKER):
        file_checks.run(check_id=checked.pk, now=timezone.now)
    checked.refresh_from_db()
    assert checked.state == CheckState.DONE
    assert checked.findings.count() == 3


def test_a_check_that_stops_says_so_and_can_be_carried_on(
    desk: Client, run: Any, checked: FileCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    FileCheck.objects.update(state=CheckState.ASKED)
    with monkeypatch.context() as patch:
        patch.setattr(file_checks, "_keep_findings", _fails)
        tasks.check_file(check_id=checked.pk)
    page = words(desk.get(f"/returns/check/{checked.ref}/"))
    assert "Something went wrong (RuntimeError). Nothing is lost: carry on." in page

    with run(execute=True):
        desk.post(f"/returns/check/{checked.ref}/again/")
    assert "3 errors" in words(desk.get(f"/returns/check/{checked.ref}/"))


def _fails(*_: Any, **__: Any) -> None:
    raise RuntimeError("with something of a record in it")


def test_while_it_is_checked_it_is_not_asked_for_again(checked: FileCheck) -> None:
    FileCheck.objects.update(state=CheckState.READING)
    with acting_as(WEB), pytest.raises(CannotMake, match="being checked"):
        file_checks.check_again(
            check=checked, edition="2026-27", by=checked.asked_by, at=timezone.now()
        )
