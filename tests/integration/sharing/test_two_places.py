"""Somebody of two agreements, or two organisations: what is of one opens nothing of the other."""

import io

import openpyxl
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from ccis.access.references import show_reference
from ccis.access.roles import Role
from ccis.authorities.policy import adopt
from providers.portal.models import Seat
from providers.portal.todo import to_do
from sharing.actions import life
from sharing.agreements.actions import letting_in, making
from sharing.agreements.models import Agreement
from sharing.errors import CannotShare
from sharing.files import actions as files
from sharing.files import packing
from sharing.models import OPEN_LIST
from sharing.outcomes.actions import workbooks
from sharing.queries.opening import lists_of
from tests.factories.agreements import NamedPersonFactory, VersionFactory, whole_version
from tests.factories.outcomes import released
from tests.factories.portal import seated
from tests.factories.providers import ProviderFactory
from tests.factories.sharing import SecureFileFactory, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = ready(files_allowed=True)
    adopt(authority=world.authority, by=None, at=timezone.now(), why="files", files_may_leave=1)
    return world


def test_who_is_named_in_another_agreement_alone_opens_no_list_of_this_one(client, world):
    now = timezone.now()
    one, _ = released(world, 2, at=now)
    shared = one.on_list
    life.recall(one, why="a mistake", by=world.releaser, at=now)
    other = VersionFactory(
        agreement__authority=world.authority, agreement__provider=world.provider
    ).agreement
    NamedPersonFactory(agreement=other, email=world.named.email)
    second = seated(provider=world.provider, authority=world.authority).user
    NamedPersonFactory(agreement=shared.version.agreement, email=second.email)
    assign_perm(OPEN_LIST, second, shared)
    file, told = (
        files.ask(shared, form="xlsx", for_user=one, told_to=two, by=world.drafter, at=now)
        for one, two in ((world.named, world.drafter), (second, world.named))
    )
    for one in (file, told):
        files.make(one.pk, now=timezone.now)
    seat = world.named.seats.get()
    assert set(files.whom(shared)) == {world.named, second}
    assert list(lists_of(seat)) == [shared]
    client.force_login(world.named)
    mine, confirm = reverse("destruction:mine"), reverse("destruction:confirm", args=[shared.ref])
    assert "1 person" in client.get(mine).content.decode()
    assert client.get(confirm).status_code == 200

    named = shared.version.agreement.people.get(email=world.named.email)
    making.end_person(named, by=world.drafter, at=timezone.now())

    assert Seat.objects.open(timezone.now()).filter(pk=seat.pk).exists()
    assert files.whom(shared) == [second]
    assert not lists_of(seat).exists()
    with pytest.raises(CannotShare):
        files.download(file, user=world.named, at=timezone.now())
    with pytest.raises(CannotShare):
        files.tell(told, user=world.named, at=timezone.now())
    assert files.tell(file, user=world.drafter, at=timezone.now())
    assert "nothing to confirm" in client.get(mine).content.decode()
    assert client.get(confirm).status_code == 404
    assert client.post(confirm, {"sure": "on"}).status_code == 404


@pytest.mark.parametrize("came", ["named after sitting", "sat after naming"])
def test_who_is_named_later_hears_of_what_went_before_without_opening_the_list(
    client, world, came, django_capture_on_commit_callbacks
):
    now = timezone.now()
    one, _ = released(world, 2, received=False, at=now)
    life.recall(one, why="a mistake", by=world.releaser, at=now)
    agreement = one.on_list.version.agreement
    place = {"provider": world.provider, "authority": world.authority}
    elsewhere = place | {"provider": ProviderFactory()}
    later = seated(**(place if came == "named after sitting" else elsewhere)).user
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        making.name_person(
            agreement, name="L Ater", job="Adviser", email=later.email, phone="",
            by=world.drafter, at=now,
        )  # fmt: skip
        making.approve_people(agreement, by=world.releaser, at=now)
        letting_in.invite_approved(
            agreement, by=world.releaser, at=now, link_to=str, service="Northgate"
        )

    (letter,) = mail.outbox
    assert letter.to == [later.email]
    assert later in files.whom(one.on_list)
    seat = later.seats.get(provider=world.provider)
    assert {todo.href for todo in to_do(seat, now)} >= {
        reverse("mylist:list"), reverse("destruction:mine"),
    }  # fmt: skip
    client.force_login(later)
    client.post(reverse("portal:act-for"), {"seat": seat.ref})
    assert "1 person" in client.get(reverse("destruction:mine")).content.decode()


def test_a_workbook_comes_back_without_rows_of_another_list_or_sheets_to_whoever_did_not_send_it(
    world,
):
    now = timezone.now()
    (one,) = released(world, at=now)
    (theirs,) = released(ready(authority=world.authority), at=now)
    SecureFileFactory(on_list=one.on_list, mark="C0PY", asked_at=now)
    row = packing.Row(f"{show_reference(one.row.ref)}-C0PY", one.row.values)
    book = openpyxl.load_workbook(
        io.BytesIO(
            packing.workbook(
                packing.Sheet(
                    show_reference(one.on_list.ref), "C0PY", one.on_list.columns, [row], []
                )
            )
        )
    )
    page = book["List"]
    place = {cell.value: cell.column for cell in page[1]}
    page.cell(2, place["What happened"]).value = "All well"
    page.cell(3, place["List"]).value = show_reference(theirs.on_list.ref)
    page.cell(3, place["Name"]).value = theirs.row.values["name"]
    book.create_sheet("Mine")["A1"] = "Notes of my own"
    kept = io.BytesIO()
    book.save(kept)
    file = workbooks.receive(
        one.on_list, content=kept.getvalue(), passphrase="", file_name="list.xlsx",
        by=world.named, at=now,
    )  # fmt: skip
    workbooks.work_on(file.pk, now=timezone.now)
    file.refresh_from_db()

    for by in (world.named, world.drafter):
        back = openpyxl.load_workbook(io.BytesIO(workbooks.marked(file, by=by, at=now)))
        said = [str(cell.value) for sheet in back for line in sheet for cell in line]
        assert any("belongs to another list" in words for words in said)
        assert theirs.row.values["name"] not in said
        assert "Notes of my own" not in said


def test_a_role_for_one_organisation_is_none_for_another(client, world):
    school = ProviderFactory(authority=world.authority)
    agreement = whole_version(
        agreement__authority=world.authority, agreement__provider=school
    ).agreement
    place = seated(
        Role.SCHOOL_DATA_MANAGER,
        user=world.named, provider=school, authority=world.authority, may_manage=True,
    )  # fmt: skip
    client.force_login(world.named)
    assert client.get(reverse("agreements:own-agreements")).status_code == 302
    client.post(reverse("portal:act-for"), {"seat": place.ref})

    assert client.get(reverse("agreements:own", args=[agreement.ref])).status_code == 404
    assert client.get(reverse("agreements:own-agreements")).status_code == 404
    assert client.get(reverse("mylist:list")).status_code == 404
    home = client.get(reverse("portal:home")).content.decode()
    assert reverse("mylist:list") not in home
    assert "/portal/agreement/" not in home
    assert reverse("schools:files") in home
    assert not [one for one in to_do(place, timezone.now()) if "/portal/agreement/" in one.href]
    assert Agreement.objects.filter(provider=school).exists()
