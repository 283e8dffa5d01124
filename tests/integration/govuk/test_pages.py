"""What surrounds a page, who sees what of it, and what is said when something is wrong."""

from typing import Any

import pytest
from django.test import Client
from lxml import html

from ccis.access.roles import Role
from ccis.govuk.navigation import leads_somewhere
from tests.factories.accounts import MembershipFactory, UserFactory, member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.gallery import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.gallery")]
STATEMENTS = ("/privacy/", "/cookies/", "/accessibility/", "/help/start/", "/help/people/")


def page(client: Client, path: str) -> html.HtmlElement:
    return html.fromstring(client.get(path).content)


@pytest.mark.parametrize("path", [*PAGES, *STATEMENTS, "/sign-in/", "/signed-out/"])
def test_every_page_has_the_same_frame(client: Client, path: str, settings: Any) -> None:
    settings.CCIS_COUNCIL_NAME = "Northgate Council"

    drawn = page(client, path)

    assert len(drawn.xpath("//h1")) == 1
    assert drawn.xpath("string(//title)").endswith(f" – {settings.CCIS_SERVICE_NAME}")
    assert drawn.xpath("//body//a")[0].get("href") == "#main-content"
    assert drawn.xpath("//main[@id='main-content']")
    assert "Northgate Council" in drawn.xpath("string(//header)")
    footer = drawn.xpath("//footer//a/text()")
    assert footer == ["Accessibility statement", "Privacy", "Cookies", "Help"]


@pytest.mark.parametrize("path", [*PAGES, *STATEMENTS, "/sign-in/"])
def test_no_page_claims_to_be_the_government(client: Client, path: str) -> None:
    text = client.get(path).content.decode()

    assert "GOV.UK" not in text
    assert "crown" not in text.lower()
    assert "govuk-header" not in text


def test_scripts_in_the_page_carry_the_nonce_of_its_policy(client: Client) -> None:
    response = client.get("/privacy/")

    inline = html.fromstring(response.content).xpath("//script[not(@src)]")
    nonces = {script.get("nonce") for script in inline}
    policy = response.headers["Content-Security-Policy"]
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in policy
    assert "unsafe-inline" not in policy


def test_a_demo_says_so_on_every_page(client: Client, settings: Any) -> None:
    assert "invented people" not in client.get("/privacy/").content.decode()
    settings.CCIS_DEMO = True
    assert "Demo: invented people only" in client.get("/privacy/").content.decode()


def test_staff_have_search_navigation_and_a_way_out(client: Client) -> None:
    client.force_login(member(Role.TRACKING_OFFICER))

    drawn = page(client, "/people/")

    (search,) = drawn.xpath("//form[@role='search']")
    assert (search.get("method"), search.get("action")) == ("post", "/search/")
    assert drawn.xpath(
        "//nav[@aria-label='Service navigation']//a[@aria-current='page']/@href"
    ) == ["/people/"]
    assert drawn.xpath("//form[@action='/sign-out/']//input[@name='csrfmiddlewaretoken']")
    assert "ccis-officer" in drawn.xpath("//body")[0].get("class")


def test_the_public_have_neither(client: Client) -> None:
    drawn = page(client, "/privacy/")

    assert not drawn.xpath("//form[@role='search']")
    assert not drawn.xpath("//nav[@aria-label='Service navigation']")
    assert "ccis-public" in drawn.xpath("//body")[0].get("class")


def test_navigation_shows_only_what_leads_somewhere_and_belongs_to_the_role(client: Client) -> None:
    client.force_login(member(Role.NAMED_INDIVIDUAL))

    shown = page(client, "/privacy/").xpath("//nav[@aria-label='Service navigation']//a/@href")

    assert "/portal/people/" in shown
    assert {one for one in shown if not one.startswith("/portal/")} == set()
    assert all(leads_somewhere(one) for one in shown)


def test_staff_of_several_authorities_can_change_between_them(client: Client) -> None:
    user = member(Role.TRACKING_OFFICER)
    other = AuthorityFactory(code=BARNET)
    MembershipFactory(user=user, authority=other)
    client.force_login(user)

    assert page(client, "/people/").xpath("//header//a[@href='/authority/']")
    client.post("/authority/", {"authority": user.memberships.first().authority.code})
    assert user.memberships.first().authority.title in page(client, "/people/").xpath(
        "string(//header)"
    )
    client.post("/authority/", {"authority": BARNET})
    assert other.title in page(client, "/people/").xpath("string(//header)")


