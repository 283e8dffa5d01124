"""Which of a file's columns is which of ours."""

import pytest

from caseload.intake.columns import guess_kind, missing_from, recognise
from caseload.intake.kinds import KINDS, kind_named
from tests.factories.files import (
    CENSUS_HEADER,
    EDUCATION_HEADER,
    OURS_HEADER,
    TRAINING_HEADER,
)

CENSUS, STARTERS = kind_named("school-census"), kind_named("starters-leavers")

WHOLE_CENSUS = (
    "Estab, UPN, Surname, Forename, Middlenames, PreferredSurname, FormerSurname, Gender, DoB, "
    "EnrolStatus, EntryDate, NCyearActual, Ethnicity, Language, SENprovision, SENneed1, SENneed2, "
    "SENunitIndicator, ResourcedProvisionIndicator, UniqueLearnerNumber, Postcode, SAON, PAON, "
    "Street, Locality, Town, AdministrativeArea, AddressLine1, AddressLine2, AddressLine3, "
    "AddressLine4, AddressLine5, NativeID, FSME on Census Day, Age"
)


def test_every_column_of_the_census_extract_is_known():
    header = WHOLE_CENSUS.split(", ")

    found = recognise(CENSUS, header)

    assert (found.extra, found.missing, found.twice) == ((), (), ())
    assert len(found.columns) == len(header)


@pytest.mark.parametrize("header", [EDUCATION_HEADER, TRAINING_HEADER, OURS_HEADER])
def test_every_column_of_starters_and_leavers_is_known(header):
    found = recognise(STARTERS, header)

    assert (found.extra, found.missing, found.twice) == ((), (), ())


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (CENSUS_HEADER, "school-census"),
        (EDUCATION_HEADER, "starters-leavers"),
        (TRAINING_HEADER, "starters-leavers"),
    ],
)
def test_the_headings_tell_the_kind(header, kind):
    found = guess_kind(header)

    assert found is not None
    assert found.name == kind


def test_headings_of_something_else_tell_nothing():
    assert guess_kind(["Invoice", "Amount", "Paid"]) is None


def test_what_a_source_was_answered_for_goes_before_what_we_know():
    header = ["Surname", "Nom", *[h for h in EDUCATION_HEADER if h != "Surname"]]

    found = recognise(STARTERS, header, remembered={"surname": "", "nom": "family"})

    assert found.columns[1] == "family"
    assert 0 not in found.columns
    assert found.is_whole


def test_a_column_of_ours_twice_is_not_whole():
    found = recognise(STARTERS, [*EDUCATION_HEADER, "Last name"])

    assert (found.twice, found.is_whole) == (("Surname",), False)


def test_a_known_sender_stands_for_a_provider_column():
    keys = {c.key for c in STARTERS.columns} - {"dfe_number", "ukprn"}

    assert missing_from(STARTERS, keys, has_sender=False) == ["DfENo or UKPRN"]
    assert missing_from(STARTERS, keys, has_sender=True) == []


def test_our_own_column_of_what_to_mend_is_passed_over():
    found = recognise(STARTERS, ["What to mend", *EDUCATION_HEADER])

    assert (found.extra, found.is_whole) == ((), True)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_two_columns_of_a_kind_answer_to_one_heading(kind):
    seen: dict[str, str] = {}
    for heading, column in kind.headings():
        assert seen.setdefault(heading, column.key) == column.key, heading
