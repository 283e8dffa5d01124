"""What people said about sharing, their codes and requests. All are invented."""

from datetime import UTC, date, datetime

import factory

from optout.models import Correction, Message, PersonalCode, Request, Statement
from optout.models.codes import digest_of
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, YoungPersonFactory

RECEIVED = datetime(2026, 11, 3, 10, tzinfo=UTC)
"""A Tuesday."""


class StatementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Statement

    person = factory.SubFactory(YoungPersonFactory)
    says = "no"
    said_on = date(2026, 11, 3)
    said_by = "own"
    channel = "web"
    lifts = factory.LazyAttribute(lambda o: o.says == "yes" and o.said_by == "own")
    recorded = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )


class PersonalCodeFactory(factory.django.DjangoModelFactory):
    """A code that works; ``code`` is what the letter prints."""

    class Meta:
        model = PersonalCode

    class Params:
        code = "K7MP3XQD9RTH"

    person = factory.SubFactory(YoungPersonFactory)
    digest = factory.LazyAttribute(lambda o: digest_of(o.code))
    made_at = RECEIVED
    expires_on = date(2999, 1, 1)


class RequestFactory(factory.django.DjangoModelFactory):
    """Someone without a code opted out of all on the public form."""

    class Meta:
        model = Request

    authority = factory.SubFactory(AuthorityFactory)
    kind = "opt-out"
    channel = "web"
    received_at = RECEIVED
    due_on = date(2026, 11, 4)
    given = "Amara"
    family = "Oduya"
    date_of_birth = date(2009, 3, 14)
    postcode = "NG1 4AB"


class CorrectionFactory(factory.django.DjangoModelFactory):
    """A young person said with their code that their address is wrong."""

    class Meta:
        model = Correction

    class Params:
        person = factory.SubFactory(YoungPersonFactory)

    request = factory.SubFactory(
        RequestFactory,
        kind="correction",
        said={"choice": "address", "words": "3 Elm Way, Northgate, NG2 1AB"},
        person=factory.SelfAttribute("..person"),
        authority=factory.SelfAttribute("..person.lead_authority"),
        by_code=True,
    )
    part = "addresses"


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    request = factory.SubFactory(RequestFactory)
    kind = "answer"
    by = "letter"
    words = "We have stopped."
    made_at = RECEIVED
