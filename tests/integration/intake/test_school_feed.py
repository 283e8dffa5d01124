"""A school information system's file: what is taken, what is never kept (ISA-01 to 04, ISA-09)."""

import io
import logging
from datetime import date

import openpyxl
import pytest
from django.db import connection

from caseload.intake.actions import files
from caseload.intake.actions.work import work_on
from caseload.intake.errors import IntakeError
from caseload.intake.kinds import kind_named
from caseload.intake.models import InboundFile
from caseload.intake.rules import FileState, Outcome
from caseload.intake.taking import CannotSwitch, Use, choose_years, switch_on, taken_of
from caseload.models import ContactPoint, Identifier, Section72, SendProvision, YoungPerson
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.files import storage
from optout.models import Statement
from optout.queries import objection_covers
from tests.factories.accounts import UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    ChangeFactory,
    ContactPointFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    Section72Factory,
    SendProvisionFactory,
    YoungPersonFactory,
)
from tests.factories.files import NOW, csv_bytes, send, uln, upn, workbook_bytes
from tests.factories.optout import StatementFactory
from tests.factories.policies import policy_of
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

FEED = kind_named("school-feed")
HEADER = [column.heading for column in FEED.columns]
SECRETS = ("Quillfeather", "Zoroastrian", "Wrenhollow", "07700900999", "Marchpane")
"""Sown where nothing may be kept: a barred contact, a withheld field, a year not taken."""


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture(autouse=True)
def school(authority):
    return ProviderFactory(
        dfe_number="3064001",
        name="Kestrel School",
        authority=authority,
        email="data@kestrel.example",
    )


@pytest.fixture
def manager(authority):
    return member(Role.DATA_MANAGER, authority=authority)


def pupil(serial, **cells):
    return {
        "Estab": "4001",
        "UPN": upn(serial),
        "Legal First Name": "Leila",
        "Legal Last Name": f"Faroukb{chr(96 + serial)}",
        "DOB": "14/03/2011",
        "Year Group": "11",
        "Postcode": "NG1 4AB",
        "PAON": "12",
        "Street": "Castle Street",
        "Town": "Northgate",
        **cells,
    }


def parent(number, **cells):
    said = {
        "First Name": "Noor",
        "Last Name": "Farouk",
        "Mobile": "07700 900123",
        "Parental Responsibility": "Yes",
        "Relationship": "Mother",
        "Court Order": "No",
        **cells,
    }
    return {f"Contact {number} {heading}": value for heading, value in said.items()}


def feed(rows, **more):
    return send(csv_bytes(HEADER, rows), kind="school-feed", **more)


def turn_on(authority, by, *keys):
    for key in keys:
        field = next(field for field in FEED.fields if field.key == key)
        condition = {"": "", "special": "g-6", "offence": "10-6"}[field.law]
        use = Use("Support", condition, policy_of(authority) if field.law else "")
        after = taken_of(authority, FEED).version
        switch_on(authority=authority, kind=FEED, key=key, use=use, by=by, at=NOW, after=after)


def held(serial, born=date(2011, 3, 14)):
    """Someone whose UPN, name and date of birth a pupil of this number has."""
    person = YoungPersonFactory(lead_authority=AuthorityFactory())
    NameFactory(person=person, given="Leila", family=f"Faroukb{chr(96 + serial)}", starts=born)
    ParticularsFactory(person=person, date_of_birth=born, starts=born)
    IdentifierFactory(person=person, kind_id="upn", value=upn(serial), starts=born)
    return person


