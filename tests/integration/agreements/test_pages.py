"""Agreements as information governance officers work them (pages §2.5)."""

from datetime import date

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ccis.access.roles import Role
from ccis.files import storage
from optout.letters.models import ProviderList
from sharing.agreements.actions import making, remind, steps
from sharing.agreements.errors import CannotDo
from sharing.agreements.models import Agreement, Gateway, PrivacyNotice, Programme
from sharing.agreements.queries import register_leaving, terms_of
from sharing.agreements.rules import State
from sharing.agreements.signals import agreements_ended, terms_changed
from tests.factories.accounts import UserFactory, member
from tests.factories.agreements import NoticeFactory, RecipientFactory, whole_version
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.portal import seated

pytestmark = pytest.mark.django_db

PARTY = {
    "role_of_given": "controller", "role_of_reported": "controller",
    "asset_owner": "Head of service", "privacy_statement": "https://harbour.example/privacy",
    "standard": "iso27001", "standard_on": "1/8/2026", "standard_evidence": "Certificate 7",
    "retention_on": "1/8/2026", "retention_evidence": "Policy of 2026",
    "training_on": "1/8/2026", "training_evidence": "Register of June",
    "signatory": "Alex Example", "signatory_job": "Director",
}  # fmt: skip
ANNEX = {
    "description": "Names and contact details", "activities": "Mentoring and visits",
    "contacts_people": "yes", "contact_details": "By phone", "legal_basis": "Public task",
}  # fmt: skip


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def authority():
    return AuthorityFactory()


@pytest.fixture
def officer(authority, client):
    user = member(Role.INFORMATION_GOVERNANCE, authority=authority)
    client.force_login(user)
    return user


def day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


def test_a_draft_says_what_each_part_wants_until_it_is_sent(client, authority, officer):
    today = timezone.localdate()
    RecipientFactory(name="Harbour Lane Skills")
    notice = NoticeFactory(authority=authority)
    begun = client.post(
        "/sharing/agreements/new/",
        {"provider": "harbour lane skills", "kind": "provider", "title": "Free local help"},
        follow=True,
    )
    agreement = Agreement.objects.get()
    page = f"/sharing/agreements/{agreement.ref}/"
    assert f"{page}parts/period/" in begun.content.decode().replace("-", "")
    assert "Enter when it starts, ends and is reviewed" in text(begun)
    assert "Enter when it starts" in text(client.post(f"{page}send/", follow=True))

    about = {"title": "Free local help", "does": "Helps to find work.",
             "national_opt_out": "not-applicable"}  # fmt: skip
    client.post(f"{page}parts/about/", about)
    late = {"starts_on": day(today), "ends_on": "31/8/2099", "review_on": "31/8/2099"}
    assert "The review must be by" in text(client.post(f"{page}parts/period/", late))
    period = late | {"review_on": day(today.replace(year=today.year + 1, day=1))}
    client.post(f"{page}parts/period/", period)
    data = {"columns": ["name", "phone"], "term_days": "15", "clock": "opening",
            "calendar": "england-and-wales", "frequency": "monthly"}  # fmt: skip
    client.post(f"{page}parts/data/", data)
    gateway = Gateway.objects.get(code="esa-2008-s68")
    repealed = Gateway.objects.get(code="lsa-2000-s114")
    purpose = {"purpose": "support", "basis": "public-task", "gateway": gateway.pk}
    refused = client.post(f"{page}purposes/", purpose | {"gateway": repealed.pk})
    assert "Select a valid choice" in text(refused)
    refused = client.post(f"{page}purposes/", purpose | {"basis": "consent"})
    assert "only where refusing has no consequence" in text(refused)
    client.post(f"{page}purposes/", purpose)
    client.post(f"{page}parts/notices/", {"notices": [notice.pk]})
    client.post(f"{page}parts/council/", PARTY)
    client.post(f"{page}parts/organisation/", PARTY)
    esf, dwp = (Programme.objects.get(code=code) for code in ("esf", "dwp"))
    assurance = {"free": "yes", "programme": esf.pk, "assurance_evidence": "Contract 12"}
    client.post(f"{page}parts/assurance/", assurance)
    assert "that is open, or checks as good" in text(client.get(page))
    client.post(f"{page}parts/assurance/", assurance | {"programme": dwp.pk})
    client.post(f"{page}parts/annex/", ANNEX)
    assert "Sent" in text(client.post(f"{page}send/", follow=True))
    assert client.get(f"{page}parts/period/").status_code == 404


