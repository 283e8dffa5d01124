"""A batch of letters from its rule to what came back (LC-01, LC-02, LC-17, LC-23, USE-06)."""

import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from psycopg.types.range import DateRange

from caseload.models import Consent
from ccis.access.database import WEB, acting_as
from ccis.access.roles import Role
from ccis.audit.models import TrailDetail, TrailEntry
from ccis.authorities.models import Authority
from ccis.authorities.policy import adopt
from ccis.files import storage
from optout.actions import codes
from optout.errors import CannotDo
from optout.letters import rules
from optout.letters.actions import batches, making, returned, templates
from optout.letters.choosing import CHANGED, Rule
from optout.letters.models import Batch, Letter, Part, ProviderList, Version
from optout.letters.queries import consents, notice_of
from optout.letters.signals import post_returned
from optout.models import PersonalCode, Statement
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import (
    AddressFactory,
    CharacteristicFactory,
    ConsentFactory,
    ContactNeedFactory,
    NameFactory,
    RiskIndicatorsFactory,
    SendProvisionFactory,
    complete_person,
)
from tests.factories.letters import (
    BatchFactory,
    LetterFactory,
    ProviderListFactory,
    TemplateFactory,
    VersionFactory,
)
from tests.factories.optout import RequestFactory, StatementFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
TODAY = AT.date()
NEET, NOT_KNOWN = "610", "810"


@pytest.fixture
def authority() -> Authority:
    return AuthorityFactory()


@pytest.fixture
def planner(authority):
    return member(authority=authority)


@pytest.fixture
def template(authority):
    return VersionFactory(template=TemplateFactory(authority=authority)).template


@pytest.fixture
def northway(authority):
    provider = ProviderFactory()
    ProviderListFactory(authority=authority, providers=[provider])
    return provider


def person(authority, code=NEET, **more):
    return complete_person(lead_authority=authority, code=code, **more)


def plan(template, by, rule=None, at=AT):
    return batches.plan(
        authority=template.authority,
        rule=rule or Rule(),
        template=template,
        dated_on=at.date(),
        by=by,
        at=at,
    )


def details_of(verb):
    return TrailDetail.objects.get(entry_id=TrailEntry.objects.get(verb=verb).pk).details


def made(batch):
    batches.approve(batch, by=member(authority=batch.authority), at=AT)
    return making.make(batch_id=batch.pk, now=lambda: AT)


def test_everyone_looked_at_is_chosen_or_left_out_for_one_reason(
    authority, planner, template, northway
):
    neet, unknown = person(authority), person(authority, NOT_KNOWN)
    with_plan = person(authority, date_of_birth=date(2003, 3, 14))
    SendProvisionFactory(person=with_plan, provision="E")
    person(authority, "230")  # in education: not looked at
    StatementFactory(person=person(authority), said_on=TODAY)  # said no to all
    RequestFactory(authority=authority, person=person(authority), kind="correction", by_code=True)
    person(authority, date_of_birth=date(2003, 3, 14))  # 23, without a plan
    person(authority, restriction_level=3)
    person(authority, restriction_level=9)
    returned = person(authority)
    LetterFactory(
        person=returned,
        posted_on=date(2026, 6, 1),
        returned_on=date(2026, 6, 9),
    )
    LetterFactory(person=person(authority), posted_on=date(2026, 10, 1))
    unprintable = person(authority)
    unprintable.name_facts.all().delete()
    NameFactory(person=unprintable, given="ሰላም")
    person(AuthorityFactory(code="302"))

    batch = plan(template, planner, Rule(since="2026-09-01"))

    assert set(batch.letters.values_list("person", flat=True)) == {
        neet.pk, unknown.pk, with_plan.pk,
    }  # fmt: skip
    assert batch.left_out == {
        "restricted": 1, "left": 1, "age": 1, "objected": 1, "correction": 1, "returned": 1,
        "written": 1, "letters": 1,
    }  # fmt: skip
    assert batch.sharing_from == date(2026, 11, 17)
    with pytest.raises(CannotDo, match="nobody to write to"):
        plan(template, planner, Rule(since="2026-09-01"))  # a batch that waits has them


def test_only_the_not_known_with_the_circumstances_chosen(authority, planner, template, northway):
    at_risk = person(authority, NOT_KNOWN)
    circumstance = CharacteristicFactory(person=at_risk)
    person(authority, NOT_KNOWN)
    rule = Rule(neet=False, not_known="risk", risk_codes=(circumstance.code_id,))

    batch = plan(template, planner, rule)

    assert [one.person for one in batch.letters.all()] == [at_risk]
    assert batch.left_out == {"not-at-risk": 1}


