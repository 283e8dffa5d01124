"""The drop box read from a real server: nothing lost, nothing twice (LC-03)."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from ccis.access.database import acting_as
from ccis.audit.models import TrailEntry
from optout.mailbox import tasks
from optout.mailbox.actions import settling, taking
from optout.mailbox.models import Mail, Mailbox
from optout.mailbox.setting import TAKEN, read_address
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.imap import Post, post_office, written
from tests.personal import assert_trail_tells_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority():
    return AuthorityFactory(is_served=True)


@pytest.fixture
def post(settings, authority):
    with post_office() as post:
        settings.MAILBOXES = {authority.code: post.address}
        yield post


def look(post: Post, authority) -> int:
    """Read the mailbox once, as the worker does."""
    with acting_as("ccis_worker"):
        account = read_address(post.address)
        return taking.take_in(account, authority=authority, now=timezone.now)


def test_messages_are_taken_in_sorted_and_moved_away(post, authority, caplog, settings):
    settings.MAILBOX_LARGEST = 2_000
    caplog.set_level(logging.DEBUG, logger="optout")
    for content in (
        written("Please stop.\r\n\r\nThank you"),
        written(message_id="<2@b>", auto_submitted="auto-replied"),
        written(message_id="<3@b>", content_type="multipart/report; report-type=delivery-status"),
        written("x" * 3_000, message_id="<4@b>"),
        b"\xff\x00",
    ):
        post.deliver(content)

    tasks.read_mailbox(code=authority.code)

    mails = list(Mail.objects.order_by("uid"))
    assert [mail.state for mail in mails] == [
        "waiting", "automatic", "bounce", "waiting", "waiting",
    ]  # fmt: skip
    first, large = mails[0], mails[3]
    assert (first.text, first.sender_name) == ("Please stop.\n\nThank you", "Amara Oduya")
    assert str(first.due_on) == "2026-11-04"
    assert (large.unread, large.text, large.subject) == ("large", "", "My choice")
    assert (post.lying(), len(post.lying(TAKEN))) == ([], 5)
    assert TrailEntry.objects.filter(verb="mail taken in").count() == 5
    assert "amara" not in caplog.text.lower()
    assert_trail_tells_nothing()


@pytest.mark.parametrize("dies_at", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE"])
def test_whatever_dies_when_nothing_is_lost_and_nothing_doubled(post, authority, dies_at):
    contents = [written(message_id=f"<{number}@b>") for number in range(3)]
    for content in contents:
        post.deliver(content)
    post.hang_up_at = dies_at
    look(post, authority)
    assert Mailbox.objects.get().trouble
    assert len(post.lying()) + Mail.objects.count() >= 3

    post.hang_up_at = ""
    look(post, authority)
    look(post, authority)

    assert Mail.objects.count() == 3
    assert (post.lying(), sorted(post.lying(TAKEN))) == ([], sorted(contents))
    assert (Mailbox.objects.get().trouble, Mailbox.objects.get().busy_until) == ("", None)


def test_what_cannot_be_moved_is_taken_in_once_and_said_to_officers(post, authority):
    post.deliver(written())
    post.refuse = {"UID MOVE"}
    look(post, authority)
    look(post, authority)
    assert (Mail.objects.count(), len(post.lying())) == (1, 1)
    assert Mailbox.objects.get().trouble == "moving"

    post.refuse, post.capabilities = set(), "IMAP4rev1 UIDPLUS"
    post.uid_validity = 8  # the mailbox was made again: the numbers say nothing any more
    look(post, authority)
    assert (Mail.objects.count(), post.lying(), len(post.lying(TAKEN))) == (1, [], 1)


def test_two_workers_do_not_read_one_mailbox_at_once(post, authority):
    post.deliver(written())
    box = Mailbox.objects.create(
        authority=authority, busy_until=timezone.now() + timedelta(minutes=1)
    )
    assert look(post, authority) == 0
    assert post.asked == []

    Mailbox.objects.filter(pk=box.pk).update(busy_until=timezone.now() - timedelta(seconds=1))
    assert look(post, authority) == 1  # whoever had it is gone


def test_past_so_many_in_an_hour_one_senders_are_held_back_together(post, authority, settings):
    settings.MAILBOX_MOST_FROM_ONE, settings.MAILBOX_MOST_AT_ONCE = 2, 4
    for number in range(5):
        post.deliver(written(message_id=f"<{number}@b>"))
    post.deliver(written(message_id="<6@b>", from_="ravi@example.org"))
    assert look(post, authority) == 4
    assert look(post, authority) == 2

    held = Mail.objects.filter(state="held")
    assert (held.count(), Mail.objects.waiting().count()) == (3, 3)
    officer = member(authority=authority)
    assert settling.not_a_request(held[0], why="a flood", by=officer, at=timezone.now()) == 3
    assert Mail.objects.waiting().count() == 3


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (lambda post: post.address.replace("secret", "wrong"), "refused"),
        (lambda post: post.address.replace("INBOX", "Elsewhere"), "folder"),
        (lambda post: post.address.replace("imap:", "imaps:"), "certificate"),
        (lambda post: "imap://a:b@127.0.0.1:1", "unreachable"),
        (lambda post: "imap://a:b@mail.example.org", "settings"),
    ],
)
def test_what_stands_in_the_way_is_noted(post, authority, settings, change, trouble):
    settings.MAILBOXES = {authority.code: change(post)}
    tasks.read_mailbox(code=authority.code)

    assert Mailbox.objects.get().trouble == trouble
    assert Mailbox.objects.get().trouble_since is not None


def test_words_of_what_was_no_request_are_destroyed_in_time(post, authority, settings):
    post.deliver(written())
    look(post, authority)
    mail = Mail.objects.get()
    at = timezone.now()
    settling.not_a_request(mail, why="advertising", by=member(authority=authority), at=at)
    with acting_as("ccis_worker"):
        assert settling.destroy_old(at=at + timedelta(days=27)) == 0
        assert settling.destroy_old(at=at + timedelta(days=29)) == 1

    mail.refresh_from_db()
    assert (mail.text, mail.sender, mail.subject) == ("", "", "")
    assert mail.state == "not-request"
