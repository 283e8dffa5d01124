"""Nobody sees another authority's young people, by any road through the tables (PIA-07, PIA-29).

The walk goes over the model graph, so that a table added tomorrow is asked the same questions: it
must have ``visible_to``, and must say here how to make a row of it.
"""

from collections.abc import Callable, Iterable
from datetime import date

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from guardian.shortcuts import assign_perm

from caseload.dropouts.models import Notification, PassingOn
from caseload.intake.models import InboundFile, InboundRow, RowDestruction
from caseload.matching.models import Answer, Candidate
from caseload.merging.models import Merge, Two
from caseload.models import (
    FACT_MODELS,
    FoundWrong,
    RestrictionLevel,
    Task,
    Verification,
    YoungPerson,
)
from ccis.access.database import acting_as
from ccis.access.roles import STAFF_ROLES, Role
from ccis.accounts.models import User
from optout.letters.models import Letter
from optout.mailbox.models import Mail
from optout.models import Correction, Message, PersonalCode, Request, Statement
from optout.outbox.models import MessageChoice, Outgoing
from returns.models import Build, Difference, Finding, Reconciliation, SentStatus
from sharing.emergency.models import Emergency, Enquiry
from sharing.incidents.models import Affected, Risk
from sharing.models import DisclosedRow, Disclosure, ListEntry
from sharing.outcomes import models as outcomes
from sharing.triage.models import Choice
from tests.factories import caseload as caseload_factories
from tests.factories import outcomes as said
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    FoundWrongFactory,
    TaskFactory,
    VerificationFactory,
    YoungPersonFactory,
)
from tests.factories.dropouts import NotificationFactory, PassingOnFactory
from tests.factories.incidents import AffectedFactory, RiskFactory
from tests.factories.intake import (
    AnswerFactory,
    CandidateFactory,
    InboundFileFactory,
    InboundRowFactory,
    RowDestructionFactory,
)
from tests.factories.letters import LetterFactory
from tests.factories.mailbox import MailFactory
from tests.factories.merging import MergeFactory, TwoFactory
from tests.factories.optout import (
    CorrectionFactory,
    MessageFactory,
    PersonalCodeFactory,
    RequestFactory,
    StatementFactory,
)
from tests.factories.outbox import MessageChoiceFactory, OutgoingFactory
from tests.factories.returns import (
    BuildFactory,
    DifferenceFactory,
    FindingFactory,
    ReconciliationFactory,
    SentStatusFactory,
)
from tests.factories.sharing import (
    DisclosedRowFactory,
    EmergencyFactory,
    EmergencyReasonFactory,
    EnquiryFactory,
    ListEntryFactory,
)
from tests.factories.triage import ChoiceFactory

pytestmark = pytest.mark.django_db

Rows = dict[type[models.Model], models.Model]

ROOTS: tuple[type[models.Model], ...] = (YoungPerson, InboundFile)

NOT_READ_BY_PEOPLE = {
    "caseload.restrictedrecordgrant": "read by guardian alone, to answer visible_to itself",
    "caseload.sealedidentity": "why something is sealed: for those alone who were named for it",
}
"""Tables on the way to a person that no page ever lists, each with its reason."""


def earlier_verification(person: YoungPerson) -> Verification:
    earlier = ActivityFactory(person=person, starts=date(2025, 9, 1), ends=date(2026, 7, 1))
    return VerificationFactory(activity=earlier)


def file_of(person: YoungPerson) -> InboundFile:
    return InboundFileFactory(authority=person.lead_authority)


def earlier_build(person: YoungPerson) -> Build:
    return BuildFactory(authority=person.lead_authority, state="stopped")


def row_about(person: YoungPerson) -> InboundRow:
    return InboundRowFactory(file=file_of(person), person=person)


def fact_maker(model: type[models.Model]) -> Callable[[YoungPerson], models.Model]:
    factory = getattr(caseload_factories, f"{model.__name__}Factory")
    return lambda person: factory(person=person)


def mail_about(person: YoungPerson) -> Mail:
    return MailFactory(
        authority=person.lead_authority,
        request=MAKERS[Request](person),
        state="request",
        settled_by=UserFactory(),
        settled_at=timezone.now(),
    )


def reconciled(person: YoungPerson) -> Reconciliation:
    return ReconciliationFactory(file=file_of(person))