def test_what_was_sent_is_signed_approved_in_force_and_ended(
    client, authority, officer, monkeypatch
):
    today = timezone.localdate()
    version = whole_version(State.SENT, agreement__authority=authority, emails=())
    agreement, provider = version.agreement, version.agreement.provider
    version.annex.approved_by = version.annex.approved_at = None
    version.annex.filled_by = officer
    version.annex.save()
    page = f"/sharing/agreements/{agreement.ref}/"
    pdf = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed")
    other = SimpleUploadedFile("signed.pdf", b"PK not a PDF")
    dates = {"council": day(today), "organisation": day(today)}
    assert "This is not a PDF" in text(client.post(f"{page}sign/", dates | {"copy": other}))
    client.post(f"{page}sign/", dates | {"copy": pdf})
    version.refresh_from_db()
    assert storage.read_stored(version.signed_id) == b"%PDF-1.7 signed"
    assert client.get(f"{page}signed/1/").content == b"%PDF-1.7 signed"
    client.post(
        f"{page}people/", {"name": "Sam Example", "job": "Adviser", "email": "Sam@Harbour.Example"}
    )
    own = client.post(f"{page}annex/approve/", follow=True)
    assert "someone else must approve it" in text(own)
    assert "A second person must approve it" in text(
        client.post(f"{page}put-in-force/", follow=True)
    )

    client.force_login(member(Role.INFORMATION_GOVERNANCE, authority=authority))
    client.post(f"{page}annex/approve/")
    client.post(f"{page}people/approve/")
    assert "In force" in text(client.post(f"{page}put-in-force/", follow=True))
    assert [one.to for one in mail.outbox] == [["sam@harbour.example"]]
    assert "Send the invitation again" in text(client.get(f"{page}people/"))
    named = UserFactory(email="sam@harbour.example")
    seated(user=named, provider=provider, authority=authority)
    terms = terms_of(agreement, on=today)
    assert terms is not None
    assert terms.people == {named.pk}
    assert list(ProviderList.objects.get().providers.all()) == [provider]
    client.logout()
    assert "Helps with courses, training" in text(client.get("/who-we-share-with/"))
    public = client.get("/who-we-share-with/agreements/")
    assert provider.name in text(public)
    assert "Sam Example" not in text(public)
    assert "public" in public["Cache-Control"]

    client.force_login(officer)
    monkeypatch.setattr("sharing.agreements.queries._leaving", [])
    register_leaving(lambda agreement, at: ["18 people on 2 lists"])
    asked = text(client.get(f"{page}end/"))
    assert "Sam Example, Adviser" in asked
    assert "18 people on 2 lists" in asked
    told: list[dict[str, object]] = []
    agreements_ended.connect(lambda **said: told.append(said), weak=False, dispatch_uid="a test")
    client.post(f"{page}end/", {"why": "Both agreed to stop"})
    agreements_ended.disconnect(dispatch_uid="a test")
    assert [(one["agreements"], one["why"]) for one in told] == [({agreement.pk}, "ended")]
    assert terms_of(agreement, on=today) is None
    assert not ProviderList.objects.first().providers.exists()
    client.logout()
    assert "We do not share with anyone at present." in text(client.get("/who-we-share-with/"))


def test_a_suspended_agreement_is_lifted_reviewed_and_drafted_again(officer, client, authority):
    version = whole_version(agreement__authority=authority)
    agreement, today = version.agreement, timezone.localdate()
    page = f"/sharing/agreements/{agreement.ref}/"

    client.post(f"{page}suspend/", {"why": "A complaint"})
    assert terms_of(agreement, on=today) is None
    client.post(f"{page}lift/", {"why": "Settled"})
    assert terms_of(agreement, on=today) is not None
    client.post(f"{page}review/", {"asked_for_by": "provider", "extraordinary": "on", "why": "Law"})
    closing = {"held_on": day(today), "found": "Good", "outcome": "kept"}
    too_late = client.post(f"{page}review/close/", closing | {"next_on": "1/1/2099"})
    assert "The next review is due sooner than that" in text(too_late)
    client.post(
        f"{page}review/close/",
        closing | {"next_on": day(today.replace(day=1, year=today.year + 2))},
    )
    version.refresh_from_db()
    assert (version.state, version.reviewed_on) == (State.IN_FORCE, today)
    client.post(f"{page}new-version/", {"why": "Fewer columns"})
    second = agreement.versions.get(number=2)
    assert second.columns == version.columns
    assert second.purposes.count() == version.purposes.count()
    assert "version 2" in text(client.get(page))


