"""What an organisation says ends the sharing or carries it on, and does all that follows."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from caseload.intake.actions.work import work_on
from caseload.intake.models import InboundFile, InboundRow
from caseload.intake.source_models import source_key
from caseload.models import Activity, Task
from ccis.audit.models import TrailEntry
from optout.models import Statement
from optout.queries import objecting
from sharing.actions import life
from sharing.destruction import asking
from sharing.destruction.models import Chase
from sharing.errors import CannotShare
from sharing.models import DisclosedRow, EndedBecause
from sharing.outcomes.actions import chasing, feeding
from sharing.outcomes.actions.answers import Given, record, record_many
from sharing.outcomes.actions.attempts import log_attempt, undo_attempt
from sharing.outcomes.actions.referrals import refer_on
from sharing.outcomes.errors import AnsweredMeanwhile
from sharing.outcomes.models import Answer, Attempt, Referral, Reminder
from sharing.outcomes.presenters import what_was_said
from sharing.outcomes.queries import Due, late, updates_due
from sharing.outcomes.rules import Said
from sharing.rules import start_of
from tests.factories.intake import SourceFactory
from tests.factories.optout import StatementFactory
from tests.factories.outcomes import NOW, released
from tests.factories.providers import ProviderFactory
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return ready(ends_on=date(2027, 8, 31))


def say(world, one, outcome, *, at=NOW, seen=None, **more):
    return record(one, outcome=outcome, seen=seen, by=world.named, at=at, **more)


def after(one):
    one.refresh_from_db()
    return one


def test_attempts_are_logged_taken_back_and_stay(world):
    (one,) = released(world)
    made = log_attempt(one, how="phone", result="no-answer", by=world.named, at=NOW)
    undo_attempt(made, by=world.named, at=NOW)

    with pytest.raises(CannotShare, match="taken back already"):
        undo_attempt(made, by=world.named, at=NOW)
    with pytest.raises(CannotShare, match="between the start"):
        log_attempt(one, how="phone", by=world.named, at=NOW, tried_on=date(2026, 11, 1))
    life.recall(one, why="On the wrong list", by=world.releaser, at=NOW)
    with pytest.raises(CannotShare, match="no longer on your list"):
        log_attempt(one, how="text", by=world.named, at=NOW + timedelta(minutes=1))
    assert (Attempt.objects.count(), Attempt.objects.standing().count()) == (1, 0)
    assert TrailEntry.objects.filter(verb__startswith="attempt").count() == 2


@pytest.mark.parametrize(
    ("outcome", "because"),
    [
        ("not-reached", EndedBecause.NOT_REACHED),
        ("refused", EndedBecause.REFUSED),
        ("wrong-details", EndedBecause.WRONG_DETAILS),
        ("no-contact", EndedBecause.OBJECTION),
    ],
)
def test_what_ends_it_ends_it_at_once_and_asks_for_destruction(
    world, outcome, because, django_capture_on_commit_callbacks
):
    (one,) = released(world)
    with django_capture_on_commit_callbacks(execute=True):
        say(world, one, outcome, notes="Number is not in use")

    assert (after(one).ended_because, one.ends_at) == (because, NOW)
    assert DisclosedRow.objects.get().ends_at == NOW
    assert Chase.objects.filter(on_list=one.on_list).count() == 1
    assert [letter.bcc for letter in mail.outbox] == [[world.named.email]]
    assert "Amara" not in mail.outbox[0].body + mail.outbox[0].subject
    bars = outcome == "no-contact"
    assert objecting([one.person_id], one.provider, on=NOW.date()) == (
        {one.person_id} if bars else set()
    )
    kinds = list(Task.objects.values_list("person", "kind"))
    assert kinds == {
        "wrong-details": [(one.person_id, "mend")],
        "no-contact": [(one.person_id, "contact")],
    }.get(outcome, [])
    if bars:
        (said,) = Statement.objects.all()
        assert (said.said_by, said.provider, said.channel) == ("own", one.provider, "web")
        assert one.provider.name in said.source
    with pytest.raises(CannotShare, match="no longer on your list"):
        say(world, one, "engaged")


def test_whoever_engaged_stays_and_every_answer_is_kept(world):
    (one,) = released(world)
    first = say(world, one, "engaged", seen=0)
    assert after(one).ends_at == start_of(world.version.ends_on + timedelta(days=1))

    with pytest.raises(AnsweredMeanwhile) as raised:
        say(world, one, "not-reached", seen=0)
    assert raised.value.latest == first
    say(world, one, "engaged", seen=1, notes="Began a course in bricklaying")
    with pytest.raises(CannotShare, match="Enter where") as missing:
        say(world, one, "confirmed", seen=2)
    assert missing.value.field == "where"

    assert list(Answer.objects.values_list("number", flat=True)) == [2, 1]
    assert after(one).ended_because == ""


def test_of_a_set_what_cannot_be_taken_stops_no_other(world):
    first, second, third, twice = released(world, 4)
    life.recall(second, why="Moved", by=world.releaser, at=NOW)
    given = [Given(one.pk, Said("engaged")) for one in (first, second, twice, twice)]
    given.append(Given(third.pk, Said("confirmed")))

    taken = record_many(
        given, authority=world.authority, channel="file", by=world.named, at=NOW + timedelta(1)
    )

    assert [one.disclosure_id for one in taken.answers] == [first.pk]
    assert set(taken.refused) == {second.pk, third.pk, twice.pk}
    assert "more than once" in taken.refused[twice.pk].message


def test_updates_are_due_as_agreed_and_late_ones_are_chased_without_names(
    world, django_capture_on_commit_callbacks
):
    one, other = released(world, 2)
    say(world, one, "engaged")
    frequency = world.version.frequency
    assert frequency == "monthly"
    month_later = AT + timedelta(days=31)
    assert after(other).ends_at < month_later  # its term is over by then, so nothing is owed
    assert updates_due(type(one).objects.all(), at=AT) == [
        Due(one.pk, one.on_list_id, one.provider_id, date(2026, 12, 20))
    ]

    assert [due.disclosure for due in late(world.authority, at=month_later)] == [one.pk]
    for days, lists in ((0, 1), (2, 0), (10, 1)):
        with django_capture_on_commit_callbacks(execute=True):
            assert chasing.chase_those_late(at=month_later + timedelta(days=days)) == lists
    assert Reminder.objects.filter(sent_at__isnull=False).count() == 2
    assert [letter.bcc for letter in mail.outbox] == [[world.named.email]] * 2
    assert {letter.body for letter in mail.outbox} == {mail.outbox[0].body}
    say(world, one, "engaged", at=month_later)
    assert late(world.authority, at=month_later + timedelta(days=7)) == []


def test_who_is_asked_for_updates_is_written_to_after_it_is_kept_and_once(world, monkeypatch):
    (one,) = released(world)
    say(world, one, "engaged")
    month_later = AT + timedelta(days=31)

    made = chasing.chase(one.on_list, by=world.releaser, at=month_later)

    assert mail.outbox == []  # the worker is killed before anything goes
    minute_later = month_later + timedelta(minutes=1)
    with monkeypatch.context() as network:
        network.setattr(EmailMessage, "send", _is_away)
        assert asking.send_waiting(Reminder, at=minute_later) == 0
    assert asking.send_waiting(Reminder, at=minute_later) == 1
    assert asking.send_waiting(Reminder, at=minute_later) == 0
    assert [letter.bcc for letter in mail.outbox] == [[world.named.email]]
    assert after(made).sent_at == minute_later
    with pytest.raises(CannotShare, match="today already"):
        chasing.chase(one.on_list, by=world.releaser, at=minute_later)


def _is_away(letter):
    raise OSError("the network is away")


def test_what_is_confirmed_comes_to_the_record_by_intake_and_waits_for_review(world):
    one, other = released(world, 2)
    say(world, one, "confirmed", where="An apprenticeship at Dale Motors", since=date(2026, 9, 7))
    kestrel = ProviderFactory(name="Kestrel College", kind="college")
    Activity.objects.filter(person=other.person).update(provider=kestrel)
    say(world, other, "confirmed", where="kestrel college", since=date(2026, 9, 7))

    assert feeding.feed(at=NOW) == 1
    assert feeding.feed(at=NOW) == 0
    (file,) = InboundFile.objects.all()
    assert (file.provider, file.received_by) == (world.provider, world.named)
    assert set(Answer.objects.values_list("file", flat=True)) == {file.pk}
    work_on(file.pk, now=lambda: NOW)

    file.refresh_from_db()
    assert file.state == "ready"  # nothing is applied before somebody approves it
    rows = {row.person_id: row for row in InboundRow.objects.all()}
    assert set(rows) == {one.person_id, other.person_id}
    assert not {"given", "family", "birth"} & set(rows[one.person_id].read)
    told = rows[one.person_id]
    assert (told.outcome, told.reason) == ("needs-person", "please-check")
    assert told.proposal[-1]["values"]["code_id"] == "310"
    again = rows[other.person_id]  # whoever is held to be at a college is seen there again
    assert (again.outcome, again.proposal[0]["does"]) == ("no-change", "confirms")


def test_a_list_that_intake_refuses_holds_no_other_back_is_told_once_and_tried_again(world):
    (refused,) = released(world)
    other_world = ready()
    (other,) = released(other_world)
    for one, named in ((refused, world.named), (other, other_world.named)):
        record(
            one, outcome="confirmed", where="Dale Motors", since=date(2026, 9, 7), seen=None,
            by=named, at=NOW,
        )  # fmt: skip
    sources = [
        SourceFactory(
            authority=world.authority, kinds=["school-roll"], provider=provider, name=name,
            key=source_key(provider, name),
        )
        for provider, name in (
            (world.provider, ""),
            (None, f"{world.provider.name}, of its list"),
        )
    ]  # fmt: skip

    assert feeding.feed(at=NOW) == 1
    assert feeding.feed(at=NOW + timedelta(minutes=1)) == 0

    assert [one.disclosure for one in Answer.objects.filter(file__isnull=False)] == [other]
    (task,) = Task.objects.all()
    assert (task.person, task.kind, "are not taken from" in task.what) == (
        refused.person, "mend", True,
    )  # fmt: skip
    Task.objects.update(state="done", done_by=world.drafter, done_at=NOW)
    for one in sources:
        one.kinds = []
        one.save()
    assert feeding.feed(at=NOW + timedelta(hours=1)) == 1
    assert Task.objects.count() == 1


def test_nobody_is_referred_on_without_their_own_yes(world):
    (one,) = released(world)
    kitchen = ProviderFactory(name="Castle Street Kitchen")
    yes = {"consented": True, "consented_on": NOW.date(), "consented_how": "phone"}
    for wrong, field in (
        ({"consented": False}, "consented"),
        ({"consented_on": None}, "consented_on"),
        ({"consented_on": date(2026, 11, 1)}, "consented_on"),
        ({"consented_how": ""}, "consented_how"),
    ):
        with pytest.raises(CannotShare) as raised:
            refer_on(one, to="Castle Street Kitchen", **yes | wrong, by=world.named, at=NOW)
        assert raised.value.field == field
    StatementFactory(person=one.person, provider=kitchen, says="no", said_on=NOW.date())
    with pytest.raises(CannotShare, match="Ask the council"):
        refer_on(one, to="castle street kitchen", **yes, by=world.named, at=NOW)
    assert not Referral.objects.exists()

    refer_on(one, to="Dale Motors", **yes, by=world.named, at=NOW)
    log_attempt(one, how="visit", result="spoke", by=world.named, at=NOW)
    say(world, one, "confirmed", where="Dale Motors", since=date(2026, 9, 7), doing="work")
    lines = "\n".join(line["text"] for line in what_was_said(one))
    assert "referred to Dale Motors. They said yes on 20 November 2026, Phone." in lines
    assert "In education, training or work, at Dale Motors since 7 September 2026 (work)." in lines