def everything_stored(file):
    """All that is anywhere of a file: every table's text, and the file as it was kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND NOT relname LIKE 'pg_%%'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found) + storage.read_stored(file.stored_id).decode()


def apply(file):
    files.approve(file=file, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)
    file.refresh_from_db()


def dirty_rows():
    """Rows as they come: with people and things that may not be kept."""
    return [
        pupil(
            1,
            **parent(1),
            **parent(
                2,
                **{"Last Name": "Quillfeather", "Mobile": "07700900999", "Court Order": "Yes"},
            ),
            **parent(3, **{"Last Name": "Wrenhollow", "Parental Responsibility": "No"}),
            Religion="Zoroastrian",
            **{"SEND Stage": "K"},
        ),
        pupil(2, **{"Year Group": "4", "Legal First Name": "Marchpane", "DOB": "01/02/2018"}),
        pupil(3, DOB="31/02/2011"),
        *(pupil(serial) for serial in range(4, 16)),
    ]


def test_nothing_that_may_not_be_kept_is_anywhere(authority, manager, client, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("factory").setLevel(logging.WARNING)
    turn_on(authority, manager, "contacts", "send")
    held(1)

    file = feed(dirty_rows(), authority=authority)

    assert (file.counts["will-change"], file.counts["cannot-read"]) == (1, 1)
    assert sum(file.counts.values()) == 14
    client.force_login(manager)
    marked = client.get(f"/files/{file.ref}/errors/workbook/")
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    sheets = str([list(sheet.values) for sheet in book])
    assert "Castle Street" in sheets
    apply(file)
    stored = everything_stored(file)
    assert "Castle Street" in stored
    for secret in SECRETS:
        assert secret not in stored
        assert secret not in sheets
        assert secret not in caplog.text
    assert {(c.kind, c.value, c.whose, c.note) for c in ContactPoint.objects.all()} == {
        ("mobile", "07700900123", "parent", "Noor Farouk, Mother")
    }
    assert SendProvision.objects.get().provision == "K"


def test_what_was_dropped_is_counted_and_shown_as_counts(authority, manager):
    turn_on(authority, manager, "contacts")

    file = feed(dirty_rows(), authority=authority)

    said = " ".join(file.notices)
    assert "1 row of year groups that are not switched on: dropped unread" in said
    assert "Religion (1), SEND Stage (1)" in said
    assert "2 contacts without parental responsibility, or barred by a court order" in said
    assert {row.number for row in file.rows.all()} == {2, *range(4, 17)}  # as the sender counts
    row = file.rows.get(number=4)
    assert row.problems[0]["heading"] == "DOB"
    assert row.problems[0]["position"] == HEADER.index("DOB")


def test_a_field_is_taken_from_the_day_on_which_it_is_switched_on(authority, manager):
    held(1)
    rows = [pupil(1, Ethnicity="WBRI")]
    before = feed(rows, authority=authority)
    assert "ethnicity" not in before.rows.get().read

    turn_on(authority, manager, "ethnicity")
    after = feed(rows, authority=authority)

    assert after.pk != before.pk  # the same file, of which more may be kept now
    assert after.rows.get().read["ethnicity"] == "WBRI"
    assert feed(rows, authority=authority).pk == after.pk


@pytest.mark.parametrize(
    ("key", "use", "field"),
    [
        ("eal", Use(""), "purpose"),
        ("religion", Use("Support"), "condition"),
        ("religion", Use("Support", "g-6"), "document"),
        ("religion", Use("Support", "10-6", "Policy"), "condition"),
        ("custody", Use("Support", "g-6", "Policy"), "condition"),
        ("custody", Use("Support", "10-6"), "document"),
        ("custody", Use("Support", "10-6", "A policy that nobody registered"), "document"),
    ],
)
def test_no_field_is_switched_on_without_all_that_the_law_asks(authority, manager, key, use, field):
    with pytest.raises(CannotSwitch) as refused:
        switch_on(authority=authority, kind=FEED, key=key, use=use, by=manager, at=NOW, after=0)

    assert refused.value.field == field
    assert taken_of(authority, FEED).version == 0


def test_a_file_without_a_row_that_may_be_taken_is_not_kept(authority, manager):
    choose_years(authority=authority, kind=FEED, years=frozenset({8}), by=manager, at=NOW, after=0)

    with pytest.raises(IntakeError, match="nothing of it was kept"):
        feed([pupil(1)], authority=authority)

    assert not InboundFile.objects.exists()


@pytest.mark.parametrize(
    ("responsible", "barred", "stays"),
    [
        ("Yes", "No", True),
        ("Y", "", True),
        ("True", "False", True),
        ("No", "No", False),
        ("", "No", False),
        ("perhaps", "No", False),
        ("Yes", "Yes", False),
        ("Yes", "see the order", False),
    ],
)
@pytest.mark.parametrize("relationship", ["Mother", "Special guardian", "Foster carer"])
def test_only_contacts_with_responsibility_and_no_order_stay(
    authority, manager, responsible, barred, stays, relationship
):
    turn_on(authority, manager, "contacts")
    contact = parent(
        1,
        **{
            "Last Name": "Quillfeather",
            "Parental Responsibility": responsible,
            "Court Order": barred,
            "Relationship": relationship,
        },
    )

    file = feed([pupil(1, **contact)], authority=authority)

    assert ("Quillfeather" in everything_stored(file)) is stays


def test_contacts_are_dropped_where_the_file_does_not_say_who_is_barred(authority, manager):
    turn_on(authority, manager, "contacts")
    header = [heading for heading in HEADER if heading != "Contact 1 Court Order"]

    file = send(
        csv_bytes(header, [pupil(1, **parent(1, **{"Last Name": "Quillfeather"}))]),
        kind="school-feed",
        authority=authority,
    )

    assert "Quillfeather" not in everything_stored(file)


def test_a_file_with_contacts_is_not_taken_as_another_kind(authority):
    with pytest.raises(IntakeError, match="School information system"):
        send(csv_bytes(HEADER, [pupil(1)]), kind="school-census", authority=authority)

    assert not InboundFile.objects.exists()


def test_of_a_file_that_breaks_off_nothing_is_kept_whatever_it_was_sent_as(authority):
    rows = [pupil(serial, Religion="Zoroastrian") for serial in range(1, 26)]
    content = csv_bytes(HEADER, rows) + b'"' + b"x" * 140_000

    with pytest.raises(IntakeError, match="Nothing of it was kept"):
        send(content, kind="", authority=authority)

    assert not InboundFile.objects.exists()


def test_a_file_that_was_kept_as_another_kind_is_not_read_as_this_one(authority, manager):
    header = ["UPN", "Forename", "Surname", "DOB", "Estab"]
    row = dict(zip(header, [upn(1), "Leila", "Farouk", "14/03/2011", "4001"], strict=True))
    file = send(csv_bytes(header, [row]), kind="school-census", authority=authority)

    with pytest.raises(IntakeError, match="send it again as that"):
        files.choose_columns(file=file, kind="school-feed", columns={0: "upn"}, by=manager, at=NOW)


@pytest.mark.parametrize("heading", ["Religion", "Medical Conditions", "Child Protection Plan"])
def test_what_only_a_schools_system_tells_is_kept_of_no_other_file(authority, heading):
    content = csv_bytes(["UPN", "Forename", "Surname", "DOB", heading], [{heading: "Wrenhollow"}])

    with pytest.raises(IntakeError, match=heading):
        send(content, kind="school-census", authority=authority)

    assert not InboundFile.objects.exists()


def test_a_workbook_is_reduced_as_a_csv_is(authority, manager):
    held(1)
    rows = [pupil(1, Religion="Zoroastrian", DOB=date(2011, 3, 14))]

    file = send(
        workbook_bytes(HEADER, rows),
        kind="school-feed",
        authority=authority,
        file_name="pupils.xlsx",
    )

    assert file.rows.get().read["birth"] == "2011-03-14"
    assert file.rows.get().outcome == Outcome.WILL_CHANGE
    assert "Zoroastrian" not in everything_stored(file)


def parents_phone(person, value="07700900123", note="Noor Farouk, Mother", **values):
    return ContactPointFactory(
        person=person, kind="mobile", value=value, whose="parent", note=note, **values
    )


def still_held(person):
    believed = ContactPoint.objects.believed().on(NOW.date()).filter(person=person)
    return set(believed.values_list("value", "note"))


@pytest.mark.parametrize(
    "contact",
    [
        {"Court Order": "Yes"},
        {"Court Order": "see the order"},
        {"Parental Responsibility": "No"},
        {"Parental Responsibility": "No", "Mobile": ""},
        {"Court Order": "Yes", "First Name": "Nour", "Last Name": "Quillfeather"},
    ],
    ids=["barred", "may be barred", "no responsibility", "by the name", "by the number"],
)
def test_what_is_held_of_a_parent_ends_when_a_later_file_bars_them(authority, manager, contact):
    turn_on(authority, manager, "contacts")
    person = held(1)
    other = parents_phone(held(2))
    parents_phone(person)
    parents_phone(person, "07700900456", "Sam Oduya, Father")
    ContactPointFactory(person=person, kind="mobile", value="07700900789", whose="own")

    file = feed([pupil(1, **parent(1, **contact)), pupil(2)], authority=authority)

    row = file.rows.get(number=2)
    assert [i["does"] for i in row.proposal if i["fact"] == "contactpoint"] == ["ends"]
    assert "1 phone or email that we hold of such a contact" in " ".join(file.notices)
    stored = everything_stored(file)
    assert stored.count("07700900123") == 2  # what we hold of two people, and nothing of the file
    assert "Quillfeather" not in stored
    assert "Nour" not in stored
    apply(file)

    assert still_held(person) == {("07700900456", "Sam Oduya, Father"), ("07700900789", "")}
    assert still_held(other.person) == {("07700900123", "Noor Farouk, Mother")}


def test_nothing_ends_of_a_parent_of_whom_the_file_says_nothing(authority, manager):
    turn_on(authority, manager, "contacts")
    person = held(1)
    parents_phone(person)

    silent = parent(1, **{"Parental Responsibility": ""})
    file = feed([pupil(1, **silent)], authority=authority)
    apply(file)

    assert still_held(person) == {("07700900123", "Noor Farouk, Mother")}


def test_a_number_that_another_parent_shares_is_held_as_theirs(authority, manager):
    turn_on(authority, manager, "contacts")
    person = held(1)
    parents_phone(person)

    both = {**parent(1, **{"Court Order": "Yes"}), **parent(2, **{"First Name": "Amal"})}
    apply(feed([pupil(1, **both)], authority=authority))

    assert still_held(person) == {("07700900123", "Amal Farouk, Mother")}


def test_what_was_changed_since_the_file_came_waits_for_a_person(authority, manager):
    turn_on(authority, manager, "contacts")
    person = held(1)
    point = parents_phone(person)
    file = feed([pupil(1, **parent(1, **{"Court Order": "Yes"}))], authority=authority)
    ContactPoint.objects.filter(pk=point.pk).update(superseded=ChangeFactory())
    parents_phone(person)

    apply(file)
    files.look_again(file=file, by=UserFactory(), at=NOW)
    work_on(file.pk, now=lambda: NOW)

    row = file.rows.get()
    assert (row.outcome, row.reason) == (Outcome.NEEDS_PERSON, "please-check")
    assert "barred or has no responsibility" in row.why


# -- section 72 ----------------------------------------------------------------------------------


def instructed_cells():
    return {
        "Section 72 Instruction": "Yes",
        "Section 72 Given By": "Parent",
        "Section 72 Date": "01/09/2026",
        "SEND Stage": "K",
        **parent(1, **{"Mobile": "07700900999"}),
    }


def test_under_an_instruction_only_who_they_are_is_kept_and_recorded(authority, manager):
    turn_on(authority, manager, "contacts", "send")
    person = held(1)

    file = feed([pupil(1, **instructed_cells())], authority=authority)
    apply(file)

    stored = everything_stored(file)
    assert "07700900999" not in stored
    assert "Farouk" in stored  # a parent's name stays
    row = file.rows.get()
    assert row.person == person
    assert "upn" not in row.read
    assert "send" not in row.read
    instruction = Section72.objects.get()
    assert (instruction.given_by, instruction.starts_on) == ("parent", date(2026, 9, 1))
    assert instruction.source_row == 2
    assert not SendProvision.objects.exists()
    assert not ContactPoint.objects.exists()


@pytest.mark.parametrize("known_by", ["upn", "birth", "home"])
def test_later_files_are_withheld_for_whoever_gave_one(authority, manager, known_by):
    turn_on(authority, manager, "send", "religion")
    person = held(1)
    AddressFactory(person=person, postcode="NG1 4AB")
    Section72Factory(person=person)
    said = pupil(1, Religion="Zoroastrian")
    if known_by != "upn":
        said["UPN"] = ""
    if known_by == "upn":
        said["Legal Last Name"] = "Other"
    if known_by == "home":
        said["DOB"] = "15/03/2011"

    file = feed([said, pupil(2, **{"SEND Stage": "K"})], authority=authority)

    assert "Zoroastrian" not in everything_stored(file)
    assert file.dropped["withheld"] == 1
    assert file.rows.get(number=3).read["send"] == "K"


def test_what_is_not_understood_is_withheld_and_must_be_mended(authority, manager):
    turn_on(authority, manager, "religion")

    file = feed(
        [pupil(1, Religion="Zoroastrian", **{"Section 72 Instruction": "letter on file"})],
        authority=authority,
    )

    assert "Zoroastrian" not in everything_stored(file)
    assert file.rows.get().outcome == Outcome.CANNOT_READ


def test_one_that_comes_later_leaves_what_is_held_and_still_bars_whom_the_row_bars(
    authority, manager
):
    """LAW-07: it withholds from later files; what came before it stays."""
    turn_on(authority, manager, "contacts", "send")
    person = held(1)
    parents_phone(person)
    parents_phone(person, "07700900456", "Sam Oduya, Father")
    SendProvisionFactory(person=person, provision="E")
    barred = parent(2, **{"First Name": "Sam", "Last Name": "Oduya", "Court Order": "Yes"})

    cells = {**instructed_cells(), **barred, "Contact 2 Mobile": "07700900456"}
    file = feed([pupil(1, **cells)], authority=authority)
    apply(file)

    assert still_held(person) == {("07700900123", "Noor Farouk, Mother")}
    assert SendProvision.objects.believed().get(person=person).provision == "E"
    assert Section72.objects.believed().get(person=person).given_by == "parent"


def test_a_parent_cannot_give_one_from_16_on(authority):
    held(1, born=date(2010, 3, 14))
    cells = {"DOB": "14/03/2010", **instructed_cells()}

    file = feed([pupil(1, **cells)], authority=authority)

    row = file.rows.get()
    assert row.outcome == Outcome.NEEDS_PERSON
    assert "Ask them afresh" in row.why


# -- nobody whom we know -------------------------------------------------------------------------


def test_someone_whom_we_do_not_know_is_a_question_and_not_added(authority):
    file = feed([pupil(1)], authority=authority)

    assert file.counts == {"ask-school": 1}
    assert file.state == FileState.READY
    with pytest.raises(IntakeError):
        apply(file)
    assert not YoungPerson.objects.exists()


@pytest.mark.parametrize("answer", ["new", "first"])
def test_only_the_schools_answer_adds_someone(authority, manager, client, school, answer):
    file = feed([pupil(1), pupil(2)], authority=authority, provider=school)
    client.force_login(manager)

    listed = client.get(f"/files/{file.ref}/questions/").content.decode()
    client.post(
        f"/files/{file.ref}/questions/2/", {"answer": answer, "said_by": "Jo Reed, data manager"}
    )
    file.refresh_from_db()
    apply(file)

    assert "Leila Faroukba" in listed
    row = file.rows.get(number=2)
    assert (row.outcome, row.school_said, row.school_said_by, row.decided_by) == (
        Outcome.ADDED,
        answer,
        "Jo Reed, data manager",
        manager,
    )
    assert file.rows.get(number=3).outcome == Outcome.ASK_SCHOOL
    assert YoungPerson.objects.get() == row.person
    entry = TrailEntry.objects.get(verb="school's answer entered")
    assert (entry.by_id, entry.subject_id) == (manager.pk, row.pk)
    shown = client.get(f"/files/{file.ref}/questions/").content.decode()
    assert "Jo Reed, data manager" in shown


def test_a_mistake_adds_nobody(authority, manager, client):
    file = feed([pupil(1)], authority=authority)
    client.force_login(manager)

    client.post(f"/files/{file.ref}/questions/2/", {"answer": "mistake", "said_by": "Jo Reed"})

    file.refresh_from_db()
    assert file.rows.get().outcome in (Outcome.SET_ASIDE, Outcome.NOT_USED)
    assert file.rows.get().why == "The school says that it is a mistake"
    assert not YoungPerson.objects.exists()


def test_the_school_is_told_without_a_word_about_anyone(
    authority, manager, client, school, mailoutbox
):
    file = feed([pupil(1)], authority=authority, provider=school)
    client.force_login(manager)

    client.post(f"/files/{file.ref}/questions/ask/")

    (letter,) = mailoutbox
    assert letter.to == ["data@kestrel.example"]
    for word in ("Leila", "Farouk", "2011", "NG1", manager.name):
        assert word not in letter.subject + letter.body
    file.refresh_from_db()
    assert file.asked_at is not None
    assert TrailEntry.objects.filter(verb="school asked", subject_id=file.pk).exists()


def test_the_questions_may_be_taken_as_a_workbook_and_that_is_recorded(authority, manager, client):
    file = feed([pupil(1)], authority=authority)
    client.force_login(manager)

    response = client.get(f"/files/{file.ref}/questions/workbook/")

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert list(sheet.values)[1][:3] == (2, "Leila", "Faroukba")
    assert TrailEntry.objects.filter(verb="questions downloaded", subject_id=file.pk).exists()


def test_two_rows_about_one_new_person_do_not_become_two(authority, manager, client):
    file = feed([pupil(1), pupil(1, PAON="14")], authority=authority)

    assert file.counts.get("ask-school", 0) <= 1


# -- pages of what is taken ----------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.DATA_MANAGER, Role.INFORMATION_GOVERNANCE])
def test_a_field_is_switched_on_a_page_and_each_version_stays(authority, client, role):
    client.force_login(member(role, authority=authority))
    address = "/files/kinds/school-feed/taken/religion/"
    said = {"state": "on", "purpose": "To plan support", "version": "0"}

    refused = client.post(address, said).content.decode()
    assert "Select the condition that allows it" in refused
    document = policy_of(authority)
    client.post(address, {**said, "condition": "g-6", "document": document})
    page = client.get("/files/kinds/school-feed/taken/").content.decode()

    assert taken_of(authority, FEED).fields["religion"].purpose == "To plan support"
    assert "To plan support" in page
    assert "Version 1: Religion: on" in page
    late = client.post(address, {"state": "off", "version": "0"}).content.decode()
    assert "Someone else has changed this meanwhile" in late
    client.post(address, {"state": "off", "version": "1"})
    assert taken_of(authority, FEED).version == 2
    assert not taken_of(authority, FEED).fields


def test_year_groups_are_chosen_on_a_page(authority, manager, client):
    client.force_login(manager)

    client.post("/files/kinds/school-feed/taken/years/", {"years": ["10", "11"], "version": "0"})

    assert taken_of(authority, FEED).years == {10, 11}
    assert "Year 10 and Year 11" in client.get("/files/kinds/school-feed/").content.decode()


def test_every_column_of_the_kind_is_of_one_field():
    listed = [key for field in FEED.fields for key in field.columns]

    assert sorted(listed) == sorted(column.key for column in FEED.columns)
    marked = {key for field in FEED.fields if field.law for key in field.columns}
    assert marked <= {column.key for column in FEED.columns if column.sensitive}


def test_identifiers_are_taken_over(authority):
    person = held(1)

    file = feed([pupil(1, ULN=uln(1))], authority=authority)
    apply(file)

    assert Identifier.objects.get(kind="uln").person == person


# -- what they said about sharing ------------------------------------------------------------------


def test_a_no_in_a_file_is_a_statement_with_its_row_and_the_latest_no_wins(authority, manager):
    person, agreeing = held(1), held(2)
    rows = [
        pupil(1, **{"Sharing Choice": "Opted out", "Sharing Choice Date": "01/09/2026"}),
        pupil(2, **{"Sharing Choice": "Consent"}),
    ]

    apply(feed(rows, authority=authority))
    later = [pupil(1, **{"Sharing Choice": "Consent"}), pupil(2), pupil(3)]
    apply(feed(later, authority=authority))
    apply(feed([*later, pupil(4)], authority=authority))

    said = list(Statement.objects.filter(person=person).order_by("pk"))
    assert [(one.says, one.said_by, one.channel) for one in said] == [
        ("no", "school", "file"),
        ("yes", "school", "file"),
    ]
    assert said[0].said_on == date(2026, 9, 1)
    assert said[0].source.endswith("file, row 2")
    assert said[0].recorded.file_ref
    assert objection_covers(person, None, on=NOW.date())
    assert Statement.objects.filter(person=agreeing).count() == 1
    assert not objection_covers(agreeing, None, on=NOW.date())


def test_a_no_of_a_later_day_is_said_anew_and_an_undated_one_is_not(authority, manager):
    person = held(1)
    no = {"Sharing Choice": "Opted out", "Sharing Choice Date": "01/09/2026"}
    apply(feed([pupil(1, **no)], authority=authority))
    StatementFactory(person=person, says="yes", said_on=date(2026, 10, 1))

    undated = pupil(1, **{"Sharing Choice": "Opted out"})
    for rows in ([pupil(1, **no), pupil(2)], [undated, pupil(3)]):
        apply(feed(rows, authority=authority))
        assert not objection_covers(person, None, on=NOW.date())
    again = no | {"Sharing Choice Date": "05/10/2026"}
    apply(feed([pupil(1, **again), pupil(4)], authority=authority))

    assert objection_covers(person, None, on=NOW.date())


def test_a_no_stands_though_an_instruction_withholds_the_rest(authority, manager):
    person = held(1)

    said = pupil(1, **instructed_cells(), **{"Sharing Choice": "Objects"})
    apply(feed([said], authority=authority))

    assert objection_covers(person, None, on=NOW.date())
