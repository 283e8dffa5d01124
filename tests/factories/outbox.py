"""Texts and emails, and what people said about promotional ones. All are invented."""

from datetime import UTC, date, datetime

import factory

from optout.outbox.models import MessageChoice, Outgoing
from tests.factories.caseload import ChangeFactory, YoungPersonFactory

MADE = datetime(2026, 11, 3, 10, tzinfo=UTC)


class OutgoingFactory(factory.django.DjangoModelFactory):
    """A text of service to someone, due since it was made."""

    class Meta:
        model = Outgoing

    person = factory.SubFactory(YoungPersonFactory)
    authority = factory.SelfAttribute("person.lead_authority")
    by = "text"
    to = "07700900014"
    words = "We have stopped."
    made_at = MADE
    next_at = MADE


class MessageChoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MessageChoice

    person = factory.SubFactory(YoungPersonFactory)
    agrees = True
    said_on = date(2026, 11, 2)
    channel = "phone"
    recorded = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )
