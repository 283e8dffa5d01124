"""A list goes out as a workbook, comes back completed, is looked at and taken, whole and once."""

import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from caseload.actions.sealing import seal_identity
from caseload.models import Name
from ccis.access.references import show_reference
from ccis.files import storage
from optout.actions import requests
from sharing.actions import life
from sharing.errors import CannotShare
from sharing.files import packing
from sharing.files.models import SecureFile
from sharing.models import DisclosedRow, Disclosure
from sharing.outcomes import tasks
from sharing.outcomes.actions import workbooks
from sharing.outcomes.actions.answers import record
from sharing.outcomes.models import Answer, Attempt, Workbook
from sharing.outcomes.workbook import opening
from tests.factories.caseload import NameFactory
from tests.factories.outcomes import NOW, released
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory
from tests.factories.sharing import SecureFileFactory, ready

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def world():
    return ready(files_allowed=True)


def sheet_of(disclosures) -> bytes:
    """The workbook that the named individual was given, as the file of a list makes it."""
    shared = disclosures[0].on_list
    SecureFile.objects.filter(on_list=shared).delete()
    copy = SecureFileFactory(on_list=shared, mark="C0PY", asked_at=NOW)
    rows = [
        packing.Row(f"{show_reference(one.row.ref)}-{copy.mark}", one.row.values)
        for one in disclosures
    ]
    return packing.workbook(
        packing.Sheet(show_reference(shared.ref), copy.mark, shared.columns, rows, [])
    )


