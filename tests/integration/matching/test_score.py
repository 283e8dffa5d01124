"""A dirty file: who is like whom is worked out, said in words, and left to a person (ISA-02)."""

from datetime import date

import pytest

from caseload.intake.models import InboundRow
from caseload.intake.rules import Outcome, Reason
from caseload.matching import learning
from caseload.matching.learning import TooLittle, learn_kind
from caseload.matching.models import Candidate, MatchModel
from caseload.matching.rules import Band
from caseload.matching.scoring import explain, model_for, score_people
from caseload.matching.trying import put_in_use
from ccis.access.roles import Role
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    DepartureFactory,
    NameFactory,
    ParticularsFactory,
    YoungPersonFactory,
)
from tests.factories.files import EDUCATION_HEADER, NOW, csv_bytes, send, starter
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

BORN = date(2010, 3, 4)
MOVED = date(2024, 9, 1)


@pytest.fixture(autouse=True)
def college():
    return ProviderFactory(dfe_number="3068001", college=True, name="Kestrel College")


def person(given, family, *, born=BORN, gender="F", line="12 Castle Street", **fields):
    made = YoungPersonFactory(**fields)
    NameFactory(person=made, given=given, family=family)
    ParticularsFactory(person=made, date_of_birth=born, gender_id=gender)
    AddressFactory(person=made, line_1=line, postcode="NG1 4AB")
    return made


def row(given, family, born="04/03/2010", **said):
    return {**starter(7), "UPN": "", "ULN": "", "Forename": given, "Surname": family,
            "DOB": born, "Postcode": "NG1 4AB", **said}  # fmt: skip


def candidates(file, number=2):
    return list(Candidate.objects.filter(row__file=file, row__number=number).in_order())


def test_the_right_person_comes_first_and_in_words():
    right = person("Siân", "Farouk-Hart")
    person("Siôn", "Farouk", born=date(2009, 8, 21), line="3 Mill Lane")
    person("Callum", "Pell")

    file = send(csv_bytes(EDUCATION_HEADER, [row("Sian", "Hart", born="03/04/2010")]))

    found = candidates(file)
    assert found[0].person == right
    assert found[0].is_best
    words = {step.field: step.words for step in explain(found[0].steps)}
    assert words["family"] == "One part of a double name"
    assert words["birth"] == "Day and month swapped"
    assert words["given"] == "Same but for an accent"
    told = InboundRow.objects.get(file=file)
    assert (told.outcome, told.reason) == (Outcome.NEEDS_PERSON, Reason.LIKELY)
    assert told.person is None
    assert told.candidates[0]["person"] == right.pk
    assert explain(found[0].steps)[-1].probability == pytest.approx(found[0].probability, abs=0.01)
    assert MatchModel.objects.get(pk=found[0].model_id).version == 1


def test_a_twin_is_never_certain():
    person("Ines", "Oduya")

    file = send(csv_bytes(EDUCATION_HEADER, [row("Petra", "Oduya")]))

    assert [one.band for one in candidates(file) if one.band == Band.CERTAIN] == []


def test_homes_and_names_of_before_are_compared_too_and_it_is_said_which():
    someone = YoungPersonFactory()
    NameFactory(person=someone, given="Leila", family="Quillfeather")
    NameFactory(person=someone, kind="former", given="Leila", family="Oduya")
    ParticularsFactory(person=someone, date_of_birth=BORN)
    AddressFactory(person=someone, postcode="NG1 4AB", starts=BORN, ends=MOVED)
    AddressFactory(person=someone, postcode="NG9 9ZZ", starts=MOVED)

    file = send(csv_bytes(EDUCATION_HEADER, [row("Laila", "Oduyah")]))

    (found,) = candidates(file)
    words = {step.field: step.words for step in explain(found.steps)}
    assert found.person == someone
    assert words["family"].endswith(" (a former name)")
    assert words["postcode"] == "Same (an earlier address)"


def test_of_two_twins_each_row_gets_its_own():
    ines, petra = person("Ines", "Oduya"), person("Petra", "Oduya")

    rows = [row("Inez", "Odruya"), row("Petrah", "Odruya")]
    file = send(csv_bytes(EDUCATION_HEADER, rows))

    best = {one.row.number: one.person for one in Candidate.objects.filter(is_best=True)}
    assert best == {2: ines, 3: petra}
    assert candidates(file)[0].person == ines


@pytest.mark.parametrize(
    "hidden",
    [{"restriction_level": 2}, {"restriction_level": 9}, {"merged": True}, {"elsewhere": True}],
    ids=["restricted", "died", "merged", "of another authority"],
)
def test_nothing_hints_at_someone_who_is_not_to_be_seen(hidden):
    fields = {key: value for key, value in hidden.items() if key == "restriction_level"}
    if "elsewhere" in hidden:
        fields["lead_authority"] = AuthorityFactory(code="302")
    made = person("Leila", "Quillfeather", **fields)
    if "merged" in hidden:
        DepartureFactory(person=made, kind="M", to_code="")

    file = send(csv_bytes(EDUCATION_HEADER, [row("Layla", "Quilfeather")]))

    assert candidates(file) == []


def test_candidates_are_for_those_who_may_see_the_row():
    person("Leila", "Quillfeather")
    file = send(csv_bytes(EDUCATION_HEADER, [row("Layla", "Quilfeather")]))
    ours = member(Role.TRACKING_OFFICER, authority=file.authority)
    theirs = member(Role.TRACKING_OFFICER, authority=AuthorityFactory(code="302"))

    assert Candidate.objects.visible_to(ours).count() == 1
    assert Candidate.objects.visible_to(theirs).count() == 0


def test_people_held_twice_are_found_and_twins_are_not():
    first, again = person("Amara", "Okonjo"), person("Amarah", "Okonjo")
    person("Ines", "Oduya", line="4 Ropewalk")
    person("Petra", "Oduya", gender="M", line="4 Ropewalk")

    found = score_people(first.lead_authority)

    assert [(one.row, one.person) for one in found] == [(first.pk, again.pk)]


def test_parameters_are_learnt_and_kept_as_the_next_version(monkeypatch):
    monkeypatch.setattr(learning, "FEWEST_ROWS", 3)
    names = ("Amara", "Tomasz", "Ines", "Callum")
    for at, given in enumerate(names):
        person(given, "Okonjo", born=date(2009, 5, at + 1), line=f"{at} Mill Lane")
    rows = [row(given, "Okonjo", born=f"0{at + 1}/05/2009") for at, given in enumerate(names)]
    file = send(csv_bytes(EDUCATION_HEADER, rows))
    by = member(Role.TRACKING_OFFICER, authority=file.authority)

    model = learn_kind(authority=file.authority, kind=file.kind, by=by, at=NOW)

    assert (model.version, model.estimated_by, model.estimated_at) == (2, by, NOW)
    assert model.pairs >= len(names)
    assert model.measured["rows"] == len(names)
    assert model.measured["certain"]["from"] == model.parameters["bands"]["certain"]
    assert model_for(file.kind).version == 1, "nobody has looked at what was learnt"
    put_in_use(model, by=by, authority=file.authority, at=NOW)
    assert model_for(file.kind) == model
    assert MatchModel.objects.filter(kind=file.kind).count() == 2


def test_too_little_to_learn_from_is_said():
    with pytest.raises(TooLittle, match="0 rows of this kind"):
        learn_kind(authority=AuthorityFactory(), kind="starters-leavers", by=None, at=NOW)
    assert MatchModel.objects.count() == 0
