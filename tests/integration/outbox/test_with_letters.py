"""Texts and emails that go with a batch of letters (LC-01, LC-23, LAW-06, LAW-12, PIA-05)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ccis.authorities.policy import adopt
from optout.letters import rules, texts
from optout.letters.actions import batches, making, returned
from optout.letters.choosing import Rule
from optout.letters.models import Letter
from optout.letters.queries import notice_of
from optout.models.codes import digest_of
from optout.outbox.actions import outcomes, sending
from optout.outbox.models import Outgoing
from optout.rules import read_code
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ContactNeedFactory, ContactPointFactory, complete_person
from tests.factories.letters import ProviderListFactory, TemplateFactory, VersionFactory
from tests.factories.outbox import MessageChoiceFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)


class Line:
    """A sending service that takes everything and remembers it."""

    def __init__(self):
        self.sent = []

    def send(self, wanted):
        self.sent.append(wanted)
        return f"id-{wanted.reference}"

    def find(self, reference):
        return None


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def northway(authority):
    provider = ProviderFactory()
    ProviderListFactory(authority=authority, providers=[provider])
    return provider


@pytest.fixture
def template(authority):
    return VersionFactory(
        template=TemplateFactory(authority=authority),
        text=texts.STANDARD_TEXT,
        email_subject=texts.STANDARD_SUBJECT,
    ).template


def someone(authority, kind="", value="", **more):
    person = complete_person(lead_authority=authority, code="610", **more)
    if kind:
        ContactPointFactory(person=person, kind=kind, value=value)
    return person


def posted(template, also_by="either"):
    by = member(authority=template.authority)
    batch = batches.plan(
        authority=template.authority, rule=Rule(), template=template, dated_on=AT.date(),
        also_by=also_by, by=by, at=AT,
    )  # fmt: skip
    batches.approve(batch, by=member(authority=template.authority), at=AT)
    making.make(batch_id=batch.pk, now=lambda: AT)
    batches.mark_posted(batch, on=AT.date(), by=by, at=AT)
    batch.refresh_from_db()
    return batch


def test_a_text_or_email_goes_with_each_letter_with_the_persons_own_code(
    client, authority, template, northway
):
    by_text = someone(authority, "mobile", "07700900014")
    by_email = someone(authority, "email", "ben@example.com")
    someone(authority)
    parents = someone(authority)
    ContactPointFactory(person=parents, kind="mobile", value="07700900015", whose="parent")
    marked = someone(authority)
    ContactPointFactory(person=marked, kind="mobile", value="07700900016", undelivered_on=AT.date())

    batch = posted(template)

    assert batch.also_left_out == {"no-contact": 3}
    text, email = (Outgoing.objects.get(person=one) for one in (by_text, by_email))
    assert (text.by, text.to, email.by, email.to) == (
        "text", "07700900014", "email", "ben@example.com",
    )  # fmt: skip
    assert email.subject == "A letter for you from Northgate Council"
    assert "{code}" in text.words  # the code itself is nowhere but in the sealed words
    line = Line()
    sending.send_due(service=line, now=lambda: timezone.now() + timedelta(minutes=3))
    for wanted, person in zip(
        sorted(line.sent, key=lambda one: one.by), (by_email, by_text), strict=True
    ):
        letter = Letter.objects.get(person=person)
        after = "Your code: " if person is by_email else "code "
        code = wanted.words.split(after, 1)[1][:14]
        assert digest_of(read_code(code)) == letter.code.digest
    assert "Dear " in line.sent[1].words or "Dear " in line.sent[0].words

    client.force_login(member(authority=authority))
    page = client.get(reverse("letters:batch", args=[batch.ref])).content.decode()
    assert "By post, and a text, or an email where there is no mobile number" in page
    assert "2 sent" in page
    assert "No mobile number or email address of their own that works" in page
    page = client.get(reverse("letters:person", args=[by_text.ref])).content.decode()
    assert "Text: sent" in page


def test_a_text_is_never_the_notice_whatever_became_of_it(authority, template, northway):
    person = someone(authority, "mobile", "07700900014")
    adopt(authority=authority, by=None, at=AT, why="test", notice_working_days=1)
    posted(template)
    message = Outgoing.objects.get(person=person)
    later = AT + timedelta(days=14)

    def notice():
        return notice_of(person, northway, ["name"], purpose=rules.SUPPORT, on=later.date())

    outcomes.fail(message, "There is no such number or address", at=AT, marks_contact=True)
    assert notice().has_run  # the letter gave it
    Outgoing.objects.filter(pk=message.pk).update(state="delivered", sent_at=AT)
    returned.mark_returned(
        Letter.objects.get(person=person), on=later.date(), why="gone away",
        by=member(authority=authority), at=later,
    )  # fmt: skip
    assert not notice().has_run
    assert notice().why == "Their letter came back"


def test_promotional_words_reach_those_who_agreed_and_those_left_out_are_counted(
    client, authority, northway
):
    template = VersionFactory(
        template=TemplateFactory(authority=authority), text=texts.STANDARD_TEXT, kind="promotional"
    ).template
    agreed = someone(authority, "mobile", "07700900014")
    MessageChoiceFactory(person=agreed)
    someone(authority, "mobile", "07700900015")
    call = someone(authority, "mobile", "07700900016")
    ContactNeedFactory(person=call, format="call")  # gets no letter either: somebody rings them
    planner = member(authority=authority)
    client.force_login(planner)
    asked = {
        "template": template.pk, "neet": "on", "not_known": "none", "written": "since",
        "since": "1 1 2026", "dated_on": "today", "also_by": "text",
    }  # fmt: skip

    page = client.post(reverse("letters:plan"), asked).content.decode()

    assert "1 of them gets a text or email as well" in page
    assert "Have not agreed to promotional messages" in page
    batch = posted(template, also_by="text")
    assert batch.also_left_out == {"consent": 1}
    assert [one.person for one in Outgoing.objects.all()] == [agreed]
