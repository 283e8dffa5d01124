"""What agreements allow, and that the database holds them to their steps (LC-12, LC-20, LAW-01)."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from sharing.agreements import rules
from sharing.agreements.models import AgreedPurpose, Gateway, Programme, Version
from sharing.agreements.queries import terms_in_force, terms_of
from sharing.agreements.rules import State
from tests.factories.accounts import UserFactory
from tests.factories.agreements import AgreementFactory, NamedPersonFactory, move, whole_version
from tests.factories.authorities import AuthorityFactory
from tests.factories.portal import seated

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 20)


def allows(version: Version, on: date = ON) -> bool:
    """What the database's own answer is, beside that of the queries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT agreements_allows(%s, %s)", [version.pk, on])
        (answer,) = cursor.fetchone()
    found = terms_of(version.agreement, on=on)
    assert (found is not None) is bool(answer)
    return bool(answer)


def test_terms_hold_all_that_was_agreed():
    authority = AuthorityFactory()
    version = whole_version(agreement__authority=authority)
    named = UserFactory(email="named@harbour.example")
    seated(user=named, provider=version.agreement.provider, authority=authority)
    NamedPersonFactory(agreement=version.agreement, approved_by=None, approved_at=None)

    (terms,) = terms_in_force(authority, on=timezone.localdate())

    assert (terms.agreement, terms.version) == (version.agreement_id, version.pk)
    assert terms.purposes == {rules.SUPPORT, rules.CONFIRM}
    assert terms.columns == set(rules.USUAL_COLUMNS)
    assert (terms.term_days, terms.clock) == (15, rules.OPENING)
    assert terms.people == {named.pk}
    assert terms.ground_for(rules.SUPPORT).gateway == "esa-2008-s68"
    assert terms.notices == set(version.notices.values_list("pk", flat=True))


def test_it_allows_something_only_in_force_in_its_period_and_assured():
    version = whole_version()
    assert allows(version)
    assert allows(version, date(2026, 9, 1))
    assert allows(version, date(2099, 8, 31))
    assert not allows(version, date(2026, 8, 31))
    assert not allows(version, date(2099, 9, 1))

    Version.objects.filter(pk=version.pk).update(checked_until=None)
    assert not allows(version)
    Version.objects.filter(pk=version.pk).update(programme=Programme.objects.get(code="esf"))
    assert not allows(version), "the European Social Fund has closed"
    Version.objects.filter(pk=version.pk).update(programme=Programme.objects.get(code="dwp"))
    assert allows(version)


@pytest.mark.parametrize("state", [one for one in State if one not in rules.ALLOWING])
def test_in_no_other_state_it_allows_anything(state):
    assert not allows(whole_version(state))


def test_a_school_that_shares_with_us_is_no_place_to_share_with():
    agreement = AgreementFactory(kind="school")

    assert not allows(whole_version(agreement=agreement))


def takes(version: Version, new: State) -> bool:
    """Whether the database lets a version go to a state; it is put back either way."""
    copy = {"signed_id": "0" * 32, "signed_sha256": "0" * 64} if version.state == "sent" else {}
    try:
        with transaction.atomic():
            Version.objects.filter(pk=version.pk).update(state=new.value, **copy)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("old", list(State))
def test_the_database_takes_the_steps_that_are_drawn_and_no_other(old):
    version = whole_version(old)

    assert {new for new in State if takes(version, new)} - {old} == rules.NEXT_STATES[old]


def test_what_it_says_stays_once_it_was_sent():
    version = whole_version(State.SENT)

    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(columns=["name"])
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        version.purposes.all().delete()
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        version.notices.clear()


def test_a_review_is_within_three_years_and_a_draft_comes_to_force_whole():
    version = whole_version(State.DRAFT)
    with pytest.raises(IntegrityError, match="reviewed_in_time"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(review_on=date(2029, 9, 2))
    version.annex.approved_by = version.annex.approved_at = None
    version.annex.save()

    with pytest.raises(IntegrityError, match="all of it"), transaction.atomic():
        move(version, State.IN_FORCE)


def test_bases_and_gateways_are_open_to_a_public_authority():
    version = whole_version(State.DRAFT)

    def agree(**fields: object) -> None:
        gateway = fields.pop("gateway", "esa-2008-s68")
        with transaction.atomic():
            AgreedPurpose.objects.create(
                version=version,
                purpose=rules.AT_RISK,
                gateway=Gateway.objects.get(code=gateway),
                **{"basis": rules.PUBLIC_TASK, **fields},
            )

    with pytest.raises(IntegrityError, match="open_to_a_public_authority"):
        agree(basis="legitimate")
    with pytest.raises(IntegrityError, match="refusing_has_no_consequence"):
        agree(basis=rules.CONSENT)
    with pytest.raises(IntegrityError, match="repealed gateway"):
        agree(gateway="lsa-2000-s114")
