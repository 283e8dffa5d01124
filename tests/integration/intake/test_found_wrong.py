"""What proves wrong after a file was used, and that its sender is told (LA-10)."""

import html

import pytest
from django.urls import reverse

from caseload.models import Address, FoundWrong, RestrictionLevel
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import AddressFactory, ChangeFactory, complete_person
from tests.factories.intake import InboundFileFactory

pytestmark = pytest.mark.django_db


def test_what_came_by_a_file_and_is_wrong_is_told_to_its_sender(client):
    here = AuthorityFactory()
    user = member(Role.DATA_MANAGER, authority=here)
    file = InboundFileFactory(authority=here, source_name="Fen College", file_name="moved.csv")
    person, hidden = complete_person(lead_authority=here), complete_person(lead_authority=here)
    Address.objects.all().delete()
    came_by = ChangeFactory(authority=here, file_ref=file.ref, source="Fen College")
    AddressFactory(person=person, recorded=came_by, source_row=12, line_1="3 Mill Lane")
    client.force_login(user)

    details = client.get(reverse("caseload:details", args=[person.ref])).content.decode()
    page = reverse("caseload:addresses-wrong", args=[person.ref, 1])
    assert page in details
    assert reverse("caseload:names-wrong", args=[person.ref, 1]) not in details
    assert "Enter what is wrong" in client.post(page, {"words": ""}).content.decode()
    client.post(page, {"words": "They moved out in June"})

    found = FoundWrong.objects.get()
    assert (found.person, found.source_row, found.what, found.found_by) == (
        person,
        12,
        "address",
        user,
    )
    FoundWrong.objects.create(
        person=hidden, came_by=came_by, what="name", words="Hidden", found_by=user,
        found_at=found.found_at,
    )  # fmt: skip
    hidden.restriction_level = RestrictionLevel.HIGH_PROFILE
    hidden.save(update_fields=["restriction_level"])

    listed = html.unescape(client.get(f"/files/{file.ref}/wrong/").content.decode())
    assert "To Fen College" in listed
    assert "Of the file moved.csv" in listed
    assert "Row 12, address: They moved out in June" in listed
    assert "Hidden" not in listed
    assert "Say to whom it was sent" in client.post(f"/files/{file.ref}/wrong/").content.decode()
    client.post(f"/files/{file.ref}/wrong/", {"how": "The registry, by encrypted email"})

    found.refresh_from_db()
    assert (found.told_by, found.told_how) == (user, "The registry, by encrypted email")
    assert FoundWrong.objects.get(person=hidden).told_at is None
    listed = client.get(f"/files/{file.ref}/wrong/").content.decode()
    assert "What to send" not in listed
    lines = TrailEntry.objects.filter(subject_id=person.pk).values_list("verb", flat=True)
    assert {"found wrong in a file", "sender told what is wrong"} <= set(lines)


def test_what_came_by_no_file_has_no_sender_to_tell(client):
    person = complete_person()
    client.force_login(member(Role.DATA_MANAGER, authority=person.lead_authority))

    page = client.get(reverse("caseload:addresses-wrong", args=[person.ref, 1]))

    assert page.status_code == 404
