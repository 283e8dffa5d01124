"""What was shared is gone, an organisation says so, and anyone can check that it did (LC-18)."""

import io
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from caseload.models import Name
from ccis.audit import published
from ccis.calendar.words import date_in_words
from optout.actions import requests, sent
from optout.models import Message, Request
from sharing.actions import life, lists
from sharing.agreements.actions import making, steps
from sharing.destruction import actions, certificates
from sharing.destruction.actions import Word
from sharing.destruction.models import Chase, Confirmation
from sharing.errors import CannotShare
from sharing.files.actions import whom
from sharing.files.models import FileState
from sharing.models import DisclosedRow, Disclosure
from tests.factories.agreements import NamedPersonFactory
from tests.factories.portal import seated
from tests.factories.sharing import AT, SecureFileFactory, ready

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world():
    return ready()


@pytest.fixture
def shared(world):
    return released(world, at=AT)


def released(world, *, at, people=2):
    draft = lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[world.person().pk for _ in range(people)],
        by=world.drafter,
        at=at,
    ).list
    lists.release(draft, by=world.releaser, at=at)
    draft.refresh_from_db()
    return draft


def recall_one(world, shared, at=AT + HOUR):
    one = Disclosure.objects.filter(on_list=shared, ended_because="").order_by("pk")[0]
    life.recall(one, why="a mistake", by=world.releaser, at=at)
    return one


def families(shared):
    return set(
        Name.objects.filter(person__disclosures__on_list=shared).values_list("family", flat=True)
    )


def word(on=AT):
    return Word("Ines Okafor, manager", on.date(), "phone", "One workbook, deleted")


OWN_WORD = {"what": "One workbook, deleted", "name": "Ines Okafor", "sure": "on"}


def seen_on(client, address):
    return client.get(address).context_data["form"]["seen"].value()


def test_a_confirmation_covers_what_has_ended_and_is_certified(world, shared):
    one = recall_one(world, shared)
    file = SecureFileFactory(on_list=shared, state=FileState.STOPPED)
    file.rows.add(one)
    later = AT + 2 * HOUR

    made = actions.confirm(shared, word(), by=world.releaser, at=later)

    one.refresh_from_db()
    assert (one.destroyed_at, one.purged_at) == (later, later)
    assert not DisclosedRow.objects.filter(disclosure=one).exists()
    assert DisclosedRow.objects.filter(disclosure__on_list=shared).count() == 1
    says = json.loads(made.certificate)
    assert [person["disclosure"] for person in says["people"]] == [one.ref]
    assert says["people"][0]["because"] == "recalled"
    assert says["files"][0]["keys_destroyed"]
    assert says["confirmed"]["by"] == "Ines Okafor, manager"
    assert "rests on its word" in says["rests_on_their_word"]
    last = date_in_words(later.date() + timedelta(days=35))
    assert f"on {last} at the latest" in says["in_backups"]
    names = families(shared)
    assert not any(name in made.certificate for name in names)
    with pytest.raises(CannotShare, match="Nothing is to be confirmed"):
        actions.confirm(shared, word(), by=world.releaser, at=later)


def test_a_word_from_before_the_end_is_no_word_about_it(world, shared):
    recall_one(world, shared)
    with pytest.raises(CannotShare, match="between the end"):
        actions.confirm(shared, word(on=AT - DAY), by=world.releaser, at=AT + 2 * HOUR)
    assert not Confirmation.objects.exists()


def test_anyone_can_verify_a_certificate_without_the_database(
    world, shared, tmp_path, django_db_blocker, client
):
    recall_one(world, shared)
    made = actions.confirm(shared, word(), by=world.releaser, at=AT + 2 * HOUR)
    signed = certificates.Signed(made.certificate, made.signature, made.key)
    file = tmp_path / "certificate.json"
    key = tmp_path / "keys.txt"
    key.write_bytes(client.get(reverse("destruction:keys")).content)
    assert made.key in published.public_keys([key])
    out = io.StringIO()

    with django_db_blocker.block():
        file.write_text(signed.as_file())
        call_command("verify_certificate", file, public_key=[key], stdout=out)
        assert "TRUE" in out.getvalue()
        file.write_text(signed.as_file().replace("One workbook", "Two workbooks"))
        with pytest.raises(CommandError, match="FALSE"):
            call_command("verify_certificate", file, public_key=[key])
        file.write_text("{}")
        with pytest.raises(CommandError, match="not a certificate"):
            call_command("verify_certificate", file, public_key=[key])


