"""The pages of a secure file: an officer asks, the named person takes it, nobody else sees it."""

import io
import re
from unittest.mock import patch

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from ccis.audit.models import TrailEntry
from ccis.authorities.policy import adopt
from sharing.actions import lists
from sharing.files import actions, tasks
from sharing.files.models import FileState, SecureFile
from sharing.models import OPEN_LIST
from sharing.outcomes import tasks as outcomes
from sharing.outcomes.models import Answer, Workbook
from sharing.outcomes.workbook.opening import opened
from tests.factories.agreements import NamedPersonFactory
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = ready(files_allowed=True)
    adopt(authority=world.authority, by=None, at=timezone.now(), why="files", files_may_leave=1)
    return world


@pytest.fixture
def shared(world):
    draft = lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[world.person().pk],
        by=world.drafter,
        at=timezone.now(),
    ).list
    lists.release(draft, by=world.releaser, at=timezone.now())
    draft.refresh_from_db()
    return draft


@pytest.fixture
def colleague(shared):
    """Somebody else who may open the list."""
    user = seated(provider=shared.provider, authority=shared.authority).user
    NamedPersonFactory(agreement=shared.version.agreement, email=user.email)
    assign_perm(OPEN_LIST, user, shared)
    return user


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """What a request hands to a worker is done before it answers."""

    def post(client, address, answers=None):
        with (
            patch.object(tasks.make_file, "delay", lambda **given: tasks.make_file(**given)),
            patch.object(
                outcomes.work_on_workbook,
                "delay",
                lambda **given: outcomes.work_on_workbook(**given),
            ),
            django_capture_on_commit_callbacks(execute=True),
        ):
            return client.post(address, answers or {})

    return post


