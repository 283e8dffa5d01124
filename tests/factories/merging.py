"""Two records that may be one person's, and merges. All are invented."""

from datetime import UTC, datetime

import factory

from caseload.merging.models import Merge, Two
from tests.factories.caseload import ChangeFactory, YoungPersonFactory


class TwoFactory(factory.django.DjangoModelFactory):
    """A pair: ``first`` was there before ``second``."""

    class Meta:
        model = Two

    first = factory.SubFactory(YoungPersonFactory)
    second = factory.SubFactory(
        YoungPersonFactory, lead_authority=factory.SelfAttribute("..first.lead_authority")
    )
    authority = factory.SelfAttribute("first.lead_authority")
    probability = 0.9
    found_at = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


class MergeFactory(factory.django.DjangoModelFactory):
    """A merge as its row tells of it; the records are not touched."""

    class Meta:
        model = Merge

    stays = factory.SubFactory(YoungPersonFactory)
    goes = factory.SubFactory(
        YoungPersonFactory, lead_authority=factory.SelfAttribute("..stays.lead_authority")
    )
    change = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..stays.lead_authority")
    )
    level_before = 0
    level_after = 0
