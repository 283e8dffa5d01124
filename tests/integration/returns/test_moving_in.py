"""Moving in: another CCIS's return becomes the caseload, from which the same return is made."""

import re
from datetime import date

import pytest

from caseload.actions.people import next_young_persons_id
from caseload.intake.actions import applying, reading, staging
from caseload.models import Activity, YoungPerson
from ccis.authorities.policy import Policy
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.integration.intake.test_killed import Killed, killed_at
from tests.integration.returns.conftest import make
from tests.integration.returns.moving import (
    caseload,
    content_of,
    differences,
    flattened,
    forget_everyone,
    in_guarantee,
    move_in,
    outcomes,
    sent_by,
)

pytestmark = pytest.mark.django_db

FORMS = {
    "xml": lambda content: (content, "return.xml"),
    "the year in its root, the other spelling": lambda content: (
        content.replace(b"<NCCIS>", b"<!DOCTYPE NCCIS2015>\n<NCCIS2015>")
        .replace(b"</NCCIS>", b"</NCCIS2015>")
        .replace(b"NEETStartDate>", b"NeetStartDate>"),
        "return.xml",
    ),
    "csv, a row for each characteristic": lambda content: (flattened(content), "extract.csv"),
    "csv, characteristics in one cell": lambda content: (
        flattened(content, one_cell=True),
        "extract.csv",
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_same_return_comes_of_what_moved_in(db, form):
    authority = caseload()
    before = make(authority)
    expected = sent_by(before)
    assert {row["cohort_status"] for row in expected.values()} >= set("PTEMDL")
    content, name = form(content_of(before))
    forget_everyone()

    file = move_in(authority, content, name)

    counts = outcomes(file)
    assert counts["added"] == len(expected)
    assert sum(counts.values()) == file.row_count
    assert set(counts) <= {"added", "not-used"}
    assert differences(expected, sent_by(make(authority))) == []


def test_the_guarantee_alone(db):
    authority = caseload()
    in_guarantee(authority)
    before = make(authority, period="2026-06")
    expected = sent_by(before)
    assert "G" in {row["cohort_status"] for row in expected.values()}
    content = content_of(before)
    forget_everyone()

    move_in(authority, content)

    assert differences(expected, sent_by(make(authority, period="2026-06"))) == []


def test_someone_who_came_of_age_is_sent_once_more(db):
    authority = AuthorityFactory()
    complete_person(lead_authority=authority, date_of_birth=date(2008, 3, 14))
    before = make(authority, period="2026-09")
    expected = sent_by(before)
    assert {row["cohort_status"] for row in expected.values()} == {"A"}
    content = content_of(before)
    forget_everyone()

    move_in(authority, content)

    found = differences(expected, sent_by(make(authority, period="2026-09")))
    assert {element for _, element, _, _ in found} <= {"activity_code"}


# What is wrong with a file


def record(content: bytes, number: int = 1) -> bytes:
    """One record of a return."""
    return re.findall(rb"<YoungPersonsRecord>.*?</YoungPersonsRecord>", content, re.DOTALL)[number]


@pytest.fixture
def returned(db):
    """An authority with nobody, and the return of two people from its old system."""
    authority = AuthorityFactory()
    complete_person(lead_authority=authority)
    complete_person(lead_authority=authority)
    content = content_of(make(authority))
    forget_everyone()
    return authority, content


BROKEN = {
    "cut short": (lambda c: c[:-300], "end is missing"),
    "entities": (
        lambda c: c.replace(
            b"<NCCIS>", b'<!DOCTYPE NCCIS [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>\n<NCCIS>'
        ),
        "declares a document type",
    ),
    "from elsewhere": (
        lambda c: c.replace(b"<NCCIS>", b'<!DOCTYPE NCCIS SYSTEM "http://a.test/b.dtd">\n<NCCIS>'),
        "declares a document type",
    ),
    "another root": (
        lambda c: c.replace(b"<NCCIS>", b"<Census>").replace(b"</NCCIS>", b"</Census>"),
        "begins with “Census”",
    ),
}


@pytest.mark.parametrize(("broken", "said"), BROKEN.values(), ids=BROKEN)
def test_xml_that_cannot_be_read_is_refused_in_words_and_adds_nobody(returned, broken, said):
    authority, content = returned

    file = move_in(authority, broken(content))

    assert (file.state, file.row_count) == ("refused", 0)
    assert said in file.refusal
    assert not YoungPerson.objects.exists()


@pytest.fixture
def lenient(monkeypatch):
    """No file is refused whole for having many errors."""
    monkeypatch.setattr(reading, "policy_of", lambda _: Policy(file_error_threshold_percent=100))


def problems_of(file) -> set[tuple[str, str]]:
    """Level and code of everything that was said about rows."""
    return {(p["level"], p["code"]) for row in file.rows.all() for p in row.problems}


WRONG = {
    "activity": (rb"<ActivityCode>230<", rb"<ActivityCode>999<", ("hard", "activity not known")),
    "status": (rb"<CohortStatus>P<", rb"<CohortStatus>X<", ("hard", "cohort status not known")),
    "no id": (
        rb"<YoungPersonsID>\d+<",
        rb"<YoungPersonsID><",
        ("hard", "no identifier in NCCIS"),
    ),
    "a bad date": (
        rb"<StartDate>2026-09-01<",
        rb"<StartDate>2026-02-31<",
        ("hard", "date not real"),
    ),
    "ethnicity": (rb"<Ethnicity>WBRI<", rb"<Ethnicity>QQQQ<", ("note", "ethnicity not known")),
    "an element": (
        rb"<CohortStatus>P<",
        rb"<Horoscope>Aries</Horoscope><CohortStatus>P<",
        None,
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_one_thing_wrong_is_said_of_its_row_and_holds_nobody_else_up(
    returned, lenient, old, new, said
):
    authority, content = returned

    file = move_in(authority, re.sub(old, new, content, count=1))

    stops = said is not None and said[0] == "hard"
    assert sum(outcomes(file).values()) == file.row_count == 2
    assert YoungPerson.objects.count() == (1 if stops else 2), problems_of(file)
    if said is None:
        assert any("Horoscope" in notice for notice in file.notices)
    else:
        assert said in problems_of(file)


def test_two_records_that_differ_under_one_id_are_both_held_back(returned, lenient):
    authority, content = returned
    twice = record(content, 0).replace(b"<ActivityCode>230<", b"<ActivityCode>310<")

    file = move_in(authority, content.replace(b"</NCCIS>", twice + b"</NCCIS>"))

    assert outcomes(file) == {"added": 1, "cannot-read": 2}
    assert ("hard", "two records for one NCCIS id") in problems_of(file)


def test_a_code_of_last_year_is_read_by_last_years_edition(returned):
    authority, content = returned
    older = content.replace(b"<PeriodEnd>2026-10-31<", b"<PeriodEnd>2019-10-31<")
    older = older.replace(b"<Ethnicity>WBRI<", b"<Ethnicity>BBRI<", 1)

    file = move_in(authority, older)

    assert file.as_at == date(2019, 10, 31)
    assert ("note", "ethnicity of another edition") in problems_of(file)


def test_the_same_file_twice_changes_nothing(returned):
    authority, content = returned
    first = move_in(authority, content)
    held = Activity.objects.count()

    assert move_in(authority, content) == first
    again = move_in(authority, flattened(content), "extract.csv")

    assert outcomes(again) == {"unchanged": 2}
    assert (YoungPerson.objects.count(), Activity.objects.count()) == (2, held)


def test_numbers_that_we_give_go_on_after_those_that_came(returned):
    authority, content = returned

    move_in(
        authority,
        re.sub(rb"<YoungPersonsID>\d+<", b"<YoungPersonsID>3060000012345<", content, count=1),
    )

    assert next_young_persons_id(authority) == "3060000012346"


def test_someone_known_by_another_nccis_id_keeps_theirs(db):
    authority = AuthorityFactory()
    person = complete_person(lead_authority=authority)
    content = content_of(make(authority)).replace(
        person.young_persons_id.encode(), b"3060000000777"
    )

    file = move_in(authority, content)

    assert outcomes(file) == {"changed": 1}
    assert person.identifier_facts.get(kind_id="previous-nccis").value == "3060000000777"


def test_a_death_is_for_the_administrator_alone(returned):
    authority, content = returned

    move_in(authority, content.replace(b"<CohortStatus>P<", b"<CohortStatus>D<", 1))

    levels = YoungPerson.objects.order_by("young_persons_id").values_list(
        "restriction_level", flat=True
    )
    assert list(levels) == [9, 0]


def test_a_provider_that_the_directory_lacks_waits_for_it(returned):
    authority, content = returned
    college = b"<EstablishmentNumber>3068123<"

    file = move_in(authority, content.replace(b"<EstablishmentNumber><", college, 1))

    assert outcomes(file) == {"added": 1, "needs-person": 1}
    assert file.rows.get(outcome="needs-person").reason == "provider-unknown"


def test_a_record_of_another_authority_belongs_there(returned):
    authority, content = returned

    file = move_in(authority, content.replace(b"<LeadLEA>306<", b"<LeadLEA>302<", 1))

    assert outcomes(file) == {"added": 1, "elsewhere": 1}


KILLED_AT = [
    (reading, "_copy"),
    (staging, "find_matches"),
    (applying, "_add_people"),
    (applying, "_write_facts"),
]


@pytest.mark.parametrize(("owner", "name"), KILLED_AT, ids=[name for _, name in KILLED_AT])
def test_a_worker_killed_in_the_middle_loses_and_doubles_nobody(returned, owner, name):
    authority, content = returned
    with killed_at(owner, name, 1), pytest.raises(Killed):
        move_in(authority, content)

    file = move_in(authority, content)

    assert (file.state, outcomes(file)) == ("done", {"added": 2})
    assert (YoungPerson.objects.count(), Activity.objects.count()) == (2, 2)
    assert len(sent_by(make(authority))) == 2


def test_two_ids_are_two_people_however_alike(returned):
    authority, content = returned
    names = re.findall(rb"<FamilyName>[^<]+<", content)

    file = move_in(authority, content.replace(names[0], names[1]))

    assert outcomes(file) == {"added": 2}


# Someone whom we know already


@pytest.fixture
def known(db):
    """An authority, one person of it, and the return of it."""
    authority = AuthorityFactory()
    person = complete_person(lead_authority=authority)
    return authority, person, content_of(make(authority))


def test_a_middle_name_that_we_did_not_have_is_taken(known):
    authority, person, content = known

    file = move_in(authority, re.sub(rb"<MiddleName><", b"<MiddleName>Grace<", content))

    assert outcomes(file) == {"changed": 1}
    assert "Grace" in person.name_facts.believed().values_list("middle", flat=True)


def test_a_name_that_is_left_empty_takes_nothing_away(known):
    authority, person, content = known

    move_in(authority, re.sub(rb"<FamilyName>[^<]+<", b"<FamilyName><", content))

    assert "" not in person.name_facts.believed().values_list("family", flat=True)


def test_a_record_that_another_authority_keeps_changes_nobody_whom_we_keep(db):
    authority = AuthorityFactory()
    person, _ = (complete_person(lead_authority=authority) for _ in range(2))
    theirs = content_of(make(authority)).replace(b"<Ethnicity>WBRI<", b"<Ethnicity>WIRI<")

    file = move_in(authority, theirs.replace(b"<LeadLEA>306<", b"<LeadLEA>302<", 1))

    assert outcomes(file) == {"needs-person": 1, "changed": 1}
    assert "Authority 302 keeps this record" in file.rows.get(outcome="needs-person").why
    assert person.particulars_facts.get().ethnicity_id == "WBRI"


# Nothing goes without a word


AREAS = {
    "at year 11": (rb"<LEACodeAtYear11>[0-9]*<", b"<LEACodeAtYear11>987<"),
    "of the guarantee": (
        rb"<SeptemberGuarantee>.*?</SeptemberGuarantee>",
        b"<SeptemberGuarantee><Year12><GuaranteeStatus>110</GuaranteeStatus>"
        b"<LEACode>987</LEACode></Year12></SeptemberGuarantee>",
    ),
}


@pytest.mark.parametrize(("old", "new"), AREAS.values(), ids=AREAS)
def test_an_area_that_nobody_has_is_said_to_be_unknown(returned, old, new):
    authority, content = returned
    changed, times = re.subn(old, new, content, count=1, flags=re.DOTALL)
    assert times == 1

    file = move_in(authority, changed)

    assert outcomes(file) == {"added": 2}
    assert ("note", "authority not known") in problems_of(file)


def test_records_within_something_else_are_said_to_be_left_out(returned):
    authority, content = returned
    wrapped = b"<Batch>" + record(content, 1) + b"</Batch>"

    file = move_in(authority, content.replace(record(content, 1), wrapped))

    assert outcomes(file) == {"added": 1}
    assert any("Batch" in notice for notice in file.notices)
