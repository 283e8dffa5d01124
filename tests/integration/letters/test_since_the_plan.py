"""Between planning, making and posting people change their mind, move, die (LC-01, LC-23)."""

import io
from datetime import date

import pikepdf
import pytest
from guardian.shortcuts import assign_perm
from psycopg.types.range import DateRange

from caseload.models import SealedIdentity
from ccis.authorities.policy import adopt
from optout.errors import CannotDo
from optout.letters import texts
from optout.letters.actions import batches, making
from optout.letters.choosing import CHANGED, Rule
from optout.letters.models import Batch, Letter
from optout.models import PersonalCode
from optout.outbox.models import Outgoing
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    ChangeFactory,
    ContactPointFactory,
    NameFactory,
    complete_person,
)
from tests.factories.letters import (
    ProviderListFactory,
    TemplateFactory,
    VersionFactory,
)
from tests.factories.optout import RequestFactory, StatementFactory
from tests.factories.providers import ProviderFactory
from tests.integration.letters.test_batches import AT, NEET, TODAY, made, plan
from tests.pdf import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def planner(authority):
    return member(authority=authority)


@pytest.fixture
def template(authority):
    ProviderListFactory(authority=authority, providers=[ProviderFactory()])
    return VersionFactory(template=TemplateFactory(authority=authority)).template


def people(authority, many):
    return [complete_person(lead_authority=authority, code=NEET) for _ in range(many)]


def test_each_page_holds_the_name_the_address_and_the_code_of_one_person(
    authority, planner, template, monkeypatch
):
    monkeypatch.setattr(making, "PART", 2)
    odd = '#read("x") *b* \\ {phone} & <i>'
    everyone = people(authority, 3)
    for at, person in enumerate(everyone):
        person.name_facts.all().delete()
        NameFactory(person=person, given=f"Given{at}", family=f"Oduya{at} {{code}}")
        person.address_facts.all().delete()
        AddressFactory(person=person, line_1=f"{at} {odd}")

    batch = made(plan(template, planner))

    file = making.download(batch, by=planner, at=AT, reason="To post them")
    pages = [text_of(page) for page in pikepdf.open(io.BytesIO(file)).pages]
    letters = batch.letters.order_by("part__number", "place")
    for page, letter in zip(pages, letters, strict=True):
        at = everyone.index(letter.person)
        assert f"Given{at} Oduya{at} {{code}}" in page
        assert f"{at} {odd}" in page
        assert f"Ref {letter.ref[:4]}-{letter.ref[4:]}" in page
        assert f"Dear Given{at}" in page
        assert not any(f"Given{other}" in page for other in range(3) if other != at)
        drawn = page.split("Your code: ")[1][:14]
        assert making.codes.open_with(drawn, at=AT).person == letter.person


def test_those_who_may_not_be_sent_theirs_any_more_are_left_out_or_taken_out(
    authority, planner, template
):
    refused, moved, found_work, died, wrong, restricted, fine = people(authority, 7)
    batch = plan(template, planner)
    StatementFactory(person=refused, said_on=TODAY)
    found_work.activity_facts.all().delete()
    elsewhere = AuthorityFactory(code="302")
    type(fine).objects.filter(pk=found_work.pk).update(lead_authority=elsewhere)

    batch = made(batch)
    skipped = dict(batch.letters.exclude(skipped="").values_list("person", "skipped"))
    assert skipped == {refused.pk: "objected", found_work.pk: "left"}

    AddressFactory(person=moved, kind="letters", line_1="9 Quay Road")
    RequestFactory(authority=authority, person=wrong, kind="correction", by_code=True)
    type(fine).objects.filter(pk=died.pk).update(restriction_level=9)
    type(fine).objects.filter(pk=restricted.pk).update(restriction_level=3)
    out = batches.to_take_out(batch, on=TODAY)
    assert {one.letter.person: one.why for one in out} == {
        moved: "moved", wrong: "correction", died: "left", restricted: "restricted",
    }  # fmt: skip
    assert [one.number for one in out] == sorted(one.number for one in out)
    with pytest.raises(CannotDo, match="record you may not open"):
        making.download(batch, by=planner, at=AT, reason="To post them")
    with pytest.raises(CannotDo, match="Say whether you took them out"):
        batches.mark_posted(batch, on=TODAY, by=planner, at=AT)

    assert batches.mark_posted(batch, on=TODAY, by=planner, at=AT, taken_out=True) == 1

    assert [one.person for one in Letter.objects.posted().filter(batch=batch)] == [fine]
    assert PersonalCode.objects.filter(ended_at=None).get().person == fine