MAKERS: dict[type[models.Model], Callable[[YoungPerson], models.Model]] = {
    **{model: fact_maker(model) for model in FACT_MODELS},
    YoungPerson: lambda person: person,
    Verification: earlier_verification,
    FoundWrong: lambda person: FoundWrongFactory(person=person),
    Task: lambda person: TaskFactory(person=person),
    InboundFile: file_of,
    InboundRow: row_about,
    RowDestruction: lambda person: RowDestructionFactory(file=file_of(person)),
    Candidate: lambda person: CandidateFactory(row=row_about(person), person=person),
    Answer: lambda person: AnswerFactory(row=row_about(person)),
    Two: lambda person: TwoFactory(first=person),
    Merge: lambda person: MergeFactory(stays=person),
    Finding: lambda person: FindingFactory(person=person, build=earlier_build(person)),
    Reconciliation: reconciled,
    Difference: lambda person: DifferenceFactory(of=person, reconciliation=reconciled(person)),
    Statement: lambda person: StatementFactory(person=person),
    PersonalCode: lambda person: PersonalCodeFactory(person=person, code=f"CODE{person.pk}"),
    Request: lambda person: RequestFactory(person=person, authority=person.lead_authority),
    Correction: lambda person: CorrectionFactory(person=person),
    Message: lambda person: MessageFactory(request=MAKERS[Request](person)),
    Letter: lambda person: LetterFactory(person=person),
    Outgoing: lambda person: OutgoingFactory(person=person),
    MessageChoice: lambda person: MessageChoiceFactory(person=person),
    Mail: mail_about,
    ListEntry: lambda person: ListEntryFactory(person=person),
    Disclosure: lambda person: EmergencyFactory(person=person),
    DisclosedRow: lambda person: DisclosedRowFactory(disclosure__person=person),
    outcomes.Attempt: lambda person: said.AttemptFactory(disclosure__person=person),
    outcomes.Answer: lambda person: said.AnswerFactory(disclosure__person=person),
    outcomes.Referral: lambda person: said.ReferralFactory(disclosure__person=person),
    outcomes.WorkbookRow: lambda person: said.WorkbookRowFactory(disclosure__person=person),
    Choice: lambda person: ChoiceFactory(person=person),
    Notification: lambda person: NotificationFactory(source__authority=person.lead_authority),
    PassingOn: lambda person: PassingOnFactory(authority=person.lead_authority),
    Emergency: lambda person: EmergencyReasonFactory(disclosure__person=person),
    Enquiry: lambda person: EnquiryFactory(person=person),
    Affected: lambda person: AffectedFactory(person=person),
    Risk: lambda person: RiskFactory(person=person),
    SentStatus: lambda person: SentStatusFactory(person=person, build=earlier_build(person)),
}
"""How to make a row about a person, for each table. Add a line for a new table."""

NOT_OF_ONE_PERSON = {InboundFile, RowDestruction, Reconciliation, Notification, PassingOn}
"""Tables whose rows are about many people: a restriction on one of them does not hide the row."""


def personal_models() -> set[type[models.Model]]:
    """The roots, and every model with a foreign key to one of these, however far."""
    found = set(ROOTS)
    while True:
        more = {model for model in apps.get_models() if model not in found} & {
            model for model in apps.get_models() if points_to(model, found)
        }
        if not more:
            return {m for m in found if m._meta.label_lower not in NOT_READ_BY_PEOPLE}
        found |= more


def points_to(model: type[models.Model], targets: set[type[models.Model]]) -> bool:
    return any(
        (field.many_to_one or field.one_to_one) and field.related_model in targets
        for field in model._meta.concrete_fields
    )


PERSONAL = personal_models()


def rows_about(person: YoungPerson) -> Rows:
    """One row of every personal table, about one person."""
    return {model: MAKERS[model](person) for model in PERSONAL}


def seen(rows: Rows, user: User) -> set[type[models.Model]]:
    """The tables whose row the user may see, asked as the pages do: in the web role."""
    with acting_as("ccis_web"):
        return {
            model
            for model, row in rows.items()
            if model._default_manager.visible_to(user).filter(pk=row.pk).exists()
        }


def of_one_person(found: Iterable[type[models.Model]]) -> set[type[models.Model]]:
    return set(found) - NOT_OF_ONE_PERSON


@pytest.fixture
def here():
    return AuthorityFactory()


