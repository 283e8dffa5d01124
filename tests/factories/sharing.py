"""Lists and disclosures of invented people, and a world in which someone may be shared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import factory

from caseload.models import YoungPerson
from ccis.access.roles import Role
from ccis.accounts.models import User
from ccis.authorities.models import Authority
from optout.letters.models import Letter
from providers.models import Provider
from sharing.agreements.models import Gateway, Version
from sharing.agreements.queries import terms_of
from sharing.agreements.rules import Terms
from sharing.destruction.models import Confirmation
from sharing.emergency.models import Emergency, Enquiry
from sharing.files.models import SecureFile
from sharing.models import DisclosedRow, Disclosure, ListEntry, SharedList
from tests.factories.accounts import UserFactory, member
from tests.factories.agreements import VersionFactory, whole_version
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ChangeFactory, YoungPersonFactory, complete_person
from tests.factories.letters import BatchFactory, LetterFactory, ProviderListFactory
from tests.factories.letters import VersionFactory as LetterVersionFactory
from tests.factories.portal import SeatFactory
from tests.factories.providers import ProviderFactory

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
"""A Friday."""
POSTED = date(2026, 10, 1)
LETTER_COLUMNS = ["name", "address", "phone", "date-of-birth"]


class SharedListFactory(factory.django.DjangoModelFactory):
    """A list that waits for release."""

    class Meta:
        model = SharedList

    authority = factory.SubFactory(AuthorityFactory)
    provider = factory.SelfAttribute("version.agreement.provider")
    purpose = "support"
    columns = ["name", "phone"]
    version = factory.SubFactory(
        VersionFactory, agreement__authority=factory.SelfAttribute("...authority")
    )
    drafted_by = factory.SubFactory(UserFactory)
    drafted_at = AT


class ListEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ListEntry

    person = factory.SubFactory(YoungPersonFactory)
    on_list = factory.SubFactory(
        SharedListFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )


class EmergencyFactory(factory.django.DjangoModelFactory):
    """One person's name to one organisation, in an emergency: it rests on no letter."""

    class Meta:
        model = Disclosure

    kind = "emergency"
    person = factory.SubFactory(YoungPersonFactory)
    authority = factory.SelfAttribute("person.lead_authority")
    provider = factory.SubFactory(ProviderFactory)
    purpose = "support"
    columns = ["name"]
    made = factory.SubFactory(
        ChangeFactory, authority=factory.SelfAttribute("..person.lead_authority")
    )
    released_at = AT
    ends_at = datetime(2999, 1, 1, tzinfo=UTC)


class DisclosedRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DisclosedRow

    disclosure = factory.SubFactory(EmergencyFactory)
    values = factory.LazyFunction(lambda: {"name": "Amara Oduya"})
    released_at = AT
    ends_at = datetime(2999, 1, 1, tzinfo=UTC)


class SecureFileFactory(factory.django.DjangoModelFactory):
    """A file of a list that is being made for a named person."""

    class Meta:
        model = SecureFile

    on_list = factory.SubFactory(SharedListFactory)
    form = "xlsx"
    mark = "7F3K"
    for_user = factory.SubFactory(UserFactory)
    told_to = factory.SubFactory(UserFactory)
    asked_by = factory.SelfAttribute("told_to")
    asked_at = AT
    beat_at = AT


class ConfirmationFactory(factory.django.DjangoModelFactory):
    """An organisation's word, with a certificate about nobody."""

    class Meta:
        model = Confirmation

    on_list = factory.SubFactory(SharedListFactory)
    said_by = "Ines Okafor, centre manager"
    said_on = AT.date()
    how = "phone"
    what = "One workbook, deleted"
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = AT
    certificate = (
        '{"certificate":"7F3KQ29M","columns":["name"],"confirmed":{"by":"Ines Okafor",'
        '"what":"One workbook, deleted"},"council":"Northgate","files":[],"in_backups":"",'
        '"list":"7F3KQ29M","organisation":"Harbour Lane Skills","people":[],'
        '"purpose":"support","rests_on_their_word":"","version":1}'
    )
    signature = "00" * 64
    key = "0" * 16


class EmergencyReasonFactory(factory.django.DjangoModelFactory):
    """Why something went in an emergency; nobody has looked at it again."""

    class Meta:
        model = Emergency

    disclosure = factory.SubFactory(EmergencyFactory)
    met = ["Somebody’s life is in danger, or may be"]
    why = "They are missing since this morning"
    whys = factory.LazyFunction(lambda: {"name": "To look for them"})
    told_to = "Sergeant Lena Marsh"
    checked = "Called back on the switchboard’s number"
    how = "phone"
    decided_by = "Priya Nair, duty manager"
    despite = False
    by = factory.SubFactory(UserFactory)
    sent_key = factory.Sequence(lambda n: f"sending-{n}")


class EnquiryFactory(factory.django.DjangoModelFactory):
    """Somebody asked, and showed who they are; nobody has answered."""

    class Meta:
        model = Enquiry

    person = factory.SubFactory(YoungPersonFactory)
    authority = factory.SelfAttribute("person.lead_authority")
    provider = factory.SubFactory(ProviderFactory)
    asker = "Ines Okafor, centre manager"
    channel = "phone"
    asks = "A phone number, to reach them"
    checks = ["called-back"]
    checked = "Called the centre back on the number of its website"
    state = "checked"
    by = factory.SubFactory(UserFactory)
    at = AT


@dataclass(frozen=True)
class Ready:
    """An agreement in force with someone named, two officers, a posted list of organisations."""

    authority: Authority
    provider: Provider
    version: Version
    terms: Terms
    named: User
    drafter: User
    releaser: User

    def letter(self, person: YoungPerson, **fields: object) -> Letter:
        """A letter to someone that named the organisation and whose notice has run."""
        kept = ProviderListFactory(authority=self.authority, providers=[self.provider])
        wanted = {"version__columns": LETTER_COLUMNS, "posted_on": POSTED} | fields
        batch = BatchFactory(
            authority=self.authority,
            provider_list=kept,
            state="posted",
            posted_on=wanted.pop("posted_on"),
            sharing_from=date(2026, 10, 16),
        )
        columns = wanted.pop("version__columns")
        version = LetterVersionFactory(template=batch.template, columns=columns)
        return LetterFactory(person=person, batch=batch, version=version, **wanted)

    def person(self, **fields: object) -> YoungPerson:
        """Someone who may go: told by letter, living here, of the age."""
        person = complete_person(lead_authority=self.authority, **fields)
        self.letter(person)
        return person


def ready(**fields: object) -> Ready:
    """All that sharing with one organisation needs; ``fields`` are of the agreement's version."""
    authority = fields.pop("authority", None) or AuthorityFactory()
    # A test over committed data begins without what migrations wrote.
    Gateway.objects.get_or_create(code="esa-2008-s68", defaults={"name": "Section 68"})
    named = member(Role.NAMED_INDIVIDUAL, authority=authority)
    version = whole_version(emails=(named.email,), **{"agreement__authority": authority} | fields)
    SeatFactory(user=named, provider=version.agreement.provider, authority=authority)
    terms = terms_of(version.agreement, on=AT.date())
    assert terms is not None
    return Ready(
        authority=authority,
        provider=version.agreement.provider,
        version=version,
        terms=terms,
        named=named,
        drafter=member(Role.DATA_MANAGER, authority=authority),
        releaser=member(Role.INFORMATION_GOVERNANCE, authority=authority),
    )
