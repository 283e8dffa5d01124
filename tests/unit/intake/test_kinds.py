"""What rows of each kind say: small decisions, as tables."""

from datetime import date

import pytest

from caseload.intake.directory import Activity, Directory, Given, Place
from caseload.intake.kinds import kind_named
from caseload.intake.kinds.base import Advice, NeedsPerson
from caseload.intake.kinds.reading import ethnicity
from caseload.intake.kinds.school_census import address_of, plan_enrolment, plan_send, roll_of
from caseload.intake.kinds.shared import (
    plan_particulars,
    same_address,
    same_name,
)
from caseload.intake.kinds.starters_leavers import activity_code, destination, said_activity
from caseload.intake.planning import Version
from caseload.intake.rules import Outcome

AS_AT = date(2026, 10, 1)
SCHOOL = Place(1, "school", "Kestrel School", 306, "3064001")
OTHER = Place(2, "school", "Priory School", 306, "3064002")
COLLEGE = Place(3, "college", "Kestrel College", 306, "3068001")
SIXTH_FORM = Place(4, "college", "Castle Sixth Form College", 306, "3068002")
TRAINER = Place(5, "training", "Harbour Lane Skills", 306, "")
EMPLOYER = Place(6, "employer", "A Bakery", 306, "")
AWAY = Place(7, "school", "Far School", 302, "3024001")

CODES = {
    "110": "compulsory",
    "210": "education",
    "220": "education",
    "230": "education",
    "310": "employment",
    "619": "neet-available",
    "810": "not-known",
}
DIRECTORY = Directory(
    by_dfe_number={p.dfe_number: p for p in (SCHOOL, OTHER, COLLEGE, SIXTH_FORM, AWAY)},
    by_ukprn={"10000001": [TRAINER], "10000002": [TRAINER, AWAY], "10000003": [SCHOOL, COLLEGE]},
    by_id={p.pk: p for p in (SCHOOL, OTHER, COLLEGE, SIXTH_FORM, TRAINER, AWAY)},
    authorities={"306": 306, "302": 302},
    activities={code: Activity(code, group, code) for code, group in CODES.items()},
    ethnicities=frozenset({"WBRI", "WOTH", "NOBT", "BAFR"}),
)
GIVEN = Given(as_at=AS_AT, today=AS_AT, authority=306, authority_code="306", directory=DIRECTORY)


@pytest.mark.parametrize(
    ("read", "place", "code"),
    [
        ({}, SCHOOL, "210"),
        ({}, COLLEGE, "230"),
        ({}, SIXTH_FORM, "220"),
        ({}, TRAINER, "410"),
        ({"level": "Level 3"}, COLLEGE, "230"),
        ({"level": "Level 4"}, COLLEGE, "240"),
        ({"level": "BA (Hons) degree"}, COLLEGE, "240"),
        ({"level": "5"}, COLLEGE, "240"),
        ({"situation": "Apprenticeships"}, TRAINER, "310"),
        ({"situation": "Traineeship"}, TRAINER, "450"),
        ({"situation": "Training", "situation_part": "Supported Internship"}, TRAINER, "460"),
        ({"situation": "Re-engagement provision"}, TRAINER, "530"),
        ({"situation": "Employment with training"}, EMPLOYER, "340"),
        ({"situation": "Part-time education"}, COLLEGE, "250"),
        ({"situation": "Other training"}, TRAINER, "430"),
        ({"situation": "280"}, COLLEGE, "280"),
    ],
)
def test_what_a_place_a_level_and_a_situation_stand_for(read, place, code):
    assert activity_code(read, place, date(2009, 3, 14), AS_AT) == code


def test_at_school_before_year_12_is_compulsory_education():
    assert activity_code({}, SCHOOL, date(2011, 3, 14), AS_AT) == "110"


def test_an_employer_alone_does_not_say_what_they_do():
    with pytest.raises(NeedsPerson, match="does not say what they do there"):
        activity_code({}, EMPLOYER, date(2009, 3, 14), AS_AT)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Apprenticeship", "310"),
        ("310", "310"),
        ("Local sixth-form college", "220"),
        ("NEET - seeking work", "619"),
        ("Not known", "810"),
        ("Not in work", "619"),
        ("Unemployment", "619"),
        ("Out of work", "619"),
        ("Not in employment, education or training", "619"),
        ("", None),
    ],
)
def test_destinations_in_words(words, code):
    assert destination(words, GIVEN) == code


