"""An organisation fills in its part of an agreement and signs it, and nobody else's (LC-13)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from ccis.access.roles import Role
from providers.portal.todo import to_do
from sharing.agreements.actions import letting_in, making, steps
from sharing.agreements.models import AnnexA, Party
from sharing.agreements.rules import State
from tests.factories.accounts import UserFactory, member
from tests.factories.agreements import RecipientFactory, whole_version
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.portal import seated

pytestmark = pytest.mark.django_db

ANNEX = {
    "description": "Names and phone numbers", "activities": "Calls and mentoring",
    "contacts_people": "yes", "contact_details": "By phone", "legal_basis": "Public task",
}  # fmt: skip
SAFEGUARDS = {
    "asset_owner": "Head of centre", "privacy_statement": "https://harbour.example/privacy",
    "standard": "iso27001", "standard_on": "1/8/2026", "standard_evidence": "Certificate 8",
    "retention_on": "1/8/2026", "retention_evidence": "Policy of 2026",
    "training_on": "1/8/2026", "training_evidence": "Register of June",
}  # fmt: skip
SIGN = {"signatory": "Ines Okafor", "job": "Centre manager", "sure": "on"}


def page_of(version):
    return reverse("agreements:own", args=[version.agreement.ref])


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def sent():
    """An agreement that was sent, of which the organisation has filled in nothing."""
    version = whole_version(State.SENT, emails=("ines@harbour.example",))
    AnnexA.objects.filter(version=version).delete()
    version.parties.filter(side=Party.Side.PROVIDER).update(
        standard="", standard_on=None, standard_evidence="", signatory="", signatory_job=""
    )
    return version


@pytest.fixture
def seat(sent):
    return seated(
        user=UserFactory(email="ines@harbour.example"),
        provider=sent.agreement.provider,
        authority=sent.agreement.authority,
        may_manage=True,
    )


def test_the_organisation_fills_in_its_part_signs_and_the_council_signs_what_it_signed(
    client, sent, seat
):
    page, council = page_of(sent), f"/sharing/agreements/{sent.agreement.ref}/"
    client.force_login(seat.user)
    assert [one.href for one in to_do(seat, timezone.now())] == [page_of(sent)]
    assert client.get("/portal/agreement/")["Location"] == page_of(sent)
    assert "Fill in what you will do" in text(client.get(page))
    assert "Enter the description" in text(client.post(f"{page}what-you-do/"))
    client.post(f"{page}what-you-do/", ANNEX)
    early = text(client.post(f"{page}check/", SIGN))
    assert "Confirm its security standard" in early
    client.post(f"{page}safeguards/", SAFEGUARDS)
    assert "Calls and mentoring" in text(client.get(f"{page}check/"))

    client.post(f"{page}check/", SIGN)

    assert "Ines Okafor, Centre manager, signed on screen" in text(client.get(page))
    assert to_do(seat, timezone.now()) == []
    client.post(f"{page}what-you-do/", ANNEX | {"activities": "Other things"})
    assert "signed on screen" not in text(client.get(page))
    client.post(f"{page}check/", SIGN)

    client.force_login(member(Role.INFORMATION_GOVERNANCE, authority=seat.authority))
    assert "Sign for the council" in text(client.get(council))
    assert client.get(f"{council}returned/").content.startswith(b"%PDF-")
    today = timezone.localdate()
    client.post(f"{council}countersign/", {"council": f"{today.day}/{today.month}/{today.year}"})
    sent.refresh_from_db()
    assert sent.state == State.SIGNED
    signed = sent.parties.get(side=Party.Side.PROVIDER)
    assert (signed.signatory, signed.signed_on) == ("Ines Okafor", today)
    client.force_login(seat.user)
    assert client.post(f"{page}what-you-do/", ANNEX).status_code == 404
    assert client.get(f"{page}document/").content.startswith(b"%PDF-")


def test_a_copy_signed_on_paper_is_taken_in_and_nothing_but_a_pdf(client, sent, seat):
    client.force_login(seat.user)
    upload = f"{page_of(sent)}upload/"
    said = {"signatory": "Ines Okafor", "job": "Manager", "signed_on": "1/9/2026"}

    wrong = client.post(upload, said | {"copy": SimpleUploadedFile("a.pdf", b"<html>")})
    assert "This is not a PDF" in text(wrong)
    client.post(upload, said | {"copy": SimpleUploadedFile("a.pdf", b"%PDF-1.7 signed")})

    assert "signed on paper on 1 September 2026" in text(client.get(page_of(sent)))


def test_nobody_reaches_anothers_agreement_and_who_does_not_sign_only_looks(client, sent, seat):
    other = whole_version(
        State.SENT, agreement__authority=seat.authority, agreement__provider=RecipientFactory()
    )
    same_name_elsewhere = whole_version(
        State.SENT,
        agreement__authority=AuthorityFactory(code=BARNET),
        agreement__provider=sent.agreement.provider,
    )
    client.force_login(seat.user)
    assert client.get(page_of(same_name_elsewhere)).status_code == 404
    page = page_of(other)
    assert client.get(f"{page}document/").status_code == 404
    for step in ("what-you-do", "safeguards", "people", "check", "upload"):
        assert client.post(f"{page}{step}/", ANNEX | SAFEGUARDS | SIGN).status_code == 404
    theirs = other.agreement.people.get()
    taken = client.post(f"{page_of(sent)}people/{theirs.ref}/end/")
    assert taken.status_code == 404

    seat.may_manage = False
    seat.save()
    assert client.get(page_of(sent)).status_code == 200
    assert client.post(f"{page_of(sent)}check/", SIGN).status_code == 404


def test_what_ends_while_a_page_is_open_ends_what_the_page_can_do(client, sent, seat):
    client.force_login(seat.user)
    officer = member(Role.INFORMATION_GOVERNANCE, authority=seat.authority)
    at = timezone.now()
    steps.end(sent, by=officer, at=at, why="Withdrawn")
    assert client.post(f"{page_of(sent)}what-you-do/", ANNEX).status_code == 404
    assert not AnnexA.objects.filter(version=sent).exists()
    assert client.get(page_of(sent)).status_code == 200

    # they go to work for another organisation, which names them there too
    moved = whole_version(agreement__authority=seat.authority, emails=(seat.user.email,))
    letting_in.invite(
        moved.agreement.people.get(), by=officer, at=at, link_to=str, service="the record"
    )
    making.end_person(sent.agreement.people.get(), by=officer, at=at)
    assert client.get(page_of(sent)).status_code == 404
    assert client.get(page_of(moved)).status_code == 200


def test_whom_they_name_the_council_approves(client, sent, seat):
    client.force_login(seat.user)
    named = {"name": "Sam Example", "job": "Adviser", "email": "sam@harbour.example"}
    client.post(f"{page_of(sent)}people/", named)
    person = sent.agreement.people.get(email="sam@harbour.example")
    assert (person.added_by, person.approved_at) == (seat.user, None)
    client.post(f"{page_of(sent)}people/{person.ref}/end/")
    person.refresh_from_db()
    assert person.ended_by == seat.user


def test_a_renewal_is_to_do_until_it_was_asked_for(client):
    ends = timezone.localdate() + timedelta(days=30)
    version = whole_version(ends_on=ends, review_on=ends, emails=("ines@harbour.example",))
    page = page_of(version)
    seat = seated(
        user=UserFactory(email="ines@harbour.example"),
        provider=version.agreement.provider,
        authority=version.agreement.authority,
        may_manage=True,
    )
    (todo,) = to_do(seat, timezone.now())
    assert (todo.href, todo.due) == (page, ends)
    client.force_login(seat.user)
    assert f"{page}review/" in text(client.get(page))

    client.post(f"{page}review/", {"why": "We wish to go on"})

    version.refresh_from_db()
    assert version.state == State.UNDER_REVIEW
    assert to_do(seat, timezone.now()) == []