def test_who_says_nothing_is_asked_again_and_nobody_is_named_to_them(
    world, shared, django_capture_on_commit_callbacks
):
    assert actions.chase_those_late(at=AT) == 0
    recall_one(world, shared)
    monday = AT + 3 * DAY

    for later, asked in ((0 * DAY, 1), (HOUR, 0), (4 * DAY, 0), (7 * DAY, 1)):
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.chase_those_late(at=monday + later) == asked

    assert Chase.objects.filter(sent_at__isnull=False).count() == 2
    assert [letter.bcc for letter in mail.outbox] == [[world.named.email]] * 2
    said = mail.outbox[0].subject + mail.outbox[0].body
    names = families(shared)
    assert not any(name in said for name in names)
    with pytest.raises(CannotShare, match="today already"):
        actions.chase(shared, by=world.releaser, at=monday + 7 * DAY)


def test_officers_and_named_people_confirm_on_pages(
    client, world, django_capture_on_commit_callbacks
):
    now = timezone.now()
    shared = released(world, at=now - DAY)
    recall_one(world, shared, at=now - HOUR)
    client.force_login(world.releaser)
    page = client.get(reverse("destruction:now")).content.decode()
    assert shared.provider.name in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("destruction:remind", args=[shared.ref]))
    assert len(mail.outbox) == 1

    client.force_login(world.named)
    assert "1 person" in client.get(reverse("destruction:mine")).content.decode()
    confirm = reverse("destruction:confirm", args=[shared.ref])
    assert "Tick the box" in client.post(confirm, {"what": "x", "name": "I"}).content.decode()
    answers = OWN_WORD | {"seen": seen_on(client, confirm)}
    assert client.post(confirm, answers).status_code == 302
    assert "nothing to confirm" in client.get(reverse("destruction:mine")).content.decode()

    made = Confirmation.objects.get()
    assert (made.how, made.said_by) == ("portal", "Ines Okafor")
    client.force_login(world.releaser)
    page = client.get(reverse("destruction:certificate", args=[made.ref])).content.decode()
    assert "Holds, by key" in page
    file = client.get(reverse("destruction:certificate-file", args=[made.ref]))
    assert certificates.read(file.content.decode()).holds(published.public_keys())
    # It is found from what it is about, and however old it is.
    at_hand = reverse("destruction:certificate", args=[made.ref])
    about = reverse("sharing:disclosure", args=[made.disclosures.get().ref])
    assert at_hand in client.get(about).content.decode()
    Confirmation.objects.bulk_create(
        Confirmation(
            on_list=shared, said_by="I", said_on=now.date(), how="phone", what="x",
            recorded_by=world.releaser, recorded_at=now + DAY, certificate=made.certificate,
        )
        for _ in range(25)
    )  # fmt: skip
    first = client.get(reverse("destruction:now"), {"rows": "25"})
    assert at_hand not in first.content.decode()
    page = client.get(f"{reverse('destruction:now')}{first.context_data['listed'].next}")
    assert at_hand in page.content.decode()


def test_what_an_officer_was_told_counts_once_they_said_that_they_contact_nobody(client, world):
    now = timezone.now()
    shared = released(world, at=now - DAY)
    recall_one(world, shared, at=now - HOUR)
    client.force_login(world.releaser)
    address = reverse("destruction:said", args=[shared.ref])
    told = {
        "said_by": "Ines Okafor, manager", "said_on": "today", "how": "phone",
        "what": "One workbook, deleted", "seen": seen_on(client, address),
    }  # fmt: skip

    assert "Tick the box once they have said both" in client.post(address, told).content.decode()
    assert not Confirmation.objects.exists()
    client.post(address, told | {"sure": "on"})
    assert Confirmation.objects.get().recorded_by == world.releaser


def test_a_word_is_about_those_on_the_page_and_nobody_who_came_since(client, world):
    now = timezone.now()
    shared = released(world, at=now - DAY)
    first = recall_one(world, shared, at=now - HOUR)
    client.force_login(world.named)
    address = reverse("destruction:confirm", args=[shared.ref])
    answers = OWN_WORD | {"seen": seen_on(client, address)}
    recall_one(world, shared, at=timezone.now())
    for wrong in ("", "yesterday", "2026-11-20T10:00"):
        page = client.post(address, answers | {"seen": wrong}).content.decode()
        assert "Open this page again" in page
    assert "1 person" in client.post(address, answers | {"what": ""}).content.decode()

    page = client.post(address, answers, follow=True).content.decode()

    assert list(Confirmation.objects.get().disclosures.all()) == [first]
    assert "Still to be confirmed on this list: 1 person" in page
    assert "1 person" in client.get(reverse("destruction:mine")).content.decode()
    far = (timezone.now() + DAY).isoformat()
    page = client.post(address, answers | {"seen": far}, follow=True).content.decode()
    assert Confirmation.objects.count() == 2
    assert "Still to be confirmed" not in page