def test_only_the_not_known_at_risk_by_the_authority_s_indicators(
    authority, planner, template, northway, client
):
    """Two of the signs that count, from the school's return and from the record beside it."""
    signs = {"during": DateRange(date(2026, 9, 1), None), "judgement": ""}
    at_risk, one_sign = person(authority, NOT_KNOWN), person(authority, NOT_KNOWN)
    RiskIndicatorsFactory(person=at_risk, attendance_percent="84.5", carer=True, **signs)
    RiskIndicatorsFactory(person=one_sign, attendance_percent=None, looked_after=True, **signs)

    batch = plan(template, planner, Rule(neet=False, not_known="risk"))

    assert [one.person for one in batch.letters.all()] == [at_risk]
    assert batch.left_out == {"not-at-risk": 1}
    adopt(authority=authority, by=planner, at=AT + timedelta(hours=1), why="x", risk_signs=[])
    own = f"/people/{at_risk.ref}/letters/"
    client.force_login(member(Role.ADVISER, authority=authority))
    assert "because of Low attendance (84.5%), Young carer" in client.get(own).content.decode()
    client.force_login(member(Role.READ_ONLY, authority=authority))
    assert "At risk by the authority’s indicators" in client.get(own).content.decode()


def test_needs_of_format_and_language_are_obeyed(authority, planner, template, northway):
    large, easy, polish, bengali = (person(authority) for _ in range(4))
    ContactNeedFactory(person=large)
    ContactNeedFactory(person=easy, format="easy")
    ContactNeedFactory(person=polish, format="standard", language="pl")
    ContactNeedFactory(person=bengali, format="standard", language="bn")
    in_polish = VersionFactory(template=template, number=2, language="pl")

    batch = plan(template, planner)

    said = dict(batch.letters.values_list("person", "format"))
    assert said == {large.pk: "large", polish.pk: "standard"}
    assert batch.letters.get(person=polish).version == in_polish
    assert batch.left_out == {"format": 1, "language": 1}


def test_a_batch_is_made_by_a_second_person_and_a_worker_that_is_killed(
    authority, planner, template, northway, monkeypatch
):
    """Killed after the first part, then run to the end, then run again: one letter each."""
    monkeypatch.setattr(making, "PART", 2)
    people = [person(authority) for _ in range(5)]
    batch = plan(template, planner)
    with pytest.raises(CannotDo, match="someone else must approve"):
        batches.approve(batch, by=planner, at=AT)
    changed_her_mind, moved = people[0], people[1]
    StatementFactory(person=changed_her_mind, said_on=TODAY)
    AddressFactory(person=moved, kind="letters", line_1="9 Quay Road")

    whole, calls = making._set_part, []

    def killed_at_the_second(batch, part):
        calls.append(part.number)
        if len(calls) == 2:
            raise RuntimeError
        whole(batch, part)

    monkeypatch.setattr(making, "_set_part", killed_at_the_second)
    with pytest.raises(RuntimeError):
        made(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.stopped_because) == ("stopped", "Something went wrong on our side")
    words = list(Part.objects.values_list("words_id", flat=True))

    batches.carry_on(batch, by=planner, at=AT)
    monkeypatch.setattr(making, "_set_part", whole)
    making.make(batch_id=batch.pk, now=lambda: AT)
    batch = making.make(batch_id=batch.pk, now=lambda: AT)

    assert batch.state == "printed"
    assert list(Part.objects.values_list("words_id", flat=True)) == words
    skipped = dict(batch.letters.exclude(skipped="").values_list("person", "skipped"))
    assert skipped == {changed_her_mind.pk: "objected", moved.pk: "moved"}
    assert PersonalCode.objects.count() == 3
    pdf = making.download(batch, by=planner, at=AT, reason="To post them")
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) == 3
    letter = batch.letters.filter(skipped="").first()
    one = making.download_one(letter, by=planner, at=AT, reason="It was torn")
    assert len(pikepdf.open(io.BytesIO(one)).pages) == 1
    refused = ConsentFactory(person=letter.person, starts=TODAY)
    with pytest.raises(CannotDo, match="held back"):
        making.download_one(letter, by=planner, at=AT, reason="It was torn")
    Consent.objects.filter(pk=refused.pk).update(answer="given")
    left = details_of("letters downloaded")
    assert (left["reason"], left["sha256"]) == ("To post them", hashlib.sha256(pdf).hexdigest())
    on_disk = storage._file_path(batch.stored_id).read_bytes()
    assert b"%PDF" not in on_disk
    drawn = storage.read_stored(letter.part.words_id).decode()
    code = json.loads(drawn)[letter.place]["code"]
    assert codes.open_with(code, at=AT).person == letter.person

    batches.mark_posted(batch, on=TODAY, by=planner, at=AT)
    assert batches.destroy_old_files(on=TODAY + timedelta(days=30), at=AT) == 0
    assert batches.destroy_old_files(on=TODAY + timedelta(days=31), at=AT) == 1
    with pytest.raises(CannotDo, match="not kept any more"):
        making.download_one(letter, by=planner, at=AT, reason="It was torn")
    assert storage.is_destroyed(letter.part.words_id)


