"""Two records of one person are merged without losing anything, and apart again (PIA-14)."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from guardian.shortcuts import assign_perm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caseload.actions import activities, details
from caseload.errors import CannotRecord, ChangedMeanwhile
from caseload.intake.actions.applying import Ready, _moved_on
from caseload.intake.holdings import newest_changes
from caseload.intake.kinds import kind_named
from caseload.intake.rules import FileState, Outcome
from caseload.matching.waiting import waiting
from caseload.merging import registry
from caseload.merging.actions import key_of, merge, recorded_since, undo, version_of
from caseload.merging.models import Merge
from caseload.merging.planning import plan_merge
from caseload.models import (
    FACT_MODELS,
    Activity,
    ContactPoint,
    Departure,
    Identifier,
    Name,
    RestrictedRecordGrant,
    Section72,
    Verification,
    YoungPerson,
)
from ccis.access.database import acting_as
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    ActivityFactory,
    ChangeFactory,
    ContactPointFactory,
    DepartureFactory,
    IdentifierFactory,
    NameFactory,
    ParticularsFactory,
    Section72Factory,
    VerificationFactory,
    YoungPersonFactory,
)
from tests.factories.intake import InboundFileFactory, InboundRowFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def here():
    return AuthorityFactory()


@pytest.fixture
def manager(here):
    return member(Role.DATA_MANAGER, authority=here)


def person(authority, given="Amara", family="Oduya", **fields):
    made = YoungPersonFactory(lead_authority=authority, **fields)
    NameFactory(person=made, given=given, family=family)
    ParticularsFactory(person=made)
    return made


@pytest.fixture
def two(here):
    return person(here), person(here, given="Amarah")


def facts_of(person):
    """What is believed of someone: everything but the bookkeeping of versions."""
    return {
        model: sorted(
            repr(
                {
                    field.attname: getattr(fact, field.attname)
                    for field in model._meta.concrete_fields
                    if field.name not in ("id", "recorded", "superseded")
                }
            )
            for fact in model._default_manager.filter(person=person, superseded=None)
        )
        for model in FACT_MODELS
    }


def said(model, person):
    return list(model.objects.believed().filter(person=person).order_by("during"))


def do_merge(two, by, **kwargs):
    return merge(stays=two[0], goes=two[1], by=by, at=NOW, **kwargs)


def test_both_records_facts_are_one_records_and_nothing_is_deleted(two, manager):
    stays, goes = two
    ActivityFactory(person=stays, starts=date(2025, 9, 1), code_id="210")
    heard = ActivityFactory(person=goes, starts=date(2026, 9, 1), code_id="619")
    VerificationFactory(activity=heard, verified_on=date(2026, 10, 1))
    ContactPointFactory(person=goes, value="07700900099")
    before = {model: model._default_manager.count() for model in FACT_MODELS}

    with acting_as("ccis_web"):
        made = do_merge(two, manager)

    assert [(one.code_id, one.during.lower, one.during.upper) for one in said(Activity, stays)] == [
        ("210", date(2025, 9, 1), date(2026, 9, 1)),
        ("619", date(2026, 9, 1), None),
    ]
    confirmed = Verification.objects.get(person=stays)
    assert confirmed.spell == said(Activity, stays)[1].spell
    assert said(ContactPoint, stays)[0].value == "07700900099"
    names = {(name.kind, name.given) for name in said(Name, stays)}
    assert names == {("legal", "Amarah"), ("former", "Amara")}
    assert all(model._default_manager.count() >= count for model, count in before.items())
    goes.refresh_from_db()
    assert goes.merged_into == stays
    assert goes.departure_facts.get(superseded=None).kind == "M"
    assert {one.change_id for one in TrailEntry.objects.filter(verb="records merged")} == {
        made.change_id
    }


def test_nobody_finds_the_record_that_goes(two, manager):
    do_merge(two, manager)

    found = YoungPerson.objects.visible_to(manager)

    assert list(found.filter(pk__in=[one.pk for one in two])) == [two[0]]


def test_of_two_numbers_a_person_says_which(two, manager):
    stays, goes = two
    IdentifierFactory(person=stays, value="1000000027")
    other = IdentifierFactory(person=goes, value="1000000035")

    (question,) = plan_merge(stays, goes).unanswered
    with pytest.raises(CannotRecord) as refused:
        do_merge(two, manager)
    do_merge(two, manager, answers={question.key: other.pk})

    assert refused.value.field == question.key
    assert [one.value for one in said(Identifier, stays)] == ["1000000035"]
    assert [one.value for one in said(Identifier, goes)] == ["1000000035"]


def test_the_strictest_privacy_wins(here, manager):
    colleague, other = member(authority=here), member(authority=here)
    stays, goes = person(here, restriction_level=1), person(here, restriction_level=3)
    for user in (manager, colleague):
        assign_perm("caseload.open_restricted_record", user, stays)
    for user in (manager, other):
        assign_perm("caseload.open_restricted_record", user, goes)
    Section72Factory(person=goes)

    with pytest.raises(CannotRecord):
        merge(stays=stays, goes=goes, by=colleague, at=NOW)
    made = merge(stays=stays, goes=goes, by=manager, at=NOW)

    stays.refresh_from_db()
    granted = RestrictedRecordGrant.objects.filter(content_object=stays)
    assert stays.restriction_level == 3
    assert set(granted.values_list("user", flat=True)) == {manager.pk}
    assert said(Section72, stays)
    undo(merged=made, places={}, by=manager, at=LATER)
    stays.refresh_from_db()
    assert stays.restriction_level == 1
    assert set(granted.values_list("user", flat=True)) == {manager.pk, colleague.pk}
    assert not said(Section72, stays)


@pytest.mark.parametrize("late", ["merged", "changed"])
def test_the_second_of_two_who_merge_is_told(two, manager, late):
    stays, goes = two
    seen = version_of(stays, goes)
    if late == "merged":
        do_merge(two, manager)
    else:
        ContactPointFactory(person=goes)

    with pytest.raises(CannotRecord) as told:
        do_merge(two, manager, seen=seen)

    assert isinstance(told.value, ChangedMeanwhile) == (late == "changed")
    assert Merge.objects.count() == (late == "merged")


def test_what_was_recorded_since_is_for_a_person_to_place(two, manager):
    stays, goes = two
    ActivityFactory(person=stays, starts=date(2025, 9, 1), code_id="210")
    ActivityFactory(person=goes, starts=date(2026, 9, 1), code_id="619")
    before = [facts_of(one) for one in two]
    made = do_merge(two, manager)
    details.add(
        ContactPoint, person=stays, started_on=date(2026, 11, 1), by=manager, at=NOW,
        kind="email", value="amara@example.com",
    )  # fmt: skip
    doing = activities.record(
        person=stays, code_id="540", started_on=date(2026, 11, 10), by=manager, at=NOW
    )
    since = recorded_since(made)
    assert len(since) == 3

    with pytest.raises(CannotRecord):
        undo(merged=made, places={}, by=manager, at=LATER)
    places = {key_of(fact): "neither" for fact in since}
    places[key_of(doing)] = "goes"
    with acting_as("ccis_web"):
        undo(merged=made, places=places, by=manager, at=LATER)

    assert facts_of(stays) == before[0]
    assert [(one.code_id, one.during.upper) for one in said(Activity, goes)] == [
        ("619", date(2026, 11, 10)),
        ("540", None),
    ]
    with pytest.raises(CannotRecord):
        undo(merged=made, places=places, by=manager, at=LATER)


def test_merges_are_undone_in_the_order_backwards(here, manager):
    one, other, third = person(here), person(here), person(here)
    first = merge(stays=one, goes=other, by=manager, at=NOW)
    second = merge(stays=third, goes=one, by=manager, at=NOW)
    other.refresh_from_db()
    assert other.merged_into == third

    with pytest.raises(CannotRecord):
        undo(merged=first, places={}, by=manager, at=LATER)
    undo(merged=second, places={}, by=manager, at=LATER)
    other.refresh_from_db()
    assert other.merged_into == one
    undo(merged=first, places={}, by=manager, at=LATER)

    assert YoungPerson.objects.visible_to(manager).count() == 3


def test_undoing_a_later_merge_records_nothing_anew(here, manager):
    one, other, third = person(here), person(here), person(here, given="Mari")
    first = merge(stays=one, goes=other, by=manager, at=NOW)
    later = merge(stays=one, goes=third, by=manager, at=NOW)
    undo(merged=later, places={}, by=manager, at=LATER)
    assert said(Name, one)[0].recorded_id > first.change_id

    assert recorded_since(first) == []


def test_a_record_that_was_restricted_since_is_not_shut_to_everyone_by_undoing(two, manager):
    made = do_merge(two, manager)
    YoungPerson.objects.filter(pk=two[0].pk).update(restriction_level=2)
    assign_perm("caseload.open_restricted_record", manager, two[0])

    undo(merged=made, places={}, by=manager, at=LATER)

    both = YoungPerson.objects.filter(pk__in=[one.pk for one in two])
    assert set(both.values_list("restriction_level", flat=True)) == {2}
    assert both.visible_to(manager).count() == 2


def test_someone_who_is_still_here_is_not_merged_into_a_record_that_was_closed(two, manager):
    stays, goes = two
    DepartureFactory(person=stays, kind="T", to_code="302", starts=date(2026, 10, 1))

    with pytest.raises(CannotRecord, match="moved to another authority") as told:
        merge(stays=stays, goes=goes, by=manager, at=NOW)
    merge(stays=goes, goes=stays, by=manager, at=NOW)

    assert told.value.field == "stays"
    assert not said(Departure, goes)


def test_nothing_more_is_written_to_a_record_that_was_merged(two, manager):
    do_merge(two, manager)
    file = InboundFileFactory(authority=two[0].lead_authority)
    version = newest_changes([two[1].pk], kind_named(file.kind).facts)[two[1].pk]
    ready = [Ready(1, 2, one.pk, Outcome.WILL_CHANGE, version) for one in two[1:]]

    with pytest.raises(ChangedMeanwhile):
        details.add(
            ContactPoint, person=two[1], started_on=date(2026, 11, 1), by=manager, at=NOW,
            kind="email", value="amara@example.com",
        )  # fmt: skip

    assert _moved_on(file, ready) == {1}


def test_what_was_written_by_someone_ahead_is_not_lost(two, manager, monkeypatch):
    early = ChangeFactory(authority=two[0].lead_authority)
    ContactPointFactory(person=two[1], recorded=ChangeFactory(authority=two[0].lead_authority))
    monkeypatch.setattr("caseload.merging.actions.open_change", lambda **_: early)

    with pytest.raises(ChangedMeanwhile):
        do_merge(two, manager)


def test_rows_that_may_be_about_the_record_that_goes_still_wait(two, manager):
    stays, goes = two
    file = InboundFileFactory(authority=stays.lead_authority, state=FileState.READY)
    found = [{"person": goes.pk, "rule": "score", "against": []}]
    perhaps = InboundRowFactory(
        file=file, outcome=Outcome.NEEDS_PERSON, reason="likely", candidates=found
    )
    ready = InboundRowFactory(file=file, outcome=Outcome.WILL_CHANGE, person=goes, person_version=1)
    assert waiting(manager, file.authority).get() == perhaps

    with acting_as("ccis_web"):
        made = do_merge(two, manager)

    (offered,) = waiting(manager, file.authority).get().candidates
    ready.refresh_from_db()
    assert offered == {**found[0], "person": stays.pk}
    assert (ready.person, ready.person_version) == (stays, None)
    with acting_as("ccis_web"):
        undo(merged=made, places={}, by=manager, at=LATER)
    assert waiting(manager, file.authority).get().candidates == found


facts = st.lists(
    st.tuples(
        st.sampled_from(["210", "230", "619"]), st.integers(0, 20), st.integers(1, 9),
        st.booleans(), st.integers(1, 28),
    ),
    max_size=4,
)  # fmt: skip


def make(person, drawn):
    taken = 0
    for code, gap, length, is_open, heard in drawn:
        start = date(2026, 1, 1).toordinal() + taken + gap
        ends = None if is_open else date.fromordinal(start + length)
        doing = ActivityFactory(
            person=person, code_id=code, starts=date.fromordinal(start), ends=ends,
            ascertained_on=date(2026, 8, heard),
            recorded=ChangeFactory(authority=person.lead_authority),
        )  # fmt: skip
        if heard % 3 == 0:
            VerificationFactory(activity=doing, verified_on=date(2026, 8, heard))
        if is_open:
            return
        taken += gap + length


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts, facts, st.booleans())
def test_undoing_brings_both_back_exactly(here, manager, mine, theirs, same_name):
    stays, goes = person(here), person(here, given="Amara" if same_name else "Mari")
    make(stays, mine)
    make(goes, theirs)
    before = [facts_of(stays), facts_of(goes)]

    made = merge(stays=stays, goes=goes, by=manager, at=NOW)
    undo(merged=made, places={}, by=manager, at=LATER)

    assert [facts_of(stays), facts_of(goes)] == before


# -- every table ---------------------------------------------------------------------------------


def pointing_at_people():
    """Every model with a foreign key to a person, however far the way."""
    found = {YoungPerson}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in found
            and any(
                (field.many_to_one or field.one_to_one) and field.related_model in found
                for field in model._meta.concrete_fields
            )
        }
        if not more:
            return found
        found |= more


def test_every_table_that_points_to_a_person_says_what_a_merge_does_with_it():
    said_of = {handler.model for handler in registry.handlers()}

    assert {model._meta.label_lower for model in pointing_at_people()} == said_of
    assert all(handler.because for handler in registry.handlers())
    with pytest.raises(ValueError, match="said twice"):
        registry.register(registry.Handler("caseload.name", registry.Way.KEPT, "otherwise"))
