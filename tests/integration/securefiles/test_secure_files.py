"""A list leaves as a file only encrypted, for one person, for as long as it may be read (LC-11)."""

import io
from datetime import timedelta
from unittest.mock import patch

import msoffcrypto
import openpyxl
import pytest
import pyzipper
from django.db import IntegrityError, transaction
from guardian.shortcuts import assign_perm

from caseload.models import Name
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from ccis.authorities.policy import adopt
from ccis.files import storage
from sharing.actions import disputes, life, lists
from sharing.errors import CannotShare
from sharing.files import actions, packing
from sharing.files.models import Download, FileState, SecureFile
from sharing.models import OPEN_LIST, Disclosure
from tests.factories.accounts import member
from tests.factories.agreements import NamedPersonFactory
from tests.factories.optout import CorrectionFactory
from tests.factories.portal import seated
from tests.factories.sharing import AT, ready

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = AT + HOUR


@pytest.fixture
def world():
    world = ready(files_allowed=True)
    adopt(authority=world.authority, by=None, at=AT, why="files", files_may_leave=1)
    return world


@pytest.fixture
def shared(world):
    people = [world.person(), world.person()]
    draft = lists.draft_list(
        authority=world.authority,
        terms=world.terms,
        purpose="support",
        people=[one.pk for one in people],
        by=world.drafter,
        at=AT,
    ).list
    lists.release(draft, by=world.releaser, at=AT)
    draft.refresh_from_db()
    return draft


def asked(world, shared, **more):
    values = {"form": "xlsx", "for_user": world.named, "told_to": world.drafter} | more
    return actions.ask(shared, by=world.drafter, at=AT, **values)


def made(world, shared, **more):
    file = asked(world, shared, **more)
    actions.make(file.pk, now=lambda: AT)
    file.refresh_from_db()
    assert file.state == FileState.READY, file.stopped_because
    return file


def opened(content, phrase):
    locked = msoffcrypto.OfficeFile(io.BytesIO(content))
    locked.load_key(password=phrase, verify_password=True)
    plain = io.BytesIO()
    locked.decrypt(plain)
    return openpyxl.load_workbook(plain)


