"""What organisations say of invented people on their lists."""

from datetime import timedelta

import factory

from sharing.actions import life, lists
from sharing.models import Disclosure
from sharing.outcomes.models import Answer, Attempt, Referral, Workbook, WorkbookRow
from tests.factories.accounts import UserFactory
from tests.factories.caseload import ChangeFactory
from tests.factories.sharing import AT, EmergencyFactory, Ready, SharedListFactory

NOW = AT + timedelta(hours=1)


class AttemptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attempt

    disclosure = factory.SubFactory(EmergencyFactory)
    tried_on = AT.date()
    how = "phone"
    result = "no-answer"
    at = AT
    by = factory.SubFactory(UserFactory)
    by_name = factory.SelfAttribute("by.name")


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer

    disclosure = factory.SubFactory(EmergencyFactory)
    number = 1
    outcome = "engaged"
    at = AT
    by = factory.SubFactory(UserFactory)
    by_name = factory.SelfAttribute("by.name")
    change = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..disclosure.authority")
    )


class ReferralFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Referral

    disclosure = factory.SubFactory(EmergencyFactory)
    to = "Castle Street Kitchen"
    consented_on = AT.date()
    consented_how = "phone"
    at = AT
    by = factory.SubFactory(UserFactory)
    by_name = factory.SelfAttribute("by.name")


class WorkbookFactory(factory.django.DjangoModelFactory):
    """A completed workbook that was refused, so that nothing of it is kept."""

    class Meta:
        model = Workbook

    on_list = factory.SubFactory(SharedListFactory)
    file_name = "list.xlsx"
    sha256 = "0" * 64
    state = "refused"
    refusal = "This workbook belongs to another list. Nothing was used"
    sent_by = factory.SubFactory(UserFactory)
    sent_at = AT
    beat_at = AT


class WorkbookRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkbookRow

    disclosure = factory.SubFactory(EmergencyFactory)
    workbook = factory.SubFactory(
        WorkbookFactory, on_list__authority=factory.SelfAttribute("...disclosure.authority")
    )
    number = 2
    place = "changes"


def released(world: Ready, people: int = 1, *, received: bool = True, at=AT):
    """People on a list that was released and opened, in the order of their rows' references."""
    chosen = [world.person().pk for _ in range(people)]
    drafted = lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=chosen,
        by=world.drafter,
        at=at,
    )
    lists.release(drafted.list, by=world.releaser, at=at)
    if received:
        life.receive(drafted.list, by=world.named, at=at)
    return list(
        Disclosure.objects.filter(on_list=drafted.list)
        .select_related("authority", "provider", "version", "person", "on_list")
        .order_by("row__ref")
    )