def filled_in(content):
    """The workbook with what happened to whom it is about."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["List"]
    place = {cell.value: cell.column for cell in page[1]}
    page.cell(2, place["What happened"]).value = "They said no"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_named_person_makes_their_own_workbook_fills_it_in_and_sends_it_back(
    client, shared, world, colleague, at_once
):
    client.force_login(world.named)
    ask = reverse("securefiles:make-mine", args=[shared.ref])
    assert ask in client.get(reverse("securefiles:my-files")).content.decode()
    page = client.get(ask).content.decode()
    assert colleague.email in page
    assert world.named.email not in page.partition("<form")[2].rpartition("</main>")[0]
    assert "Select which colleague" in client.post(ask).content.decode()

    answered = at_once(client, ask, {"told_to": colleague.pk})

    file = SecureFile.objects.get()
    mine = reverse("securefiles:mine", args=[file.ref])
    assert answered["Location"] == mine
    assert (file.asked_by, file.for_user, file.told_to) == (world.named, world.named, colleague)
    assert TrailEntry.objects.filter(verb="secure file asked for", by_id=world.named.pk).exists()
    own = client.get(mine).content.decode()
    assert "Download the file" in own
    assert "Show the passphrase" not in own
    tell = reverse("securefiles:tell-me", args=[file.ref])
    assert "<strong>" not in client.post(tell, follow=True).content.decode().partition("<h1")[2]
    sent = client.post(reverse("securefiles:download", args=[file.ref])).content
    assert TrailEntry.objects.filter(verb="secure file downloaded", by_id=world.named.pk).exists()

    client.force_login(colleague)
    told = at_once(client, tell).content.decode()
    phrase = re.search(r"<strong>((?:\w+-){5}\w+)</strong>", told)[1]

    client.force_login(world.named)
    back = SimpleUploadedFile("list.xlsx", filled_in(opened(sent, phrase)))
    at_once(client, reverse("outcomes:send"), {"file": back})
    completed = Workbook.objects.get()
    at_once(client, reverse("outcomes:take", args=[completed.ref]))
    assert [(one.outcome, one.mark) for one in Answer.objects.all()] == [("refused", file.mark)]


def test_one_workbook_of_ones_own_at_a_time_and_of_nobody_elses_list(
    client, shared, world, colleague, at_once
):
    ask = reverse("securefiles:make-mine", args=[shared.ref])
    client.force_login(world.named)
    client.post(ask, {"told_to": colleague.pk})  # no worker has taken it yet
    again = client.post(ask, {"told_to": colleague.pk}).content.decode()
    assert "Your workbook is being made already" in again
    first = SecureFile.objects.get()
    waiting = client.get(reverse("securefiles:mine", args=[first.ref])).content.decode()
    assert "Check again" in waiting
    tasks.make_file(file_id=first.pk)
    assert client.post(ask, {"told_to": world.named.pk}).status_code == 200
    assert client.post(ask, {"told_to": world.drafter.pk}).status_code == 200
    at_once(client, ask, {"told_to": colleague.pk})
    first.refresh_from_db()
    assert first.state == FileState.DESTROYED
    assert SecureFile.objects.exclude(pk=first.pk).get().state == FileState.READY

    other = seated(provider=shared.provider, authority=shared.authority).user
    elsewhere = seated(provider=ProviderFactory(), authority=shared.authority).user
    for user in (other, elsewhere):
        client.force_login(user)
        assert client.get(ask).status_code == 404
        assert client.post(ask, {"told_to": colleague.pk}).status_code == 404
    assert SecureFile.objects.count() == 2


def test_without_a_colleague_the_council_makes_it(client, shared, world):
    ask = reverse("securefiles:make-mine", args=[shared.ref])
    client.force_login(world.named)
    for page in (client.get(ask), client.post(ask, {"told_to": world.named.pk})):
        said = page.content.decode()
        assert f"Ask {world.authority.title} to make the workbook" in said
        assert "Which colleague" not in said
    assert not SecureFile.objects.exists()


def test_where_no_file_may_leave_the_portal_says_so_and_offers_none(
    client, shared, world, colleague
):
    adopt(authority=world.authority, by=None, at=timezone.now(), why="portal", files_may_leave=0)
    client.force_login(world.named)
    why = "policy keeps lists in the portal, so there is no workbook"
    ask = reverse("securefiles:make-mine", args=[shared.ref])
    files, send = reverse("securefiles:my-files"), reverse("outcomes:send")
    for address in (files, send, ask):
        page = client.get(address, follow=True).content.decode()
        assert why in page, address
        assert f'href="{ask}"' not in page, address
    said = client.get(reverse("mylist:list"), follow=True).content.decode()
    assert f'href="{files}"' in said
    assert f'href="{send}"' in said  # whoever has one filled in may send it back still
    client.post(ask, {"told_to": colleague.pk})
    assert not SecureFile.objects.exists()


def test_an_officer_makes_a_file_and_tells_its_passphrase_and_the_named_person_takes_it(
    client, world, shared, django_capture_on_commit_callbacks
):
    client.force_login(world.drafter)
    page = client.get(reverse("securefiles:files", args=[shared.ref])).content.decode()
    assert "No file has been made" in page
    ask = reverse("securefiles:ask", args=[shared.ref])
    wrong = client.post(ask, {"form": "xlsx", "for_user": world.named.pk})
    assert "Select who is shown the passphrase" in wrong.content.decode()
    answers = {"form": "xlsx", "for_user": world.named.pk, "told_to": world.drafter.pk}
    with (
        patch.object(tasks.make_file, "delay", lambda **given: tasks.make_file(**given)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        client.post(ask, answers)
    file = SecureFile.objects.get()
    mine = reverse("securefiles:mine", args=[file.ref])
    download = reverse("securefiles:download", args=[file.ref])
    tell = reverse("securefiles:tell", args=[shared.ref, file.ref])

    own = client.get(reverse("securefiles:file", args=[shared.ref, file.ref])).content.decode()
    assert "Ready" in own
    assert "Download the file" not in own
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(tell)
    assert told["Cache-Control"] == "no-store, private"
    assert re.search(r"<strong>(\w+-){5}\w+</strong>", told.content.decode())
    assert client.post(tell).status_code == 302

    client.force_login(world.named)
    assert file.mark in client.get(reverse("securefiles:my-files")).content.decode()
    assert "Download the file" in client.get(mine).content.decode()
    sent = client.post(download)
    assert sent.content[:4] == b"\xd0\xcf\x11\xe0"
    assert sent["Cache-Control"] == "no-store, private"
    assert shared.provider.name not in sent["Content-Disposition"]

    elsewhere = seated(
        user=world.named, provider=ProviderFactory(), authority=world.authority, made_at=AT
    )
    client.post(reverse("portal:act-for"), {"seat": elsewhere.ref})
    assert file.mark not in client.get(reverse("securefiles:my-files")).content.decode()
    assert client.get(mine).status_code == 404
    client.force_login(seated(provider=shared.provider, authority=world.authority).user)
    for address in (mine, download):
        assert client.post(address).status_code in {404, 405}
    assert client.get(mine).status_code == 404


def test_the_page_says_why_no_file_can_be_made(client, world, shared):
    adopt(authority=world.authority, by=None, at=timezone.now(), why="portal", files_may_leave=0)
    client.force_login(world.drafter)
    page = client.get(reverse("securefiles:files", args=[shared.ref])).content.decode()
    assert "policy keeps lists in the portal" in page
    answers = {"form": "xlsx", "for_user": world.named.pk, "told_to": world.drafter.pk}
    page = client.post(reverse("securefiles:ask", args=[shared.ref]), answers).content.decode()
    assert "policy keeps lists in the portal" in page
    assert actions.why_no_files(shared)