def test_a_restricted_record_in_the_file_closes_it_to_those_without_its_grant(
    authority, planner, template
):
    (person,) = people(authority, 1)
    type(person).objects.filter(pk=person.pk).update(restriction_level=3)
    assign_perm("caseload.open_restricted_record", planner, person)

    batch = made(plan(template, planner))

    assert making.may_open_file(batch, planner) == ""
    assert "may not open" in making.may_open_file(batch, member(authority=authority))


def test_the_policy_of_consent_first_stops_what_waits_for_approval(authority, planner, template):
    people(authority, 1)
    batch = plan(template, planner)
    adopt(authority=authority, by=planner, at=AT, why="We ask first", consent_first=1)

    with pytest.raises(CannotDo, match="do not ask for it"):
        batches.approve(batch, by=member(authority=authority), at=AT)


def test_whoever_moved_is_written_to_again_and_a_wider_letter_goes_to_those_told_less(
    authority, planner, template
):
    """Told at their old address is not told; told less is told again, by the same press."""
    moved, stayed = people(authority, 2)
    batch = made(plan(template, planner))
    batches.mark_posted(batch, on=TODAY, by=planner, at=AT)
    moved.address_facts.update(during=DateRange(date(2024, 9, 1), TODAY))
    AddressFactory(person=moved, kind="home", line_1="9 Quay Road", starts=TODAY)

    again = plan(template, planner, Rule(since="2026-09-01"))

    assert [one.person for one in again.letters.all()] == [moved]
    batches.withdraw(again, by=planner, at=AT)
    VersionFactory(template=template, number=2, columns=["name", "address", "phone", "email"])
    wider = plan(template, planner, Rule(written=CHANGED))
    assert {one.person for one in wider.letters.all()} == {moved, stayed}
    batches.withdraw(wider, by=planner, at=AT)
    VersionFactory(template=template, number=3, columns=["name", "phone"])
    narrower = plan(template, planner, Rule(written=CHANGED))
    assert {one.person for one in narrower.letters.all()} == {moved}


def test_files_of_a_batch_that_was_given_up_are_destroyed_if_a_worker_died(
    authority, planner, template, monkeypatch
):
    people(authority, 1)
    batch = made(plan(template, planner))
    monkeypatch.setattr(batches, "destroy_files", lambda batch: None)
    batches.withdraw(batch, by=planner, at=AT)
    monkeypatch.undo()

    assert batches.destroy_old_files(on=TODAY, at=AT) == 1
    assert batches.destroy_old_files(on=TODAY, at=AT) == 0


def test_a_letter_that_may_name_a_sealed_identity_is_to_be_taken_out(authority, planner, template):
    sealed, fine = people(authority, 2)
    batch = made(plan(template, planner))
    change = ChangeFactory(authority=authority, at=AT)
    SealedIdentity.objects.create(person=sealed, why="adoption", change=change)

    (out,) = batches.to_take_out(batch, on=TODAY)

    assert (out.letter.person, out.why) == (sealed, "sealed")
    assert batches.mark_posted(batch, on=TODAY, by=planner, at=AT, taken_out=True) == 1
    assert [one.person for one in Letter.objects.posted().filter(batch=batch)] == [fine]


def test_no_text_follows_a_letter_that_should_have_stayed(authority, planner):
    ProviderListFactory(authority=authority, providers=[ProviderFactory()])
    template = VersionFactory(
        template=TemplateFactory(authority=authority), text=texts.STANDARD_TEXT
    ).template
    refused, fine = people(authority, 2)
    for person in (refused, fine):
        ContactPointFactory(person=person, kind="mobile", value="07700900014")
    batch = plan(template, planner)
    Batch.objects.filter(pk=batch.pk).update(also_by="text")
    batch = made(batch)
    StatementFactory(person=refused, said_on=TODAY)

    assert batches.mark_posted(batch, on=TODAY, by=planner, at=AT, taken_out=False) == 2

    assert [one.person for one in Outgoing.objects.all()] == [fine]
    batch.refresh_from_db()
    assert batch.also_left_out == {"not-any-more": 1}
