"""Letters as officers work them: written, planned, approved, posted, come back (pages §2.4)."""

import pytest
from django.utils import timezone

from caseload.models import Consent
from ccis.access.roles import Role
from ccis.audit.models import TrailEntry
from optout.letters import joining
from optout.letters.actions import making
from optout.letters.models import Batch, Template, Version
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import ConsentFactory, complete_person
from tests.factories.letters import STANDARD_BODY, LetterFactory, ProviderListFactory
from tests.factories.providers import ProviderFactory
from tests.personal import assert_trail_tells_nothing

pytestmark = pytest.mark.django_db

VERSION = {
    "language": "en", "purpose": "support", "columns": ["name", "phone"], "body": STANDARD_BODY,
    "sender": "Northgate Council\n1 Guildhall Square\nNG1 1AA", "phone": "0115 496 0000",
    "email": "choices@northgate.example", "signed_by": "Priya Shah", "team": "Futures",
    "web_address": "https://choices.northgate.example", "says_wrong": "on", "why": "The first",
    "after": "0",
}  # fmt: skip
PLAN = {"neet": "on", "not_known": "all", "written": "since", "since": "1/9/2025"}


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_from_the_first_words_of_a_letter_to_one_that_came_back(client, monkeypatch):
    authority, provider = AuthorityFactory(), ProviderFactory()
    person = complete_person(lead_authority=authority, code="610")
    complete_person(lead_authority=authority, code="610", restriction_level=2)
    today = timezone.localdate()

    client.force_login(member(Role.INFORMATION_GOVERNANCE, authority=authority))
    client.post("/letters/templates/new/", {"name": "Free local help"})
    template = Template.objects.get()
    publish = f"/letters/templates/{template.ref}/publish/"
    wrong = client.post(publish, VERSION | {"body": STANDARD_BODY.replace("first", "last")})
    assert "Line 1: we do not know {last name}" in text(wrong)
    seen = client.post(publish, VERSION | {"body": STANDARD_BODY + "\n\n<b>{full name}</b>"})
    assert "&lt;b&gt;Amara Oduya&lt;/b&gt;" in text(seen)
    assert not Version.objects.exists()
    client.post(publish, VERSION | {"publish": "yes"})
    shown = client.get(f"/letters/templates/{template.ref}/")
    assert "your name and your phone number" in text(shown)
    ProviderListFactory(authority=authority, providers=[provider])
    assert provider.name in text(client.get("/letters/list/"))

    client.force_login(member(Role.TRACKING_OFFICER, authority=authority))
    plan = PLAN | {"template": str(template.pk), "dated_on": f"{today:%d/%m/%Y}"}
    looked = client.post("/letters/batches/new/", plan)
    assert "1 letter would be made" in text(looked)
    assert "Restricted records" in text(looked)
    assert not Batch.objects.exists()
    planned = client.post("/letters/batches/new/", plan | {"plan": "yes"}, follow=True)
    batch = Batch.objects.get()
    assert "someone else must approve it" in text(planned)
    assert "Dear Amara" in text(planned)
    page = f"/letters/batches/{batch.ref}/"
    assert client.get(f"{page}file/").status_code == 404
    client.post(f"{page}approve/")
    batch.refresh_from_db()
    assert batch.state == "waiting"
    home, refused = person.address_facts.get(), ConsentFactory(person=person)
    assert home.line_1 not in text(client.get(page))
    Consent.objects.filter(pk=refused.pk).update(answer="given")
    assert home.line_1 in text(client.get(page))

    client.force_login(member(Role.DATA_MANAGER, authority=authority))
    client.post(f"{page}approve/")
    assert "0 of 1 letters" in text(client.get(page))
    monkeypatch.setattr(making.printing, "set_letters", lambda *_, **__: b"%PDF part")
    monkeypatch.setattr(joining, "join", lambda _: b"%PDF whole")
    making.make(batch_id=batch.pk, now=timezone.now)
    assert "Enter why you need the file" in text(client.post(f"{page}file/", {}))
    file = client.post(f"{page}file/", {"reason": "To post them"})
    assert (file.content, file["Content-Type"]) == (b"%PDF whole", "application/pdf")
    assert "no-store" in file["Cache-Control"]
    client.post(f"{page}posted/", {"on": f"{today:%d/%m/%Y}"})
    assert "Sent" in text(client.get(f"{page}letters/"))

    own = f"/people/{person.ref}/letters/"
    assert "your name and your phone number" in text(client.get(own))
    one = client.post(f"{own}1/file/", {"reason": "It was torn"})
    assert one.content == b"%PDF part"
    LetterFactory(person=person, batch__provider_list=batch.provider_list)
    client.post(f"{own}1/came-back/", {"on": f"{today:%d/%m/%Y}", "why": "Gone away"})
    assert "Gone away" in text(client.get(own))
    assert TrailEntry.objects.filter(verb="letter came back", subject_id=person.pk).exists()
    assert_trail_tells_nothing()


def test_a_letter_in_another_language_says_its_columns_and_its_code_in_it(client):
    authority = AuthorityFactory()
    client.force_login(member(Role.INFORMATION_GOVERNANCE, authority=authority))
    client.post("/letters/templates/new/", {"name": "Free local help"})
    publish = f"/letters/templates/{Template.objects.get().ref}/publish/"
    polish = VERSION | {"language": "pl", "publish": "yes"}

    asked = text(client.post(publish, polish | {"code_said": "ሰላም"}))
    assert "Enter what you may share in the letter’s language" in asked
    assert "We cannot print these characters: ሰ ላ ም" in asked
    said = {"columns_said": "Twoje imię i numer telefonu", "code_said": "Twój kod:"}
    client.post(publish, polish | said)
    page = text(client.get(publish.removesuffix("publish/")))
    assert page.count("Twoje imię i numer telefonu") == 2
    assert 'value="Twój kod:"' in text(client.get(publish))

    letter = LetterFactory(
        person=complete_person(lead_authority=authority), version=Version.objects.get()
    )
    words = making.letter_words(
        letter.batch, letter.version, to=[], name="Amara\nOduya", code="K7MP3XQD9RTH"
    )
    runs = "".join(run.text for piece in words.pieces for run in piece.runs)
    assert "Twoje imię i numer telefonu" in runs
    assert words.date == "03/11/2026"
    drawn = making._letter(letter.version, words, reference=letter.ref, size=11)
    assert drawn["code_label"] == "Twój kod:"


def test_a_wider_list_is_one_link_from_those_told_less(client):
    authority = AuthorityFactory()
    told = LetterFactory(
        person=complete_person(lead_authority=authority, code="610"),
        posted_on=timezone.localdate(),
    )
    complete_person(lead_authority=authority, code="610")
    client.force_login(member(Role.DATA_MANAGER, authority=authority))
    link = "/letters/batches/new/?written=changed"
    of_template = f"{link}&template={told.batch.template.ref}"
    assert link not in text(client.get("/letters/list/"))
    newer = told.batch.provider_list.version + 1
    ProviderListFactory(authority=authority, version=newer, providers=[ProviderFactory()])

    assert link in text(client.get("/letters/list/"))
    template = text(client.get(f"/letters/templates/{told.batch.template.ref}/"))
    assert of_template.replace("&", "&amp;") in template
    for address in (link, of_template):
        shown = text(client.get(address))
        assert "1 letter would be made" in shown
        assert "Ask for approval" in shown
        assert "Not written to before" in shown
    assert Batch.objects.filter(state="waiting").count() == 0