def test_whoever_an_ended_agreement_named_confirms_as_before(client, world):
    now = timezone.now()
    shared = released(world, at=now - DAY)
    steps.end(world.version, by=world.releaser, at=now, why="Over")
    client.force_login(world.named)
    address = reverse("destruction:confirm", args=[shared.ref])

    assert "2 people" in client.get(reverse("destruction:mine")).content.decode()
    client.post(address, OWN_WORD | {"seen": seen_on(client, address)})
    assert Confirmation.objects.get().disclosures.count() == 2


def test_whoever_is_named_once_all_is_over_is_asked_and_confirms(client, world):
    now = timezone.now()
    shared = released(world, at=now - DAY, people=1)
    recall_one(world, shared, at=now - HOUR)
    making.end_person(world.version.agreement.people.get(), by=world.drafter, at=now)
    new = seated(provider=world.provider, authority=world.authority).user
    NamedPersonFactory(agreement=world.version.agreement, email=new.email)
    client.force_login(new)

    page = client.get(reverse("mylist:list"), follow=True).content.decode()

    assert not any(name in page for name in families(shared))
    assert "1 person" in client.get(reverse("destruction:mine")).content.decode()
    assert whom(shared) == [new]


def said_no(world, person, at):
    request = requests.receive(
        requests.Asked(kind="opt-out", said={}, answer_by="email", answer_to="a@example.org"),
        authority=world.authority,
        person=person,
        sent_key=f"no of {person.pk}",
        words="We have stopped.",
        at=at,
    )
    request.refresh_from_db()
    return request


def test_an_opt_out_stays_open_until_the_person_heard_that_it_is_deleted(world, shared):
    one = Disclosure.objects.filter(on_list=shared).order_by("pk")[0]
    request = said_no(world, one.person, AT + HOUR)
    one.refresh_from_db()
    assert one.ended_because == "objection"
    assert (request.state, request.outcome) == (Request.State.WAITING, "done")
    assert request.due_on == (AT + 7 * DAY).date()

    actions.confirm(shared, word(), by=world.releaser, at=AT + 2 * HOUR)

    request.refresh_from_db()
    answer = request.messages.get(kind=Message.Kind.ANSWER)
    assert (answer.by, answer.to, answer.sent_at) == ("email", "a@example.org", None)
    assert shared.provider.name in answer.words
    assert request.state == Request.State.IN_HAND
    sent.gone(answer, at=AT + 3 * HOUR)
    request.refresh_from_db()
    assert request.state == Request.State.ANSWERED

    nobodys = said_no(world, world.person(), AT + HOUR)
    assert nobodys.state == Request.State.ANSWERED


def test_a_word_of_a_day_is_none_about_whose_sharing_ended_after_it(world, shared):
    first, second = Disclosure.objects.filter(on_list=shared).order_by("pk")
    earlier = said_no(world, first.person, AT + HOUR)
    later = said_no(world, second.person, AT + 2 * DAY)

    made = actions.confirm(shared, word(on=AT + DAY), by=world.releaser, at=AT + 3 * DAY)

    assert list(made.disclosures.all()) == [first]
    assert list(actions.waiting(shared, AT + 3 * DAY)) == [second]
    earlier.refresh_from_db()
    later.refresh_from_db()
    assert (earlier.state, later.state) == (Request.State.IN_HAND, Request.State.WAITING)
    assert not later.messages.filter(kind=Message.Kind.ANSWER).exists()


def test_what_had_ended_before_the_no_is_waited_for_as_well(world, shared):
    one = recall_one(world, shared)
    request = said_no(world, one.person, AT + 2 * HOUR)
    assert request.state == Request.State.WAITING

    actions.confirm(shared, word(), by=world.releaser, at=AT + 3 * HOUR)
    answer = request.messages.get(kind=Message.Kind.ANSWER)
    assert shared.provider.name in answer.words


def test_what_was_deleted_before_an_officer_answered_is_told_beside_the_answer(world, shared):
    one = Disclosure.objects.filter(on_list=shared).order_by("pk")[0]
    asked = requests.Asked(kind="opt-out", said={}, answer_by="email", answer_to="a@example.org")
    request = requests.enter(
        asked, authority=world.authority, channel="phone", received_at=AT, by=world.releaser, at=AT
    )
    requests.match(request, person=one.person, by=world.releaser, at=AT + HOUR)
    actions.confirm(shared, word(), by=world.releaser, at=AT + 2 * HOUR)

    requests.answer(
        request, outcome="done", words="We have stopped.", answered_by="phone", to="",
        by=world.releaser, at=AT + 3 * HOUR,
    )  # fmt: skip

    request.refresh_from_db()
    assert request.state == Request.State.IN_HAND
    theirs, ours = request.messages.filter(kind=Message.Kind.ANSWER).order_by("pk")
    assert (theirs.by, ours.by) == ("phone", "email")
    assert shared.provider.name in ours.words
    sent.gone(ours, at=AT + 4 * HOUR)
    request.refresh_from_db()
    assert request.state == Request.State.ANSWERED
