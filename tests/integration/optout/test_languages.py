"""Young people's pages in the languages that an authority offers (LC-03, LAW-12)."""

from datetime import date

import pytest
from django.conf import settings
from django.utils import timezone, translation

from ccis.access.roles import Role
from ccis.authorities import policy
from optout.catalogues import read_file
from optout.languages import folder, words_of
from optout.presenters import english
from optout.presenters.dates import said_day
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.caseload import complete_person
from tests.factories.letters import ProviderListFactory
from tests.factories.optout import PersonalCodeFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

CODE = "K7MP3XQD9RTH"


@pytest.fixture
def person():
    """Someone of an authority that offers Polish and Arabic, and shares with two organisations."""
    council = AuthorityFactory()
    policy.adopt(
        authority=council,
        by=None,
        at=timezone.now(),
        why="a test",
        choices_languages=["pl", "ar"],
    )
    ProviderListFactory(authority=council, version=1, providers=ProviderFactory.create_batch(2))
    person = complete_person(lead_authority=council)
    PersonalCodeFactory(person=person, code=CODE)
    return person


def choose(client, language: str, came_from: str = "start"):
    """Choose a language at the foot of a page."""
    return client.post("/choices/language/", {"language": language, "from": came_from})


def test_a_reader_chooses_a_language_on_any_page_and_stays_there(client, person):
    client.get(f"/choices/{CODE}/")
    assert "/choices/language/?from=what" in client.get("/choices/what/").content.decode()
    offered = client.get("/choices/language/?from=what").content.decode()
    assert 'lang="pl"' in offered
    assert "العربية" in offered
    assert "Română" not in offered
    assert 'name="from" value="what"' in offered
    assert choose(client, "ro").status_code == 404

    assert choose(client, "ar", "what")["Location"] == "/choices/what/"
    page = client.get("/choices/what/").content.decode()
    assert '<html lang="ar"' in page
    assert 'dir="rtl"' in page
    assert "واحدة من جهتين" in page
    choose(client, "pl", "what")
    page = client.get("/choices/what/").content.decode()
    assert 'dir="ltr"' in page
    assert "jednej z 2 organizacji" in page
    assert translation.get_language() == settings.LANGUAGE_CODE
    assert 'lang="en-gb"' not in page

    choose(client, "en-gb", "nowhere")
    assert '<html lang="en-gb"' in client.get("/choices/").content.decode()


def test_nothing_of_the_language_is_left_when_the_phone_is_cleared(client, person):
    client.get(f"/choices/{CODE}/")
    choose(client, "pl", "what")
    finished = client.post("/choices/finish/", follow=True)
    assert "Na tym telefonie nie zostało nic o tobie" in finished.content.decode()
    assert [client.cookies[name].value for name in ("choices", "choices-language")] == ["", ""]


def test_an_authority_that_no_longer_offers_a_language_says_it_in_english(client, person):
    choose(client, "pl")
    policy.adopt(
        authority=person.lead_authority,
        by=None,
        at=timezone.now(),
        why="a test",
        choices_languages=[],
    )
    page = client.get("/choices/").content.decode()
    assert '<html lang="en-gb"' in page
    assert "Language" not in page


def test_the_settings_say_which_words_nobody_has_checked(client, person):
    client.force_login(member(Role.ADMINISTRATOR, authority=person.lead_authority))
    page = client.get("/settings/policy/").content.decode()
    assert "Polish – not yet checked by a translator" in page
    assert "Romanian" not in page


def test_days_are_said_as_the_language_says_them():
    day = date(2026, 5, 9)
    for language, said in (
        ("en-gb", "9 May 2026"),
        ("pl", "9 maja 2026"),
        ("pt", "9 de maio de 2026"),
        ("ar", "9 مايو 2026"),
    ):
        with translation.override(language):
            assert said_day(day) == said


def test_what_a_language_has_no_words_for_is_marked_as_english(monkeypatch):
    whole = words_of("ar")
    lacking = tuple(one for one in whole if one.id not in ("Continue", "My address"))
    monkeypatch.setattr(english, "words_of", lambda code: lacking)
    monkeypatch.setattr(english, "_without_words", english._without_words.__wrapped__)
    page = (
        '<title>My address</title><button type="submit">\n Continue</button>'
        "<label>My address</label><p>اسمك</p>"
    )
    assert english.mark_english(page, "ar") == (
        '<title lang="en-gb">My address</title>'
        '<button type="submit" lang="en-gb" dir="ltr">\n Continue</button>'
        '<label><span lang="en-gb" dir="ltr">My address</span></label><p>اسمك</p>'
    )
    assert english.mark_english(page, "en-gb") == page


def test_the_files_that_come_with_the_service_say_that_nobody_has_checked_them():
    files = sorted(folder().glob("*/LC_MESSAGES/django.po"))
    assert len(files) >= 5
    for path in files:
        assert "X-Checked: not yet checked by a translator" in read_file(path)[0].said[0], path
