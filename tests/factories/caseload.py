"""Young people and facts about them. All are invented."""

from datetime import UTC, date, datetime

import factory
from django.db.backends.postgresql.psycopg_any import DateRange

from caseload.actions.people import next_young_persons_id
from caseload.models import (
    Activity,
    Address,
    Attendance,
    Characteristic,
    Consent,
    ConsentAttempt,
    ConsentOverride,
    ContactNeed,
    ContactPoint,
    Departure,
    DoNotSurvey,
    Enrolment,
    FoundWrong,
    Guarantee,
    Identifier,
    IntendedDestination,
    LevelOfNeed,
    Name,
    NoticeGiven,
    Particulars,
    RiskIndicators,
    Section72,
    SendProvision,
    Task,
    Verification,
    YoungPerson,
)
from ccis.audit.models import Change
from tests.factories.accounts import UserFactory
from tests.factories.authorities import AuthorityFactory
from tests.factories.providers import ProviderFactory

BORN = date(2009, 3, 14)
"""Year 13 in the academic year 2026 to 2027."""


class ChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Change

    authority = factory.SubFactory(AuthorityFactory)
    at = datetime(2026, 9, 1, 9, tzinfo=UTC)
    why = "made for a test"


class YoungPersonFactory(factory.django.DjangoModelFactory):
    """A bare person; ``complete`` adds what a record usually has."""

    class Meta:
        model = YoungPerson
        skip_postgeneration_save = True

    lead_authority = factory.SubFactory(AuthorityFactory)
    young_persons_id = factory.LazyAttribute(lambda o: next_young_persons_id(o.lead_authority))


class FactFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    class Params:
        starts = date(2024, 9, 1)
        ends = None  # the first day on which it is no longer true

    person = factory.SubFactory(YoungPersonFactory)
    during = factory.LazyAttribute(lambda o: DateRange(o.starts, o.ends, "[)"))
    recorded = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )


class NameFactory(FactFactory):
    class Meta:
        model = Name

    class Params:
        starts = BORN

    given = "Amara"
    family = factory.Sequence(lambda n: f"Oduya{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}")


class ParticularsFactory(FactFactory):
    class Meta:
        model = Particulars

    class Params:
        starts = BORN

    date_of_birth = BORN
    gender_id = "F"
    ethnicity_id = "WBRI"


class AddressFactory(FactFactory):
    class Meta:
        model = Address

    line_1 = "12 Castle Street"
    town = "Northgate"
    postcode = "NG1 4AB"


class ContactPointFactory(FactFactory):
    class Meta:
        model = ContactPoint

    kind = ContactPoint.Kind.MOBILE
    value = "07700900014"


class IdentifierFactory(FactFactory):
    class Meta:
        model = Identifier

    kind_id = "uln"
    value = "1000000027"


class ActivityFactory(FactFactory):
    class Meta:
        model = Activity

    class Params:
        starts = date(2026, 9, 1)

    code_id = "230"
    ascertained_on = factory.LazyAttribute(lambda o: o.starts)
    predicted_end_on = date(2027, 7, 31)


class VerificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Verification

    class Params:
        activity = factory.SubFactory(ActivityFactory)

    person = factory.SelfAttribute("activity.person")
    spell = factory.LazyAttribute(
        lambda o: Activity.objects.values_list("spell", flat=True).get(pk=o.activity.pk)
    )
    verified_on = date(2026, 10, 1)
    recorded = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )


class CharacteristicFactory(FactFactory):
    class Meta:
        model = Characteristic

    code_id = "140"


class SendProvisionFactory(FactFactory):
    class Meta:
        model = SendProvision

    provision = "E"


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    person = factory.SubFactory(YoungPersonFactory)
    what = "Contact them, and find out whether they are NEET"
    due_on = date(2026, 11, 11)
    opened = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )


class FoundWrongFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FoundWrong

    person = factory.SubFactory(YoungPersonFactory)
    came_by = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )
    source_row = 4
    what = "address"
    words = "They moved out in June"
    found_by = factory.SubFactory(UserFactory)
    found_at = datetime(2026, 11, 5, 9, tzinfo=UTC)


class ContactNeedFactory(FactFactory):
    """Large print."""

    class Meta:
        model = ContactNeed

    format = "large"


class ConsentFactory(FactFactory):
    """Refused by the young person."""

    class Meta:
        model = Consent

    answer = "refused"


class DoNotSurveyFactory(FactFactory):
    class Meta:
        model = DoNotSurvey


class ConsentAttemptFactory(FactFactory):
    """About sharing, by phone, and nobody was reached."""

    class Meta:
        model = ConsentAttempt

    about = "sharing"
    how = "phone"
    outcome = "none"
    asked_by = "Priya Nair"


class NoticeGivenFactory(FactFactory):
    class Meta:
        model = NoticeGiven

    notice = "Privacy notice for young people, version 3"
    how = "interview"


class ConsentOverrideFactory(FactFactory):
    class Meta:
        model = ConsentOverride

    ground = "safeguard"
    law = "Children Act 1989, section 47"
    reason = "The police asked where they live"
    decided_by = "Head of the service"


class Section72Factory(FactFactory):
    class Meta:
        model = Section72

    given_by = "parent"


class LevelOfNeedFactory(FactFactory):
    class Meta:
        model = LevelOfNeed

    code_id = "2"


class GuaranteeFactory(FactFactory):
    class Meta:
        model = Guarantee

    for_year = 11
    status_id = "110"


class IntendedDestinationFactory(FactFactory):
    class Meta:
        model = IntendedDestination

    code_id = "121"


class AttendanceFactory(FactFactory):
    class Meta:
        model = Attendance

    class Params:
        starts = date(2026, 9, 1)
        ends = date(2026, 10, 24)

    provider = factory.SubFactory(ProviderFactory)
    possible = 72
    attended = 60
    authorised = 8
    unauthorised = 4
    suspended = 2
    marks = "2024-25"


class RiskIndicatorsFactory(FactFactory):
    class Meta:
        model = RiskIndicators

    attendance_percent = "83.3"
    judgement = "high"
    carer = True
    confirmed_by = "R Iqbal, head of Year 11"


class EnrolmentFactory(FactFactory):
    class Meta:
        model = Enrolment

    authority = factory.SubFactory(AuthorityFactory)
    status = "C"


class DepartureFactory(FactFactory):
    class Meta:
        model = Departure

    kind = "T"
    to_code = "302"


def complete_person(
    *, date_of_birth: date = BORN, code: str = "230", **fields: object
) -> YoungPerson:
    """A person with name, particulars, home address, level of need and a verified activity."""
    person = YoungPersonFactory(**fields)
    NameFactory(person=person, starts=date_of_birth)
    ParticularsFactory(person=person, date_of_birth=date_of_birth, starts=date_of_birth)
    AddressFactory(person=person)
    LevelOfNeedFactory(person=person)
    VerificationFactory(activity=ActivityFactory(person=person, code_id=code))
    return person
