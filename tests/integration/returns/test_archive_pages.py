"""Every making of a return, and the editions (pages §2.8)."""

from itertools import pairwise

import pytest

from ccis.access.roles import Role
from returns import editions
from returns.models import BuildKind
from returns.presenters import editions as presenter
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.returns import BuildFactory
from tests.integration.returns.conftest import make
from tests.integration.returns.pages import links, words
from tests.integration.returns.test_making import sound_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

ARCHIVE = "/returns/archive/"
EDITIONS = "/returns/editions/"


def listed(response):
    return [row["build"] for row in response.context_data["listed"].rows]


# -- the archive -----------------------------------------------------------------------------------


def test_nothing_is_made_yet(desk):
    assert "No return has been made yet." in words(desk.get(ARCHIVE))


def test_all_makings_with_state_and_hash_the_newest_month_first(desk, croydon):
    sound_person()
    september = make(croydon, "2026-09", kind=BuildKind.FINAL)
    trial, final = make(croydon), make(croydon, kind=BuildKind.FINAL)
    make(AuthorityFactory(code=BARNET))

    shown = desk.get(ARCHIVE)

    assert {build.pk for build in listed(shown)} == {september.pk, trial.pk, final.pk}
    assert listed(shown)[-1] == september
    states = {row["build"].pk: row["tag"]["text"] for row in shown.context_data["listed"].rows}
    assert states == {september.pk: "Made", trial.pk: "Replaced", final.pk: "Made"}
    assert final.sha256[:12] in words(shown)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("period=2026-09", 1),
        ("kind=trial", 2),
        ("kind=final", 1),
        ("state=standing", 1),
        ("state=replaced", 1),
        ("state=unfinished", 1),
        ("state=done", 2),
        ("state=nothing", 3),
    ],
)
def test_filters(desk, croydon, query, count):
    sound_person()
    make(croydon)
    make(croydon, kind=BuildKind.FINAL)
    BuildFactory(authority=croydon, period="2026-09", state="stopped", step_reached="writing")

    assert len(listed(desk.get(f"{ARCHIVE}?{query}"))) == count


def test_the_archive_asks_as_much_for_many_as_for_few(desk, croydon, django_assert_max_num_queries):
    for month in range(1, 9):
        BuildFactory(authority=croydon, period=f"2026-{month:02}")

    with django_assert_max_num_queries(14):
        desk.get(ARCHIVE)


# -- editions --------------------------------------------------------------------------------------


def test_all_editions_the_newest_first(desk):
    shown = desk.get(EDITIONS)

    names = [one["name"] for one in shown.context_data["editions"]]
    assert names == list(reversed(editions.available()))
    assert "For new returns" in words(shown)
    assert f"{EDITIONS}2019-20/" in links(shown)


@pytest.mark.parametrize("name", editions.available())
def test_an_edition_says_what_is_known_and_what_is_not(desk, name):
    edition = editions.load(name)

    shown = words(desk.get(f"{EDITIONS}{name}/"))

    for gap in edition.gaps:
        assert gap in shown
    for code in edition.codes.activity.values():
        assert code.label in shown
    for rule in edition.rules.values():
        assert rule.message in shown


def test_what_changed_since_the_edition_before(desk):
    shown = words(desk.get(f"{EDITIONS}2026-27/"))

    assert "What changed since 2022-23" in shown
    for number in ("44", "45", "46"):
        assert f"Checks: {number}" in shown
    assert "What changed since" not in words(desk.get(f"{EDITIONS}2019-20/"))


def test_changes_of_every_kind_have_words():
    names = editions.available()
    for before, after in pairwise(names):
        rows = presenter.differences(editions.load(before), editions.load(after))
        assert all(what and said and change for what, said, change in rows)


def test_how_long_an_activity_is_trusted_in_words():
    newest = editions.newest()
    said = {code: trusted for code, _, _, trusted, _ in presenter.activities(newest)}

    assert said["230"].startswith("To the end of the academic year")
    assert said["310"].startswith("12 months after it was confirmed")
    assert said["260"].startswith("28 days after the review date")
    assert said["610"] == "Does not lapse"
    assert presenter.period_in_words(None) == "Not known"


@pytest.mark.parametrize("name", ["1999-00", "2026", "newest"])
def test_editions_that_there_are_not(desk, name):
    assert desk.get(f"{EDITIONS}{name}/").status_code == 404


def test_an_administrator_sees_editions_and_no_returns(client, croydon):
    client.force_login(member(Role.ADMINISTRATOR, authority=croydon))

    shown = client.get(EDITIONS)

    assert shown.status_code == 200
    assert not any(href.startswith("/returns/2026") for href in links(shown))
    assert client.get(f"{EDITIONS}2026-27/").status_code == 200
    assert client.get(ARCHIVE).status_code == 403


def test_an_adviser_sees_neither(client, croydon):
    client.force_login(member(Role.ADVISER, authority=croydon))

    assert client.get(EDITIONS).status_code == 403
    assert client.get(ARCHIVE).status_code == 403


@pytest.mark.parametrize("page", ["month", "rule", "figures", "explain"])
def test_each_page_has_help_of_its_own(client, page):
    assert "Help with " in words(client.get(f"/help/{page}/"))
