"""Every edition's codes are in the database after each migrate and each flush."""

import pytest

from caseload.models import CODE_MODELS, ActivityCode, CharacteristicCode, EthnicityCode
from returns import editions
from returns.editions.codes import in_list
from returns.loading import load_codes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", CODE_MODELS)
def test_every_code_of_every_edition_is_there(model):
    assert set(model.objects.values_list("code", flat=True)) == {
        one.code for one in in_list(model.list_name)
    }


def test_loading_again_changes_nothing():
    before = list(ActivityCode.objects.values())
    load_codes()
    assert list(ActivityCode.objects.values()) == before


def test_a_code_knows_its_editions_and_group():
    assert not ActivityCode.objects.get(code="619").last_edition
    assert ActivityCode.objects.get(code="619").is_neet
    assert not ActivityCode.objects.get(code="230").is_neet
    assert EthnicityCode.objects.get(code="BBRI").first_edition == "2020-21"
    assert CharacteristicCode.objects.get(code="110").is_sensitive
    neet = {code for code in ActivityCode.objects.all() if code.is_neet}
    assert {code.code for code in neet} == set(editions.newest().neet_codes)