@pytest.fixture
def person(here):
    return YoungPersonFactory(lead_authority=here)


@pytest.fixture
def stranger():
    return YoungPersonFactory(lead_authority=AuthorityFactory(code=BARNET))


def test_every_personal_table_has_visible_to_and_a_maker():
    without = [m._meta.label for m in PERSONAL if not hasattr(m._default_manager, "visible_to")]

    assert without == []
    assert [m._meta.label for m in PERSONAL if m not in MAKERS] == []
    assert set(FACT_MODELS) <= PERSONAL


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_staff_see_their_own_authority_and_no_other(role, person, stranger):
    user = member(role, authority=person.lead_authority)

    assert seen(rows_about(person), user) == PERSONAL
    assert seen(rows_about(stranger), user) == set()


def test_staff_of_two_authorities_see_both(person, stranger):
    user = member(authority=person.lead_authority)
    MembershipFactory(user=user, authority=stranger.lead_authority, role=Role.ADVISER.value)

    assert seen(rows_about(person), user) == PERSONAL
    assert seen(rows_about(stranger), user) == PERSONAL


@pytest.mark.parametrize(
    "who",
    [
        lambda authority: UserFactory(),
        lambda authority: UserFactory(is_superuser=True),
        lambda authority: member(Role.NAMED_INDIVIDUAL, authority=authority),
        lambda authority: member(Role.SCHOOL_DATA_MANAGER, authority=authority),
        lambda authority: member(authority=authority, ends_on=timezone.localdate()),
        lambda authority: member(authority=authority, user__is_active=False),
    ],
    ids=["no membership", "superuser", "provider", "school", "ended", "switched off"],
)
def test_nobody_else_sees_anything(who, person):
    assert seen(rows_about(person), who(person.lead_authority)) == set()


@pytest.mark.parametrize(
    "level",
    [
        RestrictionLevel.RELATIVE_OF_STAFF,
        RestrictionLevel.HIGH_PROFILE,
        RestrictionLevel.PROTECTED_ADDRESS,
    ],
)
def test_a_restricted_record_is_for_those_who_were_granted_it(level, here):
    person = YoungPersonFactory(lead_authority=here, restriction_level=level)
    granted, colleague = member(authority=here), member(authority=here)
    assign_perm("caseload.open_restricted_record", granted, person)
    rows = rows_about(person)

    assert seen(rows, granted) == PERSONAL
    assert of_one_person(seen(rows, colleague)) == set()
    for role in (Role.ADMINISTRATOR, Role.INFORMATION_GOVERNANCE):
        assert of_one_person(seen(rows, member(role, authority=here))) == set()


def test_a_grant_is_no_way_into_another_authority(here, stranger):
    stranger.restriction_level = RestrictionLevel.HIGH_PROFILE
    stranger.save(update_fields=["restriction_level"])
    user = member(authority=here)
    assign_perm("caseload.open_restricted_record", user, stranger)

    assert seen(rows_about(stranger), user) == set()


def test_a_grant_lasts_no_longer_than_the_membership(here):
    person = YoungPersonFactory(
        lead_authority=here, restriction_level=RestrictionLevel.HIGH_PROFILE
    )
    user = member(authority=here, ends_on=timezone.localdate())
    assign_perm("caseload.open_restricted_record", user, person)

    assert seen(rows_about(person), user) == set()


def test_someone_who_died_is_for_the_administrator_alone(here):
    person = YoungPersonFactory(lead_authority=here, restriction_level=RestrictionLevel.DECEASED)
    officer = member(authority=here)
    assign_perm("caseload.open_restricted_record", officer, person)
    rows = rows_about(person)

    assert seen(rows, member(Role.ADMINISTRATOR, authority=here)) == PERSONAL
    assert of_one_person(seen(rows, officer)) == set()
    governance = member(Role.INFORMATION_GOVERNANCE, authority=here)
    assert of_one_person(seen(rows, governance)) == set()


def test_an_administrator_elsewhere_does_not_see_someone_who_died(here):
    person = YoungPersonFactory(lead_authority=here, restriction_level=RestrictionLevel.DECEASED)
    user = member(Role.ADMINISTRATOR, authority=AuthorityFactory(code=BARNET))
    MembershipFactory(user=user, authority=here, role=Role.ADVISER.value)

    assert of_one_person(seen(rows_about(person), user)) == set()