def test_a_new_version_takes_the_place_of_the_one_before(officer, authority):
    first = whole_version(agreement__authority=authority)
    agreement, now = first.agreement, timezone.now()
    today, who = timezone.localdate(), {"by": officer, "at": now}
    second = making.new_version(agreement, why="Fewer columns", **who)
    with pytest.raises(CannotDo, match="being made already"):
        making.new_version(agreement, why="Again", **who)
    making.write(second, section="data", said={"columns": ["name"]}, **who)
    second.refresh_from_db()
    steps.send(second, **who)
    with pytest.raises(CannotDo, match="stays once it was sent"):
        making.write(second, section="data", said={"columns": ["phone"]}, **who)
    signed = steps.Signatures(council=today, organisation=today)
    steps.sign(second, copy=b"%PDF-1.7", signatures=signed, **who)
    said = ANNEX | {"contacts_people": True}
    making.fill_annex(second, said=said, **who)
    making.approve_annex(second, by=member(authority=authority), at=now)
    changed: list[frozenset[int]] = []
    terms_changed.connect(
        lambda agreements, **_: changed.append(agreements), weak=False, dispatch_uid="a test"
    )

    steps.put_in_force(second, **who)

    terms_changed.disconnect(dispatch_uid="a test")
    first.refresh_from_db()
    terms = terms_of(agreement, on=today)
    assert terms is not None
    assert (first.state, terms.number, terms.columns) == (State.ENDED, 2, {"name"})
    assert changed == [{agreement.pk}]


def test_what_runs_out_is_told_of_before_once_and_expires_by_itself(officer, client, authority):
    version = whole_version(agreement__authority=authority, ends_on=date(2026, 12, 31))
    now = timezone.now()

    remind.remind(on=date(2026, 11, 25), at=now)
    remind.remind(on=date(2026, 11, 26), at=now)
    assert [one.kind for one in version.reminders.all()] == ["expiry"]
    assert "31 December 2026" in text(client.get("/sharing/agreements/"))

    assert terms_of(version.agreement, on=date(2026, 12, 31)) is not None
    assert terms_of(version.agreement, on=date(2027, 1, 1)) is None
    assert steps.expire(on=date(2027, 1, 1), at=now) == 1
    assert steps.expire(on=date(2027, 1, 1), at=now) == 0
    version.refresh_from_db()
    assert version.state == State.EXPIRED


def test_audits_notices_and_registers_are_kept(officer, client, authority):
    version = whole_version(agreement__authority=authority)
    page = f"/sharing/agreements/{version.agreement.ref}/"
    audit = {"held_on": "1/10/2026", "held_by": "authority", "scope": "Storage", "conclusion": "Ok"}
    client.post(f"{page}audits/new/", audit)
    finding = {"finding": "Old list", "action": "Destroy", "owner": "Sam", "due_on": "1/12/2026"}
    client.post(f"{page}audits/1/new/", finding)
    (found,) = version.agreement.audits.get().findings.all()
    client.post(f"{page}findings/{found.ref}/", {"done_on": "1/11/2026", "done_how": "Shredded"})
    assert "Shredded" in text(client.get(f"{page}audits/"))

    notice = {"title": "Pupils", "version": "1", "given_from": "1/9/2025", "says": "We share"}
    client.post("/sharing/agreements/privacy-notices/new/", notice)
    again = client.post("/sharing/agreements/privacy-notices/new/", notice)
    assert "registered already" in text(again)
    newer = notice | {"version": "2", "given_from": "1/9/2026"}
    client.post("/sharing/agreements/privacy-notices/new/", newer)
    ended = PrivacyNotice.objects.get(title="Pupils", version="1")
    assert ended.given_until == date(2026, 9, 1)

    programme = Programme.objects.get(code="dwp")
    client.post(f"/sharing/agreements/programmes/{programme.ref}/end/", {"on": "1/10/2026"})
    assert "Ended" in text(client.get("/sharing/agreements/programmes/"))
    gateway = Gateway.objects.get(code="esa-2008-s70")
    client.post(f"/sharing/agreements/gateways/{gateway.ref}/repeal/", {"on": "1/10/2026"})
    gateway.refresh_from_db()
    assert gateway.repealed_on == date(2026, 10, 1)
    words = {"body": "# One\n\nOnly {nobody}", "why": "Shorter", "after": "1"}
    wrong = client.post("/sharing/agreements/wording/provider/publish/", words)
    assert "Line 3: we do not know {nobody}" in text(wrong)


def test_the_agreement_reads_as_one_in_todays_law(officer, client, authority):
    version = whole_version(agreement__authority=authority)

    page = client.get(f"/sharing/agreements/{version.agreement.ref}/document/1/")

    assert page.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in page.content


def test_data_managers_look_and_another_authority_finds_nothing(client, authority):
    version = whole_version(agreement__authority=authority)
    page = f"/sharing/agreements/{version.agreement.ref}/"
    client.force_login(member(Role.DATA_MANAGER, authority=authority))
    assert "In force" in text(client.get(page))
    assert client.get(f"{page}end/").status_code == 403
    elsewhere = AuthorityFactory(code=BARNET)
    client.force_login(member(Role.INFORMATION_GOVERNANCE, authority=elsewhere))
    assert client.get(page).status_code == 404
    assert client.post(f"{page}end/", {"why": "x"}).status_code == 404