@pytest.mark.parametrize(
    "words", ["Mars", "999", "Did not start college", "No apprenticeship found"]
)
def test_a_destination_that_we_do_not_know_is_noted(words):
    with pytest.raises(Advice, match="We do not know this destination"):
        destination(words, GIVEN)


@pytest.mark.parametrize(
    ("cell", "code"), [("WBRI", "WBRI"), ("wbri", "WBRI"), ("WENG", "WBRI"), ("BSOM", "BAFR")]
)
def test_ethnicities_as_the_national_list_has_them(cell, code):
    assert ethnicity(cell, GIVEN) == code


def test_an_ethnicity_of_no_list_is_noted_and_left_out():
    with pytest.raises(Advice) as caught:
        ethnicity("ZZZZ", GIVEN)
    assert caught.value.value is None


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (
            {
                "saon": "Flat 2",
                "paon": "12",
                "street": "Castle Street",
                "town": "Northgate",
                "postcode": "NG1 4AB",
            },
            {
                "line_1": "Flat 2",
                "line_2": "12 Castle Street",
                "town": "Northgate",
                "postcode": "NG1 4AB",
            },
        ),
        (
            {"address_1": "12 Castle Street", "address_5": "Northgate", "postcode": "NG1 4AB"},
            {"line_1": "12 Castle Street", "town": "Northgate", "postcode": "NG1 4AB"},
        ),
        ({"town": "Northgate"}, {}),
        ({}, {}),
    ],
    ids=["parts", "lines", "a town alone", "nothing"],
)
def test_addresses_in_either_form(read, said):
    assert address_of(read) == said


HELD = {
    "line_1": "Flat 2",
    "line_2": "12 Castle Street",
    "line_3": "",
    "line_4": "",
    "town": "Northgate",
    "county": "",
    "postcode": "NG1 4AB",
}


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ({"line_1": "Flat 2", "line_2": "12 Castle Street", "postcode": "NG1 4AB"}, True),
        ({"line_1": "2/12 Castle St.", "postcode": "NG1 4AB"}, True),
        ({"line_1": "Flat 3", "line_2": "12 Castle Street", "postcode": "NG1 4AB"}, False),
        ({"line_1": "Flat 2", "line_2": "12 Castle Street", "postcode": "NG1 4AC"}, False),
        ({"postcode": "NG1 4AB"}, True),
    ],
)
def test_whether_two_addresses_are_one(said, same):
    assert same_address(HELD, said) is same


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ({"given": "ZOE", "family": "O'Neill"}, True),
        ({"given": "Zoë", "family": "ONeill"}, True),
        ({"given": "Zoë", "family": "O’Neill", "middle": "Ann"}, False),
        ({"given": "Joe", "family": "O’Neill"}, False),
    ],
)
def test_whether_two_names_are_one(said, same):
    assert same_name({"given": "Zoë", "family": "O’Neill", "middle": ""}, said) is same


def particulars(**values):
    held = {"date_of_birth": date(2011, 3, 14), "gender_id": "F", "ethnicity_id": "WBRI", **values}
    return [Version(5, date(2011, 3, 14), None, held)]


READ = {"birth": "2011-03-14", "gender": "F", "ethnicity": "WBRI"}


@pytest.mark.parametrize(
    ("held", "read", "does"),
    [
        (particulars(), READ, []),
        (particulars(ethnicity_id=None), READ, ["corrects"]),
        (particulars(ethnicity_id="NOBT"), READ, ["corrects"]),
        (particulars(), {**READ, "ethnicity": "NOBT"}, []),
        (particulars(), {**READ, "ethnicity": "BAFR"}, ["ends", "changes"]),
        (particulars(), {**READ, "birth": "2011-03-15"}, ["corrects"]),
        ([], READ, ["begins"]),
    ],
    ids=[
        "same",
        "filled",
        "was not obtained",
        "no information",
        "changed",
        "birth",
        "nothing held",
    ],
)
def test_personal_details(held, read, does):
    assert [one["does"] for one in plan_particulars(held, read, GIVEN)] == does


def roll(**read):
    return roll_of({"dfe_number": "3064001", "year": 11, "status": "C", **read}, GIVEN)


def on_roll(provider, start, stop=None, *, year=11, status="C", pk=1):
    values = {
        "provider_id": provider,
        "authority_id": 306,
        "outside_code": "",
        "year_group": year,
        "status": status,
    }
    return Version(pk, start, stop, values)


