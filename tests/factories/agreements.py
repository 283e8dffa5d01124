"""Agreements of invented parties, in any state."""

from datetime import UTC, date, datetime

import factory

from providers.models import Provider
from sharing.agreements import rules
from sharing.agreements.actions import steps
from sharing.agreements.models import (
    AgreedPurpose,
    Agreement,
    AnnexA,
    Audit,
    AuditFinding,
    Gateway,
    NamedPerson,
    Party,
    PrivacyNotice,
    Version,
    Wording,
)
from sharing.agreements.rules import State
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory

MADE = datetime(2026, 9, 1, 9, tzinfo=UTC)
HASH = "0" * 64


class RecipientFactory(factory.django.DjangoModelFactory):
    """An organisation that may be shared with."""

    class Meta:
        model = Provider

    name = factory.Sequence(lambda n: f"Harbour Lane Skills {n}")
    kind = Provider.Kind.TRAINING


class AgreementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Agreement

    authority = factory.SubFactory(AuthorityFactory)
    provider = factory.SubFactory(RecipientFactory)
    title = factory.Sequence(lambda n: f"Support for young people {n}")
    does = "Helps with courses, training and finding work."
    begun_by = factory.SubFactory(UserFactory)
    begun_at = MADE


class WordingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Wording

    authority = factory.SubFactory(AuthorityFactory)
    number = factory.Sequence(lambda n: n + 1)
    body = "# 1. Purpose\n\nThis agreement is between {council} and {organisation}."
    published_at = MADE
    why = "made for a test"


class NoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PrivacyNotice

    authority = factory.SubFactory(AuthorityFactory)
    title = factory.Sequence(lambda n: f"Privacy notice {n}")
    version = "2026"
    given_from = date(2026, 1, 1)
    says = "We may share your contact details with an organisation that can help you."
    registered_by = factory.SubFactory(UserFactory)
    registered_at = MADE


class VersionFactory(factory.django.DjangoModelFactory):
    """A version with all that it needs; ``state`` is where it ends up."""

    class Meta:
        model = Version
        skip_postgeneration_save = True

    class Params:
        purposes = (rules.SUPPORT, rules.CONFIRM, rules.REPORT)

    agreement = factory.SubFactory(AgreementFactory)
    number = 1
    state = State.DRAFT.value
    state_since = MADE
    made_by = factory.SelfAttribute("agreement.begun_by")
    made_at = MADE
    starts_on = date(2026, 9, 1)
    ends_on = date(2099, 8, 31)
    review_on = date(2027, 9, 1)
    columns = list(rules.USUAL_COLUMNS)
    clock = rules.OPENING
    calendar = rules.ENGLAND_AND_WALES
    frequency = "monthly"
    free = True
    checked_how = "Inspected in spring"
    checked_until = date(2100, 1, 1)
    assurance_evidence = "Report of the inspection"
    national_opt_out = "not-applicable"


def whole_version(
    state: State = State.IN_FORCE,
    *,
    purposes: tuple[str, ...] = (rules.SUPPORT, rules.CONFIRM, rules.REPORT),
    emails: tuple[str, ...] = ("named@harbour.example",),
    notices: tuple[PrivacyNotice, ...] = (),
    **fields: object,
) -> Version:
    """A version in a state, with everything that this state asks for."""
    version = VersionFactory(**fields)
    authority = version.agreement.authority
    gateway = Gateway.objects.get(code="esa-2008-s68")
    for purpose in purposes:
        AgreedPurpose.objects.create(
            version=version, purpose=purpose, basis=rules.PUBLIC_TASK, gateway=gateway
        )
    for side in Party.Side.values:
        Party.objects.create(
            version=version,
            side=side,
            role_of_given=rules.SOLE,
            role_of_reported=rules.SOLE,
            asset_owner="Information officer",
            privacy_statement="https://example.org/privacy",
            standard="iso27001",
            standard_on=date(2026, 8, 1),
            standard_evidence="Certificate",
            retention_on=date(2026, 8, 1),
            retention_evidence="Policy",
            training_on=date(2026, 8, 1),
            training_evidence="Register",
            signatory="Alex Example",
            signatory_job="Director",
            signed_on=date(2026, 8, 20),
        )
    AnnexA.objects.create(
        version=version,
        description="Names and contact details",
        activities="Calls, visits and mentoring",
        contacts_people=True,
        contact_details="By phone and letter",
        legal_basis="Public task",
        filled_by=version.agreement.begun_by,
        filled_at=MADE,
        approved_by=UserFactory(),
        approved_at=MADE,
    )
    for email in emails:
        NamedPersonFactory(agreement=version.agreement, email=email)
    version.notices.set(notices or [NoticeFactory(authority=authority)])
    move(version, state)
    return version


def renewed(version: Version, *, at: datetime, **fields: object) -> Version:
    """A new version in force, in the place of one that was."""
    new = whole_version(
        State.SIGNED, emails=(), agreement=version.agreement, number=version.number + 1, **fields
    )
    steps.put_in_force(new, by=version.agreement.begun_by, at=at)
    return new


class NamedPersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NamedPerson

    agreement = factory.SubFactory(AgreementFactory)
    name = factory.Sequence(lambda n: f"Named Person {n}")
    job = "Adviser"
    email = factory.Sequence(lambda n: f"named{n}@harbour.example")
    added_by = factory.SelfAttribute("agreement.begun_by")
    added_at = MADE
    approved_by = factory.SubFactory(UserFactory)
    approved_at = MADE


class AuditFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Audit

    agreement = factory.SubFactory(AgreementFactory)
    number = 1
    held_on = date(2026, 10, 1)
    held_by = "authority"
    scope = "How lists are stored"
    conclusion = "As agreed"
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = MADE


class AuditFindingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AuditFinding

    audit = factory.SubFactory(AuditFactory)
    finding = "An old list was still there"
    action = "Destroy it"
    owner = "Their manager"
    due_on = date(2026, 12, 1)
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = MADE


ROADS = {
    State.DRAFT: (),
    State.SENT: (State.SENT,),
    State.SIGNED: (State.SENT, State.SIGNED),
    State.IN_FORCE: (State.SENT, State.SIGNED, State.IN_FORCE),
}
"""By which states a version gets to where it is."""


def move(version: Version, state: State) -> None:
    """Take a version to a state by lawful steps."""
    road = ROADS.get(state) or (*ROADS[State.IN_FORCE], state)
    for one in () if state == State.DRAFT else road:
        if one == State.SENT:
            version.wording = WordingFactory(authority=version.agreement.authority)
        if one == State.SIGNED:
            version.signed_id, version.signed_sha256 = "0" * 32, HASH
        version.state = one.value
        version.save()
