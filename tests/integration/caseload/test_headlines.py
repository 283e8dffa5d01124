"""What people are doing, in words, for every code of every edition."""

import pytest

from caseload import rules
from caseload.models import ActivityCode

pytestmark = pytest.mark.django_db


def test_every_group_of_activities_has_words():
    groups = set(ActivityCode.objects.values_list("group", flat=True))

    assert groups - rules.HEADLINES.keys() == set()