def test_on_the_same_roll_in_the_same_year_is_nothing():
    held = [on_roll(1, date(2022, 9, 5))]

    assert plan_enrolment(held, roll(entered="2022-09-05"), AS_AT) == []


def test_a_new_year_group_begins_with_the_school_year():
    held = [on_roll(1, date(2022, 9, 5), year=10)]

    plan = plan_enrolment(held, roll(entered="2022-09-05"), AS_AT)

    assert [(one["does"], one["from"], one.get("until")) for one in plan] == [
        ("ends", "2022-09-05", "2026-08-31"),
        ("changes", "2026-09-01", None),
    ]


def test_another_school_ends_the_one_before():
    held = [on_roll(2, date(2022, 9, 5))]

    plan = plan_enrolment(held, roll(entered="2026-09-07"), AS_AT)

    assert [(one["does"], one["from"], one.get("until")) for one in plan] == [
        ("ends", "2022-09-05", "2026-09-06"),
        ("begins", "2026-09-07", None),
    ]


def test_a_guest_place_ends_nothing():
    held = [on_roll(2, date(2022, 9, 5))]

    plan = plan_enrolment(held, roll(entered="2026-09-07", status="G"), AS_AT)

    assert [one["does"] for one in plan] == ["begins"]


@pytest.mark.parametrize(
    ("number", "provider", "authority"),
    [("3064001", 1, 306), ("4001", 1, 306), ("3024001", 7, 302), ("3029999", None, 302)],
)
def test_where_a_number_is(number, provider, authority):
    found = roll(dfe_number=number)

    assert (found.provider, found.authority) == (provider, authority)


@pytest.mark.parametrize("number", ["3069999", "9994001", ""])
def test_a_number_that_nobody_knows_needs_a_person(number):
    with pytest.raises(NeedsPerson):
        roll(dfe_number=number)


@pytest.mark.parametrize(
    ("held", "said", "does"),
    [
        ([], "N", []),
        ([], "E", ["begins"]),
        ([Version(1, date(2020, 1, 1), None, {"provision": "E", "need": "SPLD"})], "E", []),
        (
            [Version(1, date(2020, 1, 1), None, {"provision": "E", "need": ""})],
            "N",
            ["ends", "changes"],
        ),
    ],
)
def test_special_educational_needs(held, said, does):
    assert [one["does"] for one in plan_send(held, {"send": said}, AS_AT)] == does


@pytest.mark.parametrize(
    ("born", "number", "outcome"),
    [
        ("2011-03-14", "3064001", Outcome.WILL_ADD),
        ("2012-09-01", "3064001", Outcome.WILL_ADD),
        ("2013-09-01", "3064001", Outcome.SET_ASIDE),
        ("2011-03-14", "3024001", Outcome.WAITS),
        ("2010-03-14", "3024001", Outcome.WILL_ADD),
    ],
    ids=["Year 11", "Year 9", "Year 8", "Year 11 elsewhere", "Year 12 elsewhere"],
)
def test_who_is_added(born, number, outcome):
    read = {"given": "A", "family": "B", "birth": born, "dfe_number": number, "status": "C"}

    assert kind_named("school-census").plan_new(read, GIVEN).outcome == outcome


def test_a_sixth_former_at_their_old_school_begins_with_year_12():
    read = {
        "given": "A",
        "family": "B",
        "birth": "2009-09-02",
        "dfe_number": "3064001",
        "status": "C",
        "entered": "2021-09-01",
    }

    staged = kind_named("school-census").plan_new(read, GIVEN)

    begun = [one for one in staged.instructions if one["fact"] == "activity"]
    assert [(one["values"]["code_id"], one["from"]) for one in begun] == [("210", "2026-09-01")]


@pytest.mark.parametrize(
    ("ukprn", "found"), [("10000001", 5), ("10000002", 5), ("10000003", None), ("19999999", None)]
)
def test_a_ukprn_of_several_sites_is_the_one_in_the_area(ukprn, found):
    place = DIRECTORY.training(ukprn, 306)

    assert (place.pk if place else None) == found


@pytest.mark.parametrize("words", ["NEET", "Not in employment", "Volunteer", "199"])
def test_a_situation_that_we_do_not_understand_is_never_guessed(words):
    with pytest.raises(NeedsPerson, match="does not say what they do there"):
        said_activity({"situation": words, "start": "2026-09-07"}, TRAINER, GIVEN, None)