def test_the_file_opens_with_the_passphrase_alone_and_says_whose_copy_it_is(
    world, shared, django_capture_on_commit_callbacks
):
    file = made(world, shared)
    content = actions.download(file, user=world.named, at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        phrase = actions.tell(file, user=world.drafter, at=LATER)

    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        opened(content, "wrong-words")
    book = opened(content, phrase)
    head, *rows = [[cell.value for cell in row] for row in book["List"].iter_rows()]
    assert head[:4] == ["List", "Row", "Name", "Date of birth"]
    assert "What happened" in head
    given = {d.row.values["name"] for d in shared.disclosures.select_related("row")}
    assert {row[2] for row in rows} == given
    assert all(row[1].endswith(f"-{file.mark}") for row in rows)
    face = dict(book["About this file"].values)
    assert face["Copy"].startswith(file.mark)
    assert "Any other use is not allowed" in face["What it is for"]

    assert len(phrase.split("-")) == packing.WORDS
    with pytest.raises(CannotShare, match="shown already"):
        actions.tell(file, user=world.drafter, at=LATER)
    assert Download.objects.get().sha256 == storage.hashlib.sha256(content).hexdigest()
    verbs = list(TrailEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-4:] == [
        "secure file made",
        "secure file downloaded",
        "list received",
        "passphrase shown",
    ]


def test_a_zip_does_not_open_without_its_passphrase(world, shared):
    file = made(world, shared, form="zip")
    content = actions.download(file, user=world.named, at=LATER)
    phrase = actions.tell(file, user=world.drafter, at=LATER)

    with pyzipper.AESZipFile(io.BytesIO(content)) as package:
        name = package.namelist()[0]
        assert name == f"list-{shared.ref}-{file.mark}.xlsx"
        with pytest.raises(RuntimeError):
            package.read(name, pwd=b"wrong-words")
        book = openpyxl.load_workbook(io.BytesIO(package.read(name, pwd=phrase.encode())))
    assert book.sheetnames[0] == "List"


def test_no_file_where_the_council_or_the_agreement_keeps_lists_in_the_portal(world, shared):
    stranger = member(Role.NAMED_INDIVIDUAL, authority=world.authority)
    with pytest.raises(CannotShare, match="who may open this list"):
        asked(world, shared, for_user=stranger)
    with pytest.raises(CannotShare, match="somebody else"):
        asked(world, shared, told_to=world.named)
    with pytest.raises(CannotShare, match="or yourself"):
        asked(world, shared, told_to=world.releaser)
    file = SecureFile.objects.filter(pk=asked(world, shared).pk)
    with pytest.raises(IntegrityError, match="goes_to_somebody_else"), transaction.atomic():
        file.update(told_to=world.named)
    adopt(authority=world.authority, by=None, at=LATER, why="portal", files_may_leave=0)
    with pytest.raises(CannotShare, match="policy"):
        asked(world, shared)


def test_only_the_two_who_were_chosen_get_file_and_passphrase(world, shared):
    other = seated(provider=shared.provider, authority=world.authority).user
    NamedPersonFactory(agreement=shared.version.agreement, email=other.email)
    assign_perm(OPEN_LIST, other, shared)
    file = made(world, shared, told_to=other)
    for user in (other, world.drafter):
        with pytest.raises(CannotShare, match="made for somebody else"):
            actions.download(file, user=user, at=LATER)
    for user in (world.named, world.drafter):
        with pytest.raises(CannotShare, match="goes to somebody else"):
            actions.tell(file, user=user, at=LATER)
    assert actions.tell(file, user=other, at=LATER)


@pytest.mark.parametrize("how", ["recalled", "term"])
def test_once_somebody_may_not_be_read_any_more_the_file_is_nobodys(world, shared, how):
    file = made(world, shared)
    at = LATER
    if how == "recalled":
        life.recall(shared.disclosures.first(), why="a mistake", by=world.releaser, at=LATER)
    else:
        life.receive(shared, by=world.named, at=AT)
        at = max(Disclosure.objects.values_list("ends_at", flat=True))

    with pytest.raises(CannotShare, match="not on this list any more"):
        actions.download(file, user=world.named, at=at)
    assert actions.destroy_stale(at=at) == 1
    assert actions.destroy_stale(at=at) == 0

    file.refresh_from_db()
    assert file.state == FileState.DESTROYED
    for left in (file.file_id, file.phrase_id):
        with pytest.raises(storage.StoredFileDestroyed):
            storage.read_stored(left)


class Killed(BaseException):
    """The worker is gone."""


@pytest.mark.parametrize("step", ["_pack", "storage.store", "_finish"])
def test_a_worker_that_is_killed_leaves_no_key_that_nobody_knows(
    world, shared, step, django_capture_on_commit_callbacks
):
    file = asked(world, shared)
    owner, _, name = step.rpartition(".")
    with (
        patch.object(actions.storage if owner else actions, name, side_effect=Killed),
        pytest.raises(Killed),
    ):
        actions.make(file.pk, now=lambda: AT)
    file.refresh_from_db()
    left = [file.file_id, file.phrase_id]

    with django_capture_on_commit_callbacks(execute=True):
        actions.make(file.pk, now=lambda: AT)
        actions.make(file.pk, now=lambda: AT)

    file.refresh_from_db()
    assert file.state == FileState.READY
    assert not set(left) & {file.file_id, file.phrase_id}
    assert all(storage.is_destroyed(one) for one in left)
    assert storage.read_stored(file.file_id)


@pytest.mark.parametrize("how", ["disputed", "sealed"])
def test_a_file_that_says_what_the_list_does_not_is_given_to_nobody(world, shared, how):
    file = made(world, shared)
    person = shared.disclosures.first().person
    if how == "disputed":
        CorrectionFactory(person=person, part="addresses")
        disputes.withhold([person.pk], ["addresses"], at=LATER)
    else:
        Name.objects.filter(person=person).update(given="Robin")
        life.restate_identity([person.pk])

    with pytest.raises(CannotShare, match="has changed"):
        actions.download(file, user=world.named, at=LATER + HOUR)
    assert actions.destroy_stale(at=LATER + HOUR) == 1


def test_once_files_may_not_leave_those_that_are_ready_stay(world, shared):
    file = made(world, shared)
    adopt(authority=world.authority, by=None, at=LATER, why="files", files_may_leave=0)

    with pytest.raises(CannotShare, match="keeps lists in the portal"):
        actions.download(file, user=world.named, at=LATER)