def test_nobody_can_choose_an_authority_that_is_not_theirs(client: Client) -> None:
    client.force_login(member(Role.TRACKING_OFFICER))
    AuthorityFactory(code=BARNET)

    response = client.post("/authority/", {"authority": BARNET})

    assert response.status_code == 200
    assert client.session.get("authority") != BARNET


def test_staff_of_one_authority_are_not_asked(client: Client) -> None:
    client.force_login(member(Role.TRACKING_OFFICER))

    assert not page(client, "/people/").xpath("//header//a[@href='/authority/']")


# -- home ------------------------------------------------------------------------------------------


def test_home_asks_a_stranger_to_sign_in(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


@pytest.mark.parametrize("role", [Role.TRACKING_OFFICER, Role.ADVISER, Role.READ_ONLY])
def test_home_takes_staff_to_where_they_begin(client: Client, role: Role) -> None:
    client.force_login(member(role))

    assert client.get("/").headers["Location"] == "/people/"


@pytest.mark.urls("ccis.govuk.urls")
def test_a_role_with_no_page_yet_has_nowhere_to_land(rf: Any) -> None:
    from ccis.govuk.navigation import landing_for

    request = rf.get("/")
    request.user = member(Role.NAMED_INDIVIDUAL)
    request.authority = request.user.memberships.get().authority

    assert landing_for(request) is None


def test_home_says_so_when_there_is_no_role(client: Client) -> None:
    client.force_login(UserFactory())

    assert "do not have a role" in client.get("/").content.decode()


# -- errors ----------------------------------------------------------------------------------------


def test_what_is_not_there_is_said_plainly_with_a_reference(client: Client) -> None:
    response = client.get("/no-such-page/")

    assert response.status_code == 404
    text = html.fromstring(response.content).xpath("string(//main)")
    assert "We cannot find that page" in text
    assert "may not be yours to see" in text
    assert "quote" in text


def test_a_fault_is_ours_and_says_nothing_of_its_cause() -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/broken/")

    assert response.status_code == 500
    text = response.content.decode()
    assert "Something went wrong on our side" in text
    assert "on purpose" not in text


def test_a_fault_asks_nothing_of_the_database(rf: Any, django_assert_num_queries: Any) -> None:
    from ccis.govuk.errors import went_wrong

    with django_assert_num_queries(0):
        assert went_wrong(rf.get("/")).status_code == 500


def test_too_many_tries_and_not_allowed_have_pages(rf: Any) -> None:
    from ccis.govuk.errors import not_allowed, too_many

    assert b"Too many tries" in too_many(rf.get("/")).content
    assert b"not part of your work" in not_allowed(rf.get("/")).content


def test_a_form_without_its_token_changes_nothing_and_says_so() -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post("/sign-in/", {"login": "a@example.com", "password": "x"})

    assert response.status_code == 403
    assert "open for too long" in response.content.decode()


def test_the_councils_colours_are_a_style_sheet_of_their_own(client: Client, settings: Any) -> None:
    settings.CCIS_COUNCIL_COLOUR = "#ffdd00"

    response = client.get("/council.css")

    assert response.headers["Content-Type"].startswith("text/css")
    assert "--ccis-council-colour: #ffdd00" in response.content.decode()
    assert "--ccis-council-text-colour: #000000" in response.content.decode()


def test_a_form_page_keeps_answers_and_lists_what_is_wrong(client: Client) -> None:
    response = client.post("/form/", {"name": "O'Neill"})

    drawn = html.fromstring(response.content)
    assert drawn.xpath("string(//title)").startswith("Error: Every kind of field")
    assert drawn.xpath("//input[@name='name']/@value") == ["O'Neill"]
    assert drawn.xpath("//form[@method='post']/@enctype")[-1] == "multipart/form-data"
    links = drawn.xpath("//*[contains(@class, 'govuk-error-summary')]//a/@href")
    assert all(drawn.xpath(f"//*[@id='{link[1:]}']") for link in links)


def test_paper_says_who_printed_it_and_to_keep_it_safe(client: Client) -> None:
    user = member(Role.TRACKING_OFFICER)
    client.force_login(user)

    foot = page(client, "/people/").xpath("string(//footer)")

    assert f"Printed by {user.name}" in foot
    assert "keep safe" in foot


def test_what_a_message_holds_is_escaped(client: Client) -> None:
    from types import SimpleNamespace

    from django.template import engines

    text = (
        "{% from 'components/messages.jinja' import message_banners %}"
        "{{ message_banners(messages) }}"
    )
    said = [SimpleNamespace(tags="success", message="<script>Amara</script>")]

    drawn = engines["jinja2"].from_string(text).render({"messages": said})

    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
