"""What people edit one record at a time has a history by field; facts about people have not."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.utils import timezone

from caseload.intake.models import InboundFile, InboundRow
from caseload.models import FACT_MODELS, YoungPerson
from ccis.access.roles import Role
from ccis.accounts.models import Membership, User
from ccis.authorities.choices import answers
from ccis.authorities.models import Authority, PolicyProfile, SubRegion
from ccis.authorities.policy import Policy
from providers.models import Provider
from sharing.agreements.models import Agreement, Gateway, Party, Programme, Version
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.providers import ProviderFactory

WITH_HISTORY = {
    User,
    Membership,
    Authority,
    PolicyProfile,
    SubRegion,
    Provider,
    Agreement,
    Gateway,
    Party,
    Programme,
    Version,
}
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


SECRETS = {"password", "last_login", "sessions_key"}
"""Fields of an account that say nothing of an edit, or open a session to whoever knows them."""


@pytest.mark.django_db
def test_a_password_is_not_kept_nor_what_opens_a_session():
    user = UserFactory()
    user.set_password("another long enough password")
    user.end_sessions()
    user.last_login = timezone.now()
    user.name = "Renamed Officer"
    user.save()

    kept = [name for made in changes(user) for name in made]
    assert "name" in kept
    assert SECRETS.isdisjoint(kept)
    everything = str(list(LogEntry.objects.get_for_object(user).values()))
    assert "Renamed Officer" in everything
    assert user.password not in everything
    assert user.sessions_key not in everything


# -- by page, who made the edit is known -----------------------------------------------------------


def edits_by(user: User) -> set[tuple[str, int]]:
    """What a user changed or made, as the history has it: table and kind of edit."""
    entries = LogEntry.objects.filter(actor=user).select_related("content_type")
    return {(entry.content_type.model, entry.action) for entry in entries}


MADE, CHANGED = LogEntry.Action.CREATE, LogEntry.Action.UPDATE


@pytest.fixture
def administrator(client) -> User:
    user = member(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.mark.django_db
def test_a_provider_edited_by_page_names_who(client, administrator):
    client.post("/settings/providers/new/", {"name": "Harbour Lane College", "kind": "college"})
    provider = Provider.objects.get()
    at = f"/settings/providers/{provider.ref}/"
    client.post(f"{at}change/", {"name": "Harbour College", "kind": "college"})
    client.post(f"{at}close/", {"closed_on": "another", "closed_on-typed": "31/8/2026"})

    assert edits_by(administrator) == {("provider", MADE), ("provider", CHANGED)}
    shown = client.get(at).content.decode()
    assert shown.count(administrator.name) >= 2
    assert "Harbour Lane College" in shown


@pytest.mark.django_db
def test_a_sub_region_edited_by_page_names_who(client, administrator):
    AuthorityFactory(code="302")
    answers = {"name": "The Ridings partnership", "contact_name": "Sam Field",
               "contact_email": "ridings@council.example", "authorities": "302"}  # fmt: skip
    client.post("/settings/authorities/units/new/", answers)
    unit = SubRegion.objects.get()
    client.post(f"/settings/authorities/units/{unit.ref}/", answers | {"contact_name": "Jo Marsh"})

    assert {("subregion", MADE), ("subregion", CHANGED)} <= edits_by(administrator)
    shown = client.get(f"/settings/authorities/units/{unit.ref}/").content.decode()
    assert administrator.name in shown
    assert "Jo Marsh" in shown


@pytest.mark.django_db
def test_a_policy_adopted_by_page_names_who(client, administrator):
    values = {
        name: value if isinstance(value, list) else str(value)
        for name, value in answers(Policy()).items()
    }
    values |= {"why": "Agreed", "version": "0", "activity_review_warning_days": "42"}
    client.post("/settings/policy/change/", values)

    assert edits_by(administrator) == {("policyprofile", MADE)}


@pytest.mark.django_db
def test_a_role_ended_by_page_names_who(client, administrator):
    officer = member(Role.ADVISER, authority=administrator.memberships.get().authority)
    client.post(f"/settings/users/{officer.ref}/roles/1/end/", {"ends_on": "today"})
    client.post(f"/settings/users/{officer.ref}/roles/1/end/", {"ends_on": "1/3/2099"})

    assert ("membership", CHANGED) in edits_by(administrator)


@pytest.mark.django_db
def test_someone_who_is_not_signed_in_is_not_named_by_the_one_before(client, administrator):
    """The actor is of one request: what the service does next has none."""
    client.get("/settings/providers/")
    provider = ProviderFactory()
    provider.name = "Changed by the service"
    provider.save()

    entry = LogEntry.objects.get_for_object(provider).order_by("-id")[0]
    assert entry.actor is None


@pytest.mark.django_db
def test_members_of_a_sub_region_that_change_leave_a_line():
    unit = SubRegion.objects.create(name="The Ridings partnership")
    unit.authorities.add(AuthorityFactory())

    assert changes(unit)[0]["authorities"]["operation"] == "add"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {"x-forwarded-for": "unknown"},
        {"x-forwarded-for": "192.0.2.7, 198.51.100.1"},
        {"x-forwarded-port": "99999999999"},
        {"x-correlation-id": "x" * 300},
    ],
    ids=["no address", "an address", "no port", "much"],
)
def test_nothing_that_a_browser_says_of_itself_is_kept(client, said):
    here = AuthorityFactory()
    administrator = member(Role.ADMINISTRATOR, authority=here)
    role = MembershipFactory(authority=here)
    client.force_login(administrator)

    response = client.post(
        f"/settings/users/{role.user.ref}/roles/1/end/", {"ends_on": "1/3/2099"}, headers=said
    )

    assert response.status_code == 302
    entry = LogEntry.objects.get_for_object(role).latest("id")
    assert (entry.actor, entry.remote_addr, entry.remote_port) == (administrator, None, None)
    assert entry.cid == response.wsgi_request.reference
