"""The pages of a secure file: an officer asks, the named person takes it, nobody else sees it."""

import re
from unittest.mock import patch

import pytest
from django.urls import reverse
from django.utils import timezone

from ccis.authorities.policy import adopt
from sharing.actions import lists
from sharing.files import actions, tasks
from sharing.files.models import SecureFile
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
