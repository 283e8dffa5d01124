"""Incidents of invented people."""

from datetime import timedelta

import factory

from sharing.incidents.models import Action, Affected, Incident, Reckoning, Risk
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import YoungPersonFactory
from tests.factories.sharing import AT


class IncidentFactory(factory.django.DjangoModelFactory):
    """An open incident, found an hour before it was recorded."""

    class Meta:
        model = Incident

    authority = factory.SubFactory(AuthorityFactory)
    kind = "wrong"
    title = "A list sent to the wrong address"
    finder = "staff"
    found_by = "Priya Nair, data manager"
    aware_at = AT - timedelta(hours=1)
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = AT


class ReckoningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reckoning

    incident = factory.SubFactory(IncidentFactory)
    number = 1
    sought = factory.LazyFunction(dict)
    people = 1
    by = factory.SelfAttribute("incident.recorded_by")
    at = AT


class AffectedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Affected

    person = factory.SubFactory(YoungPersonFactory)
    reckoning = factory.SubFactory(
        ReckoningFactory,
        incident__authority=factory.SelfAttribute("...person.lead_authority"),
    )


class RiskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Risk

    person = factory.SubFactory(YoungPersonFactory)
    incident = factory.SubFactory(
        IncidentFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )
    level = "unlikely"
    why = "It was encrypted"
    by = factory.SelfAttribute("incident.recorded_by")
    at = AT


class ActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Action

    incident = factory.SubFactory(IncidentFactory)
    what = "Change how lists are addressed"
    owner = factory.SelfAttribute("incident.recorded_by")
    due_on = AT.date()
    by = factory.SelfAttribute("incident.recorded_by")
    at = AT