def completed(content: bytes, *filled: dict[str, object]) -> bytes:
    """The same with cells filled in: for each row a value by heading."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["List"]
    place = {cell.value: cell.column for cell in page[1]}
    for number, values in enumerate(filled, start=2):
        for heading, value in values.items():
            page.cell(number, place[heading]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(world, content, *, phrase="", at=LATER) -> Workbook:
    shared = Disclosure.objects.first().on_list
    made = workbooks.receive(
        shared, content=content, passphrase=phrase, file_name="list.xlsx", by=world.named, at=at
    )
    workbooks.work_on(made.pk, now=lambda: at)
    made.refresh_from_db()
    return made


def places(file) -> list[str]:
    return list(file.rows.order_by("number").values_list("place", flat=True))


NO, ENGAGED = {"What happened": "They said no"}, {"What happened": "In touch, and we are helping"}
TRIED = {"Last tried on": "20/11/2026", "How": "Phone"}


def test_it_is_read_looked_at_and_taken_and_the_same_again_changes_nothing(world):
    first, second, third, fourth = released(world, 4)
    filled = completed(sheet_of([first, second, third, fourth]), ENGAGED | TRIED, NO, TRIED)
    phrase = packing.new_passphrase()
    sealed = packing.encrypted_workbook(filled, phrase)

    file = send(world, sealed, phrase=phrase)
    assert (file.state, places(file)) == ("review", ["changes"] * 3 + ["empty"])
    assert not Answer.objects.exists()  # nothing before somebody has looked
    assert storage.read_stored(file.stored_id) == filled
    with pytest.raises(CannotShare, match="already sent on 20 November"):
        send(world, filled)

    life.recall(third, why="Moved", by=world.releaser, at=LATER)
    workbooks.take(file, by=world.named, at=LATER)
    done = LATER + timedelta(minutes=1)
    assert workbooks.take_next(file, at=done, limit=1)  # a worker that is killed after a chunk
    workbooks.work_on(file.pk, now=lambda: done)
    workbooks.work_on(file.pk, now=lambda: done)

    file.refresh_from_db()
    assert (file.state, places(file)) == ("done", ["taken", "taken", "refused", "empty"])
    assert "no longer on your list" in file.rows.get(number=4).problems[0]["message"]
    assert set(Answer.objects.values_list("disclosure", "outcome", "mark")) == {
        (first.pk, "engaged", "C0PY"),
        (second.pk, "refused", "C0PY"),
    }
    assert Attempt.objects.get().disclosure_id == first.pk
    second.refresh_from_db()
    assert second.ended_because == "refused"

    again = send(world, completed(sheet_of([first, fourth]), ENGAGED, {"How": None}), at=done)
    assert (places(again), again.missing) == (["same", "empty"], 0)
    life.purge(at=done)
    mended = send(world, filled.replace(b"PK", b"PK", 1) + b"\0", at=done)
    assert places(mended) == ["same", "same", "refused", "empty"]
    workbooks.look_after(at=done + timedelta(days=8))
    assert not Workbook.objects.exclude(stored_id="").exists()


def test_each_row_that_cannot_be_used_says_so_and_the_workbook_comes_back_marked(world):
    first, second, third = released(world, 3)
    sheet = sheet_of([first, second])
    filled = completed(
        sheet,
        {"Name": "Somebody Else"} | NO,
        {"What happened": "All well", "Since": "31/02/2026"},
        {"List": show_reference(first.on_list.ref), "Name": "Robin Sand"} | NO,
    )

    file = send(world, filled)

    assert places(file) == ["refused"] * 3
    assert file.missing == 1  # the row that was taken out
    with pytest.raises(CannotShare, match="nothing to take"):
        workbooks.take(file, by=world.named, at=LATER)
    marked = openpyxl.load_workbook(
        io.BytesIO(workbooks.marked(file, by=world.named, at=LATER))
    ).worksheets[0]
    assert marked["A1"].value == "What to mend"
    assert "not what we gave you" in marked["A2"].value
    assert "Choose one of" in marked["A3"].value
    assert "Nobody can be added here" in marked["A4"].value

    life.recall(third, why="Moved", by=world.releaser, at=LATER)
    after = LATER + timedelta(minutes=1)
    bare = workbooks.marked(file, by=world.named, at=after)
    with zipfile.ZipFile(io.BytesIO(bare)) as package:
        inside = b"".join(package.read(name) for name in package.namelist())
    assert second.row.values["name"].encode() not in inside
    workbooks.set_aside(file, by=world.named, at=after)
    assert not Workbook.objects.exclude(stored_id="").exists()


def test_a_copy_from_before_a_dispute_or_a_seal_is_what_we_gave_and_shows_nothing_again(world):
    disputed, sealed, swapped = released(world, 3)
    sheet = sheet_of([disputed, sealed, swapped])
    told = {one.pk: one.row.values for one in (disputed, sealed)}
    requests.receive(
        requests.Asked(kind="correction", said={"choice": "address", "words": "I moved"}),
        authority=world.authority, person=disputed.person, sent_key="one", words="Thank you",
        at=LATER,
    )  # fmt: skip
    old = Name.objects.get(person=sealed.person)
    Name.objects.filter(pk=old.pk).update(superseded=sealed.made)
    NameFactory(person=sealed.person, given="Robin", family="Sand")
    seal_identity(
        person=sealed.person, rows=[old], why="gender", named=[world.drafter], by=world.drafter,
        at=LATER,
    )  # fmt: skip
    paused, restated = (DisclosedRow.objects.get(pk=pk) for pk in told)
    assert ("address" in paused.values, restated.values["name"]) == (False, "Robin Sand")
    assert old.full not in str(restated.given_before)

    file = send(world, completed(sheet, ENGAGED, NO, {"Name": old.full} | NO))

    assert places(file) == ["changes", "changes", "refused"]  # the third was never called that
    with zipfile.ZipFile(io.BytesIO(workbooks.marked(file, by=world.named, at=LATER))) as package:
        inside = b"".join(package.read(name) for name in package.namelist()).decode()
    assert old.full not in inside
    assert told[disputed.pk]["address"][0] not in inside
    new = send(world, completed(sheet_of([restated.disclosure]), ENGAGED))
    assert places(new) == ["changes"]


def test_what_a_colleague_said_on_screen_meanwhile_stays(world):
    (one,) = released(world)
    file = send(world, completed(sheet_of([one]), NO | TRIED))
    record(one, outcome="engaged", seen=0, by=world.named, at=LATER)
    workbooks.take(file, by=world.named, at=LATER)
    workbooks.work_on(file.pk, now=lambda: LATER)

    assert places(file) == ["refused"]
    assert Answer.objects.get().outcome == "engaged"
    assert not Attempt.objects.exists()  # of a row that is refused nothing is used
    assert file.rows.get().said == {}


def test_one_person_filled_in_from_two_copies_is_refused_and_stops_no_other(world):
    twice, other = released(world, 2)
    sheet = sheet_of([twice, other])
    SecureFileFactory(on_list=twice.on_list, mark="0THR", asked_at=NOW)
    there = {
        "List": show_reference(twice.on_list.ref),
        "Row": f"{show_reference(twice.row.ref)}-0THR",
    }
    file = send(world, completed(sheet, ENGAGED, NO, there | NO))

    assert places(file) == ["refused", "changes", "refused"]
    workbooks.take(file, by=world.named, at=LATER)
    workbooks.work_on(file.pk, now=lambda: LATER)

    file.refresh_from_db()
    assert (file.state, places(file)) == ("done", ["refused", "taken", "refused"])
    assert Answer.objects.get().disclosure_id == other.pk


def test_a_new_try_beside_what_was_said_already_is_logged_once(world):
    (one,) = released(world)
    sheet = sheet_of([one])
    record(one, outcome="engaged", seen=0, by=world.named, at=LATER)
    then = LATER + timedelta(minutes=1)
    for content in (completed(sheet, ENGAGED | TRIED), completed(sheet, TRIED)):
        file = send(world, content, at=then)
        if file.rows.get().place == "changes":
            workbooks.take(file, by=world.named, at=then)
            workbooks.work_on(file.pk, now=lambda: then)

    assert [file.rows.get().place for file in Workbook.objects.order_by("pk")] == ["taken", "same"]
    assert (Answer.objects.count(), Attempt.objects.count()) == (1, 1)


def test_what_is_kept_no_more_can_still_be_set_aside(world, django_capture_on_commit_callbacks):
    (one,) = released(world)
    file = send(world, completed(sheet_of([one]), NO))
    after = LATER + timedelta(days=8)
    with django_capture_on_commit_callbacks(execute=True):
        workbooks.look_after(at=after)
    with django_capture_on_commit_callbacks(execute=True):
        workbooks.set_aside(file, by=world.named, at=after)

    file.refresh_from_db()
    assert (file.state, file.stored_id, file.rows.count()) == ("set-aside", "", 0)


def with_macros(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


def bomb(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/media/picture.bin", b"\0" * 60_000_000)
    return out.getvalue()


def test_hostile_files_are_refused_in_words_and_formulas_are_no_more_than_their_results(world):
    (one,) = released(world)
    sheet = sheet_of([one])
    for content, words in (
        (with_macros(sheet), "macros"),
        (bomb(sheet), "more than we can read safely"),
        (b"%PDF-1.7 of a list", "a PDF"),
        (packing.workbook(packing.Sheet("ZZZZ-9999", "C0PY", ["name"], [
            packing.Row("AAAA-1111-C0PY", {"name": "Robin Sand"})], [])), "another list"),
    ):  # fmt: skip
        file = send(world, content)
        assert (file.state, words in file.refusal) == ("refused", True), file.refusal
        assert not file.stored_id
    formula = completed(sheet, {"Anything else": '=HYPERLINK("https://x.example","x")'} | NO)
    file = send(world, formula)
    assert any("formulas" in notice for notice in file.notices)
    assert file.rows.get().said == {"outcome": "refused"}


def test_the_passphrase_is_asked_for_and_only_one_workbook_is_taken_from_a_zip():
    sheet = packing.workbook(packing.Sheet("7F3K-Q29M", "C0PY", ["name"], [], []))
    sealed = packing.encrypted_workbook(sheet, "six words")
    assert opening.opened(sealed, " six words ") == sheet
    zipped = packing.encrypted_zip(sheet, "six words", name="list.xlsx")
    assert opening.opened(zipped, "six words") == sheet
    two = io.BytesIO()
    with zipfile.ZipFile(two, "w") as package:
        package.writestr("a.xlsx", sheet)
        package.writestr("b.xlsx", sheet)
    for content, phrase, field in (
        (sealed, "", "passphrase"),
        (sealed, "seven words", "passphrase"),
        (zipped, "seven words", "passphrase"),
        (two.getvalue(), "", "file"),
        (b"", "", "file"),
    ):
        with pytest.raises(CannotShare) as raised:
            opening.opened(content, phrase)
        assert raised.value.field == field


def test_it_is_sent_back_in_the_portal_and_by_an_officer_and_by_nobody_else(
    client, world, django_capture_on_commit_callbacks
):
    at = timezone.now() - timedelta(hours=1)
    first, second = released(world, 2, at=at)
    sheet = sheet_of([first, second])
    SecureFile.objects.update(asked_at=at)
    client.force_login(world.named)
    send_back = reverse("outcomes:send")
    assert "Send it back" in client.get(send_back).content.decode()
    upload = SimpleUploadedFile("list.xlsx", completed(sheet, NO, {"What happened": "well"}))
    with (
        patch.object(tasks.work_on_workbook, "delay", lambda **on: tasks.work_on_workbook(**on)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        sent = client.post(send_back, {"file": upload})
    file = Workbook.objects.get()
    assert sent.url == reverse("outcomes:show", args=[file.ref])
    page = client.get(sent.url).content.decode()
    assert "2 rows = 1 cannot be used + 1 will change" in page
    assert "Take the 1 row" in page
    assert "Choose one of" in page
    assert client.get(reverse("outcomes:errors", args=[file.ref])).content[:2] == b"PK"

    other = seated(provider=ProviderFactory(), authority=world.authority)
    client.force_login(other.user)
    for route in ("show", "errors"):
        assert client.get(reverse(f"outcomes:{route}", args=[file.ref])).status_code == 404
    assert client.post(reverse("outcomes:take", args=[file.ref])).status_code == 404
    assert "no one on your list" in client.get(send_back).content.decode()

    client.force_login(world.drafter)
    arguments = [file.on_list.ref, file.ref]
    assert (
        "1 will change"
        in client.get(reverse("outcomes:officer-show", args=arguments)).content.decode()
    )
    with (
        patch.object(tasks.work_on_workbook, "delay", lambda **on: tasks.work_on_workbook(**on)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        client.post(reverse("outcomes:officer-take", args=arguments))
    assert places(file) == ["taken", "refused"]
