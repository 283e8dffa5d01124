"""What the database itself keeps of the record, and what a correction leaves behind."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from caseload.actions import activities, details, facts
from caseload.errors import CannotRecord, ChangedMeanwhile
from caseload.models import (
    FACT_MODELS,
    Activity,
    Address,
    Characteristic,
    ContactPoint,
    Fact,
    IdentityFact,
    LevelOfNeed,
    Name,
    Verification,
)
from ccis.access.database import acting_as
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    AddressFactory,
    ChangeFactory,
    CharacteristicFactory,
    ContactPointFactory,
    DepartureFactory,
    EnrolmentFactory,
    GuaranteeFactory,
    IdentifierFactory,
    IntendedDestinationFactory,
    LevelOfNeedFactory,
    NameFactory,
    ParticularsFactory,
    SendProvisionFactory,
    VerificationFactory,
    YoungPersonFactory,
)
from tests.factories.providers import ProviderFactory

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
FACTORIES = {
    "identifier": (IdentifierFactory, {}),
    "name": (NameFactory, {}),
    "particulars": (ParticularsFactory, {}),
    "address": (AddressFactory, {}),
    "contactpoint": (ContactPointFactory, {}),
    "activity": (ActivityFactory, {}),
    "characteristic": (CharacteristicFactory, {}),
    "sendprovision": (SendProvisionFactory, {}),
    "levelofneed": (LevelOfNeedFactory, {}),
    "guarantee": (GuaranteeFactory, {}),
    "intendeddestination": (IntendedDestinationFactory, {}),
    "departure": (DepartureFactory, {}),
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return member(Role.TRACKING_OFFICER, authority=AuthorityFactory())


# -- constraints -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FACTORIES)
def test_two_believed_facts_of_a_kind_may_not_overlap(kind):
    make, fields = FACTORIES[kind]
    first = make(**fields)

    with pytest.raises(IntegrityError, match="one_"):
        make(person=first.person, **fields)


def test_a_school_may_not_be_attended_twice_at_once():
    first = EnrolmentFactory(provider=ProviderFactory())

    with pytest.raises(IntegrityError, match="one_enrolment_at_a_provider"):
        EnrolmentFactory(person=first.person, provider=first.provider)


@pytest.mark.parametrize("kind", FACTORIES)
def test_a_superseded_fact_makes_room_for_another(kind):
    make, fields = FACTORIES[kind]
    first = make(**fields)
    change = ChangeFactory(authority=first.person.lead_authority)
    type(first).objects.filter(pk=first.pk).update(superseded=change)

    second = make(person=first.person, recorded=change, **fields)

    assert list(type(first).objects.believed()) == [second]


@pytest.mark.parametrize("kind", [*FACTORIES, "enrolment"])
def test_a_fact_of_no_time_at_all_is_refused(kind):
    make, fields = FACTORIES.get(kind, (EnrolmentFactory, {}))

    with pytest.raises(IntegrityError, match="during_is_not_empty"):
        make(during=DateRange(date(2026, 9, 1), date(2026, 9, 1), "[)"), **fields)


def test_a_fact_may_not_be_superseded_by_the_change_that_recorded_it():
    name = NameFactory()

    with pytest.raises(IntegrityError, match="is_superseded_by_a_later_change"):
        Name.objects.filter(pk=name.pk).update(superseded=name.recorded)


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (ActivityFactory, {"code_id": "999"}),
        (ParticularsFactory, {"gender_id": "Z"}),
        (ParticularsFactory, {"ethnicity_id": "XXXX"}),
        (CharacteristicFactory, {"code_id": "999"}),
        (LevelOfNeedFactory, {"code_id": "9"}),
        (GuaranteeFactory, {"status_id": "999"}),
        (IntendedDestinationFactory, {"code_id": "999"}),
        (IdentifierFactory, {"kind_id": "none"}),
    ],
)
def test_only_codes_of_the_national_lists_are_kept(make, fields):
    make(**fields)

    with pytest.raises(IntegrityError, match="foreign key"):
        connection.check_constraints()


@pytest.mark.parametrize(
    ("make", "fields", "rule"),
    [
        (NameFactory, {"given": "", "family": ""}, "name_is_not_blank"),
        (AddressFactory, {"postcode": "ng1 4ab"}, "address_postcode_is_in_capitals"),
        (ContactPointFactory, {"value": ""}, "contact_point_is_not_blank"),
        (SendProvisionFactory, {"provision": "X"}, "send_provision_is_known"),
        (GuaranteeFactory, {"for_year": 13}, "guarantee_year"),
        (EnrolmentFactory, {"authority": None}, "enrolment_says_where"),
        (DepartureFactory, {"kind": "T", "to_code": ""}, "departure_says_where_to"),
        (DepartureFactory, {"kind": "D", "to_code": "302"}, "departure_says_where_to"),
        (DepartureFactory, {"kind": "E", "to_code": "302"}, "departure_from_england"),
        (YoungPersonFactory, {"young_persons_id": "123"}, "young_persons_id_is_thirteen_digits"),
        (YoungPersonFactory, {"restriction_level": 7}, "restriction_level_is_known"),
    ],
)
def test_what_makes_no_sense_is_refused(make, fields, rule):
    with pytest.raises(IntegrityError, match=rule):
        make(**fields)


def test_two_people_may_not_have_one_nccis_id():
    first = YoungPersonFactory()

    with pytest.raises(IntegrityError, match="one_person_per_young_persons_id"):
        YoungPersonFactory(young_persons_id=first.young_persons_id)


def test_several_former_names_may_stand_side_by_side():
    first = NameFactory(kind=Name.Kind.FORMER)

    NameFactory(person=first.person, kind=Name.Kind.FORMER)

    assert Name.objects.count() == 2


def test_spells_on_either_side_of_midnight_do_not_overlap():
    first = ActivityFactory(ends=date(2026, 11, 1))

    ActivityFactory(person=first.person, starts=date(2026, 11, 1))

    assert Activity.objects.believed().count() == 2


def test_every_kind_of_fact_is_in_the_register_of_facts():
    kinds = {*Fact.__subclasses__(), *IdentityFact.__subclasses__()} - {IdentityFact}
    assert set(FACT_MODELS) == {*kinds, Verification}


# -- privileges ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["ccis_web", "ccis_worker"])
@pytest.mark.parametrize("kind", [*FACTORIES, "enrolment"])
def test_no_role_may_edit_or_delete_a_fact(kind, role):
    make, fields = FACTORIES.get(kind, (EnrolmentFactory, {}))
    fact = make(**fields)
    table = fact._meta.db_table
    for statement in (
        f"UPDATE {table} SET during = '[2001-01-01,)'",
        f"UPDATE {table} SET recorded_id = recorded_id",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            acting_as(role),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("role", ["ccis_web", "ccis_worker"])
def test_the_service_may_state_and_supersede(role):
    name = NameFactory()
    change = ChangeFactory(authority=name.person.lead_authority)

    with acting_as(role):
        facts.correct(name, change=change, family="Righted")

    assert Name.objects.believed().get().family == "Righted"


@pytest.mark.parametrize("role", ["ccis_portal", "ccis_reporting"])
def test_other_roles_may_not_read_the_record(role):
    NameFactory()

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        acting_as(role),
    ):
        list(Name.objects.all())


# -- corrections -----------------------------------------------------------------------------------


def test_a_correction_keeps_the_old_version_and_as_known_returns_it(by):
    name = NameFactory(family="Mistaken")
    before = name.recorded_id

    corrected = details.correct(
        name, started_on=name.starts_on, ended_on=None, by=by, at=AT, family="Righted"
    )

    name.refresh_from_db()
    assert name.superseded_id == corrected.recorded_id
    assert name.family == "Mistaken"
    known = Name.objects.filter(person=name.person)
    assert known.as_known(before).get() == name
    assert known.as_known(corrected.recorded_id).get() == corrected
    assert known.believed().get() == corrected
    assert corrected.given == name.given


def test_a_correction_leaves_its_line_in_the_trail(by):
    name = NameFactory()

    corrected = details.correct(name, started_on=name.starts_on, ended_on=None, by=by, at=AT,
                                family="Righted")  # fmt: skip

    entry = TrailEntry.objects.get()
    assert (entry.verb, entry.by_id, entry.subject_id, entry.change_id) == (
        "name corrected",
        by.pk,
        name.person_id,
        corrected.recorded_id,
    )


def test_two_corrections_of_one_version_cannot_both_be_made(by):
    name = NameFactory()
    details.correct(name, started_on=name.starts_on, ended_on=None, by=by, at=AT, family="One")

    with pytest.raises(ChangedMeanwhile):
        details.correct(name, started_on=name.starts_on, ended_on=None, by=by, at=AT, family="Two")

    assert Name.objects.believed().get().family == "One"
    assert TrailEntry.objects.count() == 1


def test_a_new_address_ends_the_one_before_on_the_day_before(by):
    old = AddressFactory(starts=date(2024, 9, 1))

    details.add(Address, person=old.person, started_on=date(2026, 11, 1), by=by, at=AT,
                kind="home", line_1="1 New Road", postcode="NG2 2BB",
                source="their mother")  # fmt: skip

    now, before = Address.objects.believed().order_by("-during")
    assert (now.line_1, now.starts_on, now.ends_on) == ("1 New Road", date(2026, 11, 1), None)
    assert (before.line_1, before.ends_on) == (old.line_1, date(2026, 10, 31))
    assert now.recorded.source == "their mother"


def test_an_address_of_another_kind_stands_beside_the_first(by):
    home = AddressFactory()

    details.add(Address, person=home.person, started_on=date(2026, 9, 1), by=by, at=AT,
                kind="term", line_1="Hall 3")  # fmt: skip

    assert Address.objects.believed().on(date(2026, 10, 1)).count() == 2


@pytest.mark.parametrize(
    ("started_on", "ended_on"),
    [
        (date(2024, 8, 1), None),
        (date(2024, 9, 1), None),
        (date(2024, 8, 1), date(2024, 9, 1)),
    ],
    ids=["begins before it", "begins on the same day", "ends on its first day"],
)
def test_what_would_overlap_says_with_what_and_changes_nothing(by, started_on, ended_on):
    need = LevelOfNeedFactory(starts=date(2024, 9, 1))

    with pytest.raises(CannotRecord, match="already held on 1 September 2024") as refused:
        details.add(LevelOfNeed, person=need.person, started_on=started_on, ended_on=ended_on,
                    by=by, at=AT, code_id="1")  # fmt: skip

    assert refused.value.field == "started_on"
    assert LevelOfNeed.objects.get() == need
    assert not TrailEntry.objects.exists()


def test_a_circumstance_of_another_code_does_not_overlap(by):
    carer = CharacteristicFactory(code_id="140")

    details.add(Characteristic, person=carer.person, started_on=date(2026, 9, 1), by=by, at=AT,
                code_id="110")  # fmt: skip

    assert Characteristic.objects.believed().on(date(2026, 10, 1)).count() == 2


def test_the_same_number_may_not_be_added_twice(by):
    phone = ContactPointFactory()

    with pytest.raises(CannotRecord):
        details.add(ContactPoint, person=phone.person, started_on=date(2024, 9, 1), by=by, at=AT,
                    kind=phone.kind, value=phone.value)  # fmt: skip


def test_an_end_before_the_beginning_is_refused(by):
    need = LevelOfNeedFactory(starts=date(2024, 9, 1))

    with pytest.raises(CannotRecord, match="1 September 2024 or later"):
        details.end(need, on=date(2024, 8, 31), by=by, at=AT)


def test_what_has_ended_is_corrected_and_not_ended_later(by):
    need = LevelOfNeedFactory(ends=date(2026, 1, 1))

    with pytest.raises(CannotRecord, match="already ended on 31 December 2025"):
        details.end(need, on=date(2026, 2, 1), by=by, at=AT)


def test_taking_out_leaves_nothing_believed_and_everything_kept(by):
    need = LevelOfNeedFactory()

    details.take_out(need, by=by, at=AT)

    assert not LevelOfNeed.objects.believed().exists()
    assert LevelOfNeed.objects.get().superseded is not None


# -- activities ------------------------------------------------------------------------------------


def test_recording_ends_the_activity_before_on_the_day_before(by):
    college = ActivityFactory(starts=date(2026, 9, 1))

    now = activities.record(person=college.person, code_id="810", started_on=date(2026, 11, 23),
                            by=by, at=AT)  # fmt: skip

    before = Activity.objects.believed().exclude(pk=now.pk).get()
    assert before.ends_on == date(2026, 11, 22)
    assert before.spell == Activity.objects.get(pk=college.pk).spell
    assert Activity.objects.believed().on(date(2026, 11, 24)).get() == now


def test_an_activity_of_the_past_is_put_in_where_there_is_room(by):
    now = ActivityFactory(starts=date(2026, 9, 1))

    activities.record(person=now.person, code_id="619", started_on=date(2026, 7, 1),
                      ended_on=date(2026, 8, 31), by=by, at=AT)  # fmt: skip

    assert Activity.objects.believed().count() == 2


def test_an_overlap_of_activities_says_what_they_were_doing(by):
    college = ActivityFactory(starts=date(2026, 9, 1))

    with pytest.raises(CannotRecord, match=r"They were already .* on 1 September 2026"):
        activities.record(person=college.person, code_id="619", started_on=date(2026, 8, 1),
                          by=by, at=AT)  # fmt: skip


def test_confirming_adds_a_narrow_row_and_no_version(by):
    college = ActivityFactory()
    college.refresh_from_db()

    activities.confirm(activity=college, verified_on=date(2026, 11, 1), by=by, at=AT)

    assert Activity.objects.get() == college
    assert Verification.objects.get().spell == college.spell


def test_a_confirmation_stays_with_the_activity_through_a_correction(by):
    college = VerificationFactory().person.activity_facts.get()

    corrected = activities.correct(activity=college, started_on=date(2026, 9, 2), ended_on=None,
                                   by=by, at=AT)  # fmt: skip

    assert Verification.objects.get().spell == corrected.spell


def test_an_activity_cannot_be_confirmed_before_it_began(by):
    college = ActivityFactory(starts=date(2026, 9, 1))
    college.refresh_from_db()

    with pytest.raises(CannotRecord, match="1 September 2026 or later"):
        activities.confirm(activity=college, verified_on=date(2026, 8, 1), by=by, at=AT)


def test_ending_an_activity_keeps_the_reason(by):
    college = ActivityFactory(starts=date(2026, 9, 1))

    ended = activities.end(activity=college, on=date(2026, 11, 20), leaving_reason="moved on",
                           by=by, at=AT)  # fmt: skip

    assert (ended.ends_on, ended.leaving_reason) == (date(2026, 11, 20), "moved on")


def test_a_version_recorded_by_a_later_change_is_said_to_have_changed_meanwhile():
    earlier, later = ChangeFactory(), ChangeFactory()
    activity = ActivityFactory(recorded=later)

    with pytest.raises(ChangedMeanwhile):
        facts.supersede([activity], change=earlier)


def test_an_activity_is_found_out_on_the_day_it_is_in_england():
    person, officer = YoungPersonFactory(), member(Role.ADVISER, authority=AuthorityFactory())

    activity = activities.record(
        person=person,
        code_id="619",
        started_on=date(2026, 7, 2),
        by=officer,
        at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC),
    )

    assert activity.ascertained_on == date(2026, 7, 2)
