"""What people edit one record at a time has a history by field; facts about people have not."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps

from caseload.intake.models import InboundFile, InboundRow
from caseload.models import FACT_MODELS, YoungPerson
from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.authorities.models import Authority, PolicyProfile, SubRegion
from providers.models import Provider
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.providers import ProviderFactory

WITH_HISTORY = {User, Membership, Authority, PolicyProfile, SubRegion, Provider}
"""The whole list: a table that joins it must be edited one record at a time, by people."""


def changes(record: object) -> list[dict[str, list[str]]]:
    return [entry.changes_dict for entry in LogEntry.objects.get_for_object(record)]


def test_exactly_these_tables_have_a_history():
    registered = {model for model in auditlog.get_models() if model._meta.app_label != "auditlog"}

    assert registered == WITH_HISTORY


def test_nothing_about_young_people_has_one():
    registered = set(auditlog.get_models())

    assert registered.isdisjoint({YoungPerson, InboundFile, InboundRow, *FACT_MODELS})
    personal_apps = {"caseload", "intake", "returns"}
    assert not [
        model
        for model in apps.get_models()
        if model._meta.app_label in personal_apps and model in registered
    ]


@pytest.mark.django_db
def test_a_person_can_be_recorded_without_a_line_in_it():
    before = LogEntry.objects.count()

    person = complete_person()

    about = LogEntry.objects.filter(content_type__app_label="caseload")
    assert not about.exists()
    assert person.lead_authority
    assert LogEntry.objects.count() - before <= 1  # the authority that the factory serves


@pytest.mark.django_db
def test_a_provider_that_closes_leaves_what_it_was():
    provider = ProviderFactory()
    provider.closed_on = date(2026, 8, 31)
    provider.save()

    assert changes(provider)[0] == {"closed_on": ["None", "2026-08-31"]}


@pytest.mark.django_db
def test_a_role_that_changes_leaves_what_it_was():
    membership = MembershipFactory()
    membership.role = Role.DATA_MANAGER.value
    membership.save()

    assert changes(membership)[0] == {"role": ["TO", "DM"]}


@pytest.mark.django_db
def test_a_password_is_not_kept():
    user = UserFactory()
    user.set_password("another long enough password")
    user.name = "Renamed Officer"
    user.save()

    everything = str(changes(user))
    assert "Renamed Officer" in everything
    assert "password" not in everything
    assert user.password not in everything


@pytest.mark.django_db
def test_members_of_a_sub_region_that_change_leave_a_line():
    unit = SubRegion.objects.create(name="The Ridings partnership")
    unit.authorities.add(AuthorityFactory())

    assert changes(unit)[0]["authorities"]["operation"] == "add"