def test_a_notice_runs_from_the_day_of_posting_until_the_letter_comes_back(
    authority, planner, template, northway
):
    someone = person(authority)
    batch = made(plan(template, planner))
    posted = AT + timedelta(days=2)
    said = {"purpose": rules.SUPPORT, "on": date(2026, 11, 30)}
    assert not notice_of(someone, northway, {"name"}, **said).has_run
    with pytest.raises(CannotDo, match="between the day of the approval and today"):
        batches.mark_posted(batch, on=date(2026, 12, 1), by=planner, at=posted)

    assert batches.mark_posted(batch, on=posted.date(), by=planner, at=posted) == 1

    notice = notice_of(someone, northway, {"name", "phone"}, **said)
    assert (notice.has_run, notice.from_day) == (True, date(2026, 11, 19))
    assert not notice_of(
        someone, northway, {"name"}, purpose="support", on=date(2026, 11, 18)
    ).has_run
    assert not notice_of(someone, northway, {"email"}, **said).has_run
    assert not notice_of(someone, ProviderFactory(), {"name"}, **said).has_run
    entry = TrailEntry.objects.get(verb="letter posted")
    assert entry.subject_id == someone.pk

    heard = []
    post_returned.connect(lambda **sent: heard.append(sent["people"]), weak=False, dispatch_uid="t")
    letter = Letter.objects.get()
    returned.mark_returned(letter, on=posted.date(), why="Gone away", by=planner, at=posted)
    post_returned.disconnect(dispatch_uid="t")

    assert heard == [{someone.pk}]
    assert notice_of(someone, northway, {"name"}, **said).why == "Their letter came back"
    with pytest.raises(CannotDo, match="nobody"):
        plan(template, planner, at=posted)


def test_a_new_list_holds_back_what_waits_and_makes_those_written_to_the_next_batch(
    authority, planner, template, northway
):
    told, new = person(authority), person(authority)
    LetterFactory(
        person=told,
        posted_on=date(2026, 9, 1),
        version=template.versions.get(),
        batch__provider_list__providers=[northway],
    )
    assert told.pk in {one.person_id for one in plan(template, planner).letters.all()}
    waiting = Batch.objects.get(state="waiting")
    only_changed = Rule(written=CHANGED)

    harbour = ProviderFactory()
    newest = max(authority_list.version for authority_list in lists_of(authority))
    templates.publish_list(
        authority, providers=[northway, harbour], why="One more", after=newest, by=planner, at=AT
    )

    with pytest.raises(CannotDo, match="list of organisations has changed since"):
        batches.approve(waiting, by=member(authority=authority), at=AT)
    batches.withdraw(waiting, by=planner, at=AT)
    batch = plan(template, planner, only_changed)
    assert [one.person for one in batch.letters.all()] == [told]
    assert batch.left_out == {"not-written": 1}
    assert new.pk not in set(batch.letters.values_list("person", flat=True))


def lists_of(authority):
    return ProviderList.objects.filter(authority=authority)


def test_with_the_policy_of_consent_first_a_letter_must_ask_and_no_answer_is_not_a_yes(
    authority, planner, template, northway
):
    silent, said_yes = person(authority), person(authority)
    adopt(authority=authority, by=planner, at=AT, why="We ask first", consent_first=1)
    with pytest.raises(CannotDo, match="does not ask for it"):
        plan(template, planner)
    asking = VersionFactory(template=template, number=2, asks_consent=True)
    for posted_on in (date(2026, 7, 1), date(2026, 8, 3)):
        LetterFactory(person=silent, posted_on=posted_on, version=asking)
    StatementFactory(person=said_yes, says="yes", said_on=date(2026, 10, 1))

    def enough(person):
        return consents([person.pk], provider=northway, on=TODAY)[person.pk].enough

    assert (enough(silent), enough(said_yes)) == (False, True)
    LetterFactory(person=silent, posted_on=date(2026, 9, 1), version=asking)
    assert enough(silent)
    StatementFactory(person=said_yes, says=Statement.Says.NO, said_on=TODAY)
    assert not enough(said_yes)


def test_the_database_lets_nobody_change_what_a_version_said(template):
    version = Version.objects.get(template=template)
    with (
        acting_as(WEB),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        Version.objects.filter(pk=version.pk).update(body="other")


def test_a_template_is_refused_with_its_lines_and_when_someone_was_first(authority, planner):
    template = templates.begin(authority=authority, name="First letter", by=planner, at=AT)
    said = {
        name: getattr(VersionFactory.build(template=template), name)
        for name in (
            "language", "body", "purpose", "columns", "asks_consent", "sender", "phone", "email",
            "signed_by", "team", "web_address", "why",
        )
    }  # fmt: skip
    with pytest.raises(CannotDo, match=r"Line 1: we do not know \{surname\}"):
        templates.publish(
            template, by=planner, at=AT, after=0,
            said={**said, "body": said["body"].replace("{first name}", "{surname}")},
        )  # fmt: skip
    templates.publish(template, by=planner, at=AT, after=0, said=said)
    with pytest.raises(CannotDo, match="published meanwhile"):
        templates.publish(template, by=planner, at=AT, after=0, said=said)


def test_the_planner_does_not_approve_even_by_the_back_door(authority):
    batch = BatchFactory(authority=authority)
    with pytest.raises(DatabaseError, match="second_person"), transaction.atomic():
        type(batch).objects.filter(pk=batch.pk).update(approved_by=batch.planned_by)
