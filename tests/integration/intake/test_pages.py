"""The pages of files (pages §2.3), each as someone who may see it does."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from guardian.shortcuts import assign_perm

from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState, Outcome
from caseload.models import RestrictionLevel, YoungPerson
from ccis.access.roles import Role
from ccis.audit.models import TrailDetail, TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import (
    CENSUS_HEADER,
    EDUCATION_HEADER,
    csv_bytes,
    pupil,
    send,
    starter,
    upn,
    workbook_bytes,
)
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def officer(client, authority):
    user = member(Role.DATA_MANAGER, authority=authority)
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _directory(authority):
    ProviderFactory(dfe_number="3064001", name="Kestrel School", authority=authority)
    ProviderFactory(dfe_number="3068001", college=True, name="Kestrel College", authority=authority)


@pytest.fixture
def run(client, django_capture_on_commit_callbacks):
    """Post, and let the worker do at once what was asked of it."""

    def post(name, data=None, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse(f"intake:{name}", kwargs=kwargs), data or {})

    return post


def page(client, name, **kwargs):
    query = kwargs.pop("query", "")
    response = client.get(reverse(f"intake:{name}", kwargs=kwargs) + query)
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def upload(content, name="roll.csv"):
    file = io.BytesIO(content)
    file.name = name
    return file


def person(serial=1, **fields):
    made = YoungPersonFactory(**fields)
    row = pupil(serial)
    NameFactory(person=made, given=row["Forename"], family=row["Surname"])
    ParticularsFactory(person=made, date_of_birth=date(2011, 3, 14))
    IdentifierFactory(person=made, kind_id="upn", value=upn(serial))
    return made


def test_from_sending_in_to_what_was_done(client, officer, run):
    assert "No files yet. Start with a school’s list." in page(client, "files")

    sent = csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2), pupil(3, Estab="3069999")])
    response = run(
        "send", {"file": upload(sent), "source": "306/4001", "kind": "guess", "as_at": ""}
    )
    file = InboundFile.objects.get()
    assert response["Location"].endswith("/progress/")
    assert (file.state, file.provider.name, file.received_by) == (
        FileState.READY,
        "Kestrel School",
        officer,
    )

    review = page(client, "file", ref=file.ref)
    assert "3 rows = 0 cannot be read + 1 needs a person + 0 will change + 2 will add" in review
    assert "Approve the 2 rows that are ready" in review
    assert "The other 1 keep their place" in review
    assert "provider not in the directory 1" in review

    run("approve", ref=file.ref)
    file.refresh_from_db()
    assert (file.approved_by, YoungPerson.objects.count()) == (officer, 2)
    done = page(client, "outcome", ref=file.ref)
    assert f"Approved by {officer.name}" in done
    assert "3 rows = 1 needs a person + 2 added" in done
    assert "Kestrel School" in page(client, "files")


def test_the_same_file_twice_says_when_it_was_sent(client, officer, run):
    sent = csv_bytes(CENSUS_HEADER, [pupil(1)])
    form = {"source": "Kestrel School", "kind": "school-census", "as_at": ""}
    run("send", {"file": upload(sent), **form})

    response = client.post(reverse("intake:send"), {"file": upload(sent, "other.csv"), **form})

    file = InboundFile.objects.get()
    said = client.get(response["Location"]).content.decode()
    assert "This file was already sent on" in said
    assert "Nothing was changed." in said
    assert response["Location"] == reverse("intake:file", kwargs={"ref": file.ref})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"%PDF-1.7", "This is a PDF. Send an Excel workbook (.xlsx) or a CSV"),
        (None, "Choose a file"),
    ],
)
def test_what_can_be_refused_at_once_is_refused_on_the_form(client, officer, content, words):
    data = {"source": "Kestrel School", "kind": "guess"}
    if content is not None:
        data["file"] = upload(content)

    response = client.post(reverse("intake:send"), data)

    assert words in response.content.decode()
    assert "There is a problem" in response.content.decode()
    assert not InboundFile.objects.exists()


def test_columns_are_matched_by_hand_and_remembered(client, officer, run):
    header = ["Nom" if name == "Surname" else name for name in CENSUS_HEADER]
    sent = csv_bytes(header, [{**pupil(1), "Nom": "Farouk"}])
    run("send", {"file": upload(sent), "source": "Kestrel", "kind": "school-census"})
    file = InboundFile.objects.get()
    assert "Match the columns" in page(client, "file", ref=file.ref)
    asked = page(client, "columns", ref=file.ref)
    assert "Column C: Nom" in asked
    assert "Begins: Farouk" in asked
    assert "Still needed: Surname." in asked

    chosen = {f"column-{at}": key for at, key in file.columns.items()}
    wrong = client.post(reverse("intake:columns", kwargs={"ref": file.ref}), chosen)
    assert "Choose the column that holds Surname" in wrong.content.decode()
    twice = {**chosen, "column-2": "given"}
    wrong = client.post(reverse("intake:columns", kwargs={"ref": file.ref}), twice)
    assert "More than one column is chosen for Forename" in wrong.content.decode()
    run("columns", {**chosen, "column-2": "family"}, ref=file.ref)

    file.refresh_from_db()
    assert (file.state, file.counts) == (FileState.READY, {"will-add": 1})


def test_rows_are_seen_one_place_at_a_time(client, officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2, Estab="3069999")]))

    everything = page(client, "rows", ref=file.ref)
    assert "<strong>2 rows</strong>" in everything
    unsure = page(client, "rows", ref=file.ref, query="?outcome=needs-person")
    assert "<strong>1 row</strong>" in unsure
    assert "has no school with the number 3069999" in unsure
    assert TrailEntry.objects.filter(verb="rows seen", by_id=officer.pk).count() == 2


def test_a_doubtful_row_is_compared_and_decided(client, officer, run):
    known = person(1)
    IdentifierFactory(person=known, kind_id="uln", value="1000000027")
    rows = [pupil(1, DoB="15/03/2011"), pupil(2, Estab="3069999")]
    file = send(csv_bytes(CENSUS_HEADER, rows))
    row = file.rows.get(number=2)
    assert row.reason == "contradicts"

    shown = page(client, "row", ref=file.ref, number=2)
    assert "But another date of birth is held" in shown
    assert "14 March 2011" in shown
    assert "15 March 2011" in shown
    assert "It is Leila Faroukba" in shown
    assert TrailEntry.objects.filter(verb="person seen", subject_id=known.pk).exists()
    details = [entry.details for entry in TrailDetail.objects.all()]
    assert not any("Farouk" in str(one) for one in details)

    response = run("decide", {"decision": f"same:{known.ref}"}, ref=file.ref, number=2)
    row.refresh_from_db()
    assert (row.outcome, row.person, row.decided_by) == (Outcome.WILL_CHANGE, known, officer)
    assert response["Location"] == reverse("intake:row", kwargs={"ref": file.ref, "number": 3})
    changed = page(client, "row", ref=file.ref, number=2)
    assert "What it would change" in changed
    assert "Registered at a school" in changed


def test_a_decision_that_is_missing_or_needs_a_reason_says_so(client, officer, run):
    person(1)
    file = send(csv_bytes(EDUCATION_HEADER, [starter(1, DOB="14/03/2011", StartDate="01/10/2026")]))
    assert file.rows.get().reason == "please-check"

    nothing = run("decide", {}, ref=file.ref, number=2).content.decode()
    assert "Select what should happen to this row" in nothing
    no_reason = run("decide", {"decision": "accept", "why": ""}, ref=file.ref, number=2)
    assert "Say why it is right" in no_reason.content.decode()
    run("decide", {"decision": "accept", "why": "Moved up a year"}, ref=file.ref, number=2)
    assert file.rows.get().outcome == Outcome.WILL_CHANGE
    assert f"Accepted: Moved up a year ({officer.name}, " in page(
        client, "row", ref=file.ref, number=2
    )


def test_a_row_is_set_aside_and_put_back_from_its_page(client, officer, run):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2)]))

    run("decide", {"decision": "aside", "why_aside": "Test pupil"}, ref=file.ref, number=2)
    assert file.rows.get(number=2).why == "Test pupil"
    assert "Look at it after all" in page(client, "row", ref=file.ref, number=2)
    run("decide", {"decision": "back"}, ref=file.ref, number=2)
    assert file.rows.get(number=2).outcome == Outcome.WILL_ADD


def test_errors_by_error_by_row_and_in_the_workbook(client, officer):
    rows = [pupil(serial) for serial in range(10, 30)]
    rows[0]["DoB"] = "31/02/2011"
    file = send(workbook_bytes(CENSUS_HEADER, rows), file_name="roll.xlsx")

    by_error = page(client, "errors", ref=file.ref)
    assert "Date not real" in by_error
    assert "Column I (DoB)" in by_error
    assert "Give a real date. February 2011 had 28 days." in by_error
    by_row = page(client, "errors-by-row", ref=file.ref)
    assert "31/02/2011" in by_row
    assert "Column I (DoB): Give a real date" in page(client, "rows", ref=file.ref)

    response = client.get(reverse("intake:marked", kwargs={"ref": file.ref}))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert sheet["A1"].value == "What to mend"
    assert "February 2011 had 28 days" in sheet["A2"].value
    assert sheet["J2"].fill.fgColor.rgb == "FFF4C7C3"
    assert TrailEntry.objects.filter(verb="file downloaded", by_id=officer.pk).exists()


def test_a_marked_workbook_mended_and_sent_again_is_read(client, officer):
    rows = [pupil(serial) for serial in range(10, 30)]
    rows[0]["DoB"] = "31/02/2011"
    file = send(workbook_bytes(CENSUS_HEADER, rows), file_name="roll.xlsx")
    marked = client.get(reverse("intake:marked", kwargs={"ref": file.ref})).content
    book = openpyxl.load_workbook(io.BytesIO(marked))
    book.worksheets[0]["J2"].value = "28/02/2011"
    out = io.BytesIO()
    book.save(out)

    again = send(out.getvalue(), file_name="roll.xlsx")

    assert (again.state, again.counts) == (FileState.READY, {"will-add": 20})
    assert not any("What to mend" in notice for notice in again.notices)


def test_what_is_to_be_checked_is_accepted_together(client, officer, run):
    person(1)
    rows = [starter(1, DOB="14/03/2011", StartDate="01/10/2026")]
    file = send(csv_bytes(EDUCATION_HEADER, rows))
    accept = reverse("intake:accept", kwargs={"ref": file.ref}) + "?code=start+before+16"
    assert "Accept them together" in page(client, "errors", ref=file.ref)
    assert client.get(accept).status_code == 200
    assert client.get(accept.replace("16", "61")).status_code == 404
    assert "Say why it is right" in client.post(accept, {"why": ""}).content.decode()

    client.post(accept, {"why": "Year group moved up"})

    file.refresh_from_db()
    assert file.state == FileState.MATCHING


def test_a_refused_file_says_why_and_keeps_its_errors(client, officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, DoB="31/02/2011"), pupil(2)]))

    shown = page(client, "file", ref=file.ref)
    assert "1 of 2 rows have errors, so we have not used any." in shown
    assert "Approve" not in shown
    assert "Date not real" in page(client, "errors", ref=file.ref)


def test_a_file_that_stopped_is_carried_on(client, officer, run):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]))
    InboundFile.objects.filter(pk=file.pk).update(state="stopped", stopped_in="matching")

    response = client.get(reverse("intake:file", kwargs={"ref": file.ref}))
    assert response["Location"].endswith("/progress/")
    assert "Carry on" in page(client, "progress", ref=file.ref)
    run("carry-on", ref=file.ref)
    file.refresh_from_db()
    assert file.state == FileState.READY


def test_progress_is_told_in_numbers_alone(client, officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]))

    answer = client.get(
        reverse("intake:progress", kwargs={"ref": file.ref}), headers={"Accept": "application/json"}
    ).json()

    assert answer["finished"] is True
    assert [step["state"] for step in answer["steps"]] == ["done", "done", "done"]


def test_the_whole_file_is_set_aside_after_asking(client, officer, run):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]))
    assert "1 row will not be used" in page(client, "set-aside", ref=file.ref)

    run("set-aside", ref=file.ref)

    file.refresh_from_db()
    assert file.state == FileState.SET_ASIDE


def test_kinds_explain_themselves_and_give_a_workbook_that_reads_back(client, officer):
    assert "Starters and leavers" in page(client, "kinds")
    shown = page(client, "kind", kind="school-census")
    assert "NCyearActual" in shown
    assert client.get(reverse("intake:kind", kwargs={"kind": "nothing"})).status_code == 404

    response = client.get(reverse("intake:template", kwargs={"kind": "starters-leavers"}))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:2] == ["Forename", "Surname"]
    values = starter(1)
    sheet.append([values.get(heading) for heading in headings])
    out = io.BytesIO()
    book.save(out)
    assert send(out.getvalue(), file_name="filled.xlsx").kind == "starters-leavers"


# -- who may see what --------------------------------------------------------------------------


def test_a_row_about_someone_hidden_is_not_shown(client, officer):
    hidden = person(1, restriction_level=RestrictionLevel.PROTECTED_ADDRESS)
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2)]))
    assert file.rows.get(number=2).person == hidden

    shown = page(client, "rows", ref=file.ref)
    assert "1 row is not shown to you" in shown
    assert pupil(1)["Surname"] not in shown
    address = reverse("intake:row", kwargs={"ref": file.ref, "number": 2})
    assert client.get(address).status_code == 404


def test_the_file_itself_and_its_first_rows_do_not_show_someone_hidden(client, officer):
    hidden = person(1, restriction_level=RestrictionLevel.PROTECTED_ADDRESS)
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1), pupil(2, UPN="")]))

    columns = page(client, "columns", ref=file.ref)
    assert pupil(2)["Surname"] in columns
    assert pupil(1)["Surname"] not in columns
    assert TrailEntry.objects.filter(verb="rows seen", by_id=officer.pk).exists()

    marked = reverse("intake:marked", kwargs={"ref": file.ref})
    assert marked not in page(client, "errors", ref=file.ref)
    assert client.get(marked).status_code == 302
    assert not TrailEntry.objects.filter(verb="file downloaded").exists()

    assign_perm("caseload.open_restricted_record", officer, hidden)
    assert pupil(1)["Surname"] in page(client, "columns", ref=file.ref)
    assert client.get(marked).status_code == 200


def test_another_authoritys_file_is_not_found(client, officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]), authority=AuthorityFactory(code=BARNET))

    for name in ("file", "rows", "errors", "progress", "outcome", "columns", "marked"):
        address = reverse(f"intake:{name}", kwargs={"ref": file.ref})
        assert client.get(address).status_code == 404, name


def test_whoever_may_only_look_gets_no_buttons(client, authority):
    client.force_login(member(Role.ADMINISTRATOR, authority=authority))
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1)]))

    assert "Approve the" not in page(client, "file", ref=file.ref)
    assert "Save and next" not in page(client, "row", ref=file.ref, number=2)
    for name in ("approve", "look-again", "carry-on"):
        response = client.post(reverse(f"intake:{name}", kwargs={"ref": file.ref}))
        assert response.status_code == 403, name


def test_what_is_sensitive_is_held_back_from_those_without_a_need(client, authority, officer):
    file = send(csv_bytes(CENSUS_HEADER, [pupil(1, SENprovision="E", Ethnicity="XYZW")]))
    everything = page(client, "row", ref=file.ref, number=2)
    assert "EHC plan" in everything
    assert "XYZW" in page(client, "errors-by-row", ref=file.ref)

    client.force_login(member(Role.ADMINISTRATOR, authority=authority))
    shown = page(client, "row", ref=file.ref, number=2)
    assert "Held back" in shown
    assert "EHC plan" not in shown
    assert "XYZW" not in shown + page(client, "errors-by-row", ref=file.ref)


def test_the_list_and_the_review_ask_the_database_little(
    client, officer, django_assert_max_num_queries
):
    files = [send(csv_bytes(CENSUS_HEADER, [pupil(n), pupil(n + 50)])) for n in range(4)]

    with django_assert_max_num_queries(15):
        page(client, "files")
    with django_assert_max_num_queries(16):
        page(client, "file", ref=files[0].ref)
    with django_assert_max_num_queries(18):
        page(client, "rows", ref=files[0].ref)
