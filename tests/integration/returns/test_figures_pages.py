"""The figures: by month, by group, beside what was published (pages §2.8)."""

from decimal import Decimal

import pytest

from ccis.access.roles import Role
from ccis.authorities.models import PublishedFigure
from ccis.small_numbers import HIDDEN
from returns.models import Build, BuildKind
from tests.factories.accounts import member
from tests.factories.authorities import BARNET, AuthorityFactory
from tests.factories.returns import BuildFactory
from tests.integration.returns.conftest import make
from tests.integration.returns.pages import links, page_of, words
from tests.integration.returns.test_making import sound_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

FIGURES = "/figures/"


@pytest.fixture
def reader(client, croydon):
    """The browser of someone who sees figures and no returns."""
    client.force_login(member(Role.READ_ONLY, authority=croydon))
    return client


def headline(neet=40, not_known=60, base=1000):
    both, percent = neet + not_known, "0.0"
    return {
        "cohort": base,
        "base": base,
        "neet": neet,
        "not_known": not_known,
        "neet_or_not_known": both,
        "participating": base - both,
        "neet_percent": percent,
        "not_known_percent": percent,
        "neet_or_not_known_percent": percent,
        "participating_percent": percent,
    }


def figures_of(one, **more):
    groups = {
        "compulsory": 0,
        "education": one["participating"],
        "employment": 0,
        "training": 0,
        "re-engagement": 0,
        "neet-available": one["neet"],
        "neet-not-available": 0,
        "custody": 0,
        "not-known": one["not_known"],
    }
    none = {"cohort": 0, "groups": {}, "percent": {}}
    return {
        "headline": one,
        "groups": groups,
        "by_age": {"16": one},
        "guarantee": {"year_11": none, "year_12": none, "both": none},
        **more,
    }


def made(authority, period, one, **more):
    """A build that is done, with figures made up for the test."""
    return BuildFactory(
        authority=authority,
        period=period,
        state="done",
        kind="final",
        moment=1,
        finished_at="2026-11-10T10:00Z",
        record_count=one["cohort"],
        size=1,
        sha256="0" * 64,
        records_kept=True,
        figures=figures_of(one, **more),
    )


def test_before_a_return_there_is_only_what_was_published(desk):
    shown = words(desk.get(FIGURES))

    assert "There are no figures yet." in shown
    assert "Croydon, 2025" in shown


def test_figures_of_the_newest_month_and_of_each(desk, croydon):
    sound_person()
    sound_person(code="610")
    make(croydon, "2026-09")
    build = make(croydon)

    shown = desk.get(FIGURES)

    assert "from a trial" in words(shown)
    assert [row["month"] for row in shown.context_data["months"]] == [
        "October 2026",
        "September 2026",
    ]
    neet = shown.context_data["cards"][0]
    assert (neet["text"], neet["number"]) == ("NEET", "50.0%")
    assert neet["note"] == "1 of 2, no change since September 2026"
    assert any(href.startswith(page_of(build, "build-people")) for href in links(shown))


def test_a_final_return_counts_before_a_trial(desk, croydon):
    sound_person()
    final = make(croydon, kind=BuildKind.FINAL)
    make(croydon)

    assert desk.get(FIGURES).context_data["build"] == final


def test_the_chart_says_what_has_moved_and_has_a_table(desk, croydon):
    made(croydon, "2026-08", headline(40, 90))
    made(croydon, "2026-09", headline(45, 70))
    made(croydon, "2026-10", headline(50, 60))

    shown = desk.get(FIGURES)

    chart = shown.context_data["chart"]
    assert chart.title == "Not known is down 3.0 points and NEET is up 1.0 points since August 2026"
    assert chart.kind == "line"
    assert ["Oct 26", "5%", "6%"] in chart.table_rows
    assert "Show as a table" in words(shown)


def test_small_numbers_are_hidden_from_those_who_see_figures_alone(reader, croydon):
    made(croydon, "2026-10", headline(3, 60))

    shown = reader.get(FIGURES)

    cards = {card["text"]: card for card in shown.context_data["cards"]}
    assert cards["NEET"]["number"] == cards["Not known"]["number"] == HIDDEN
    assert cards["NEET or not known"]["number"] == "6.3%"
    assert "Numbers under 5 are hidden" in words(shown)
    text = shown.content.decode()
    assert "0.3%" not in text
    assert "6.0%" not in text
    assert not any("/returns/" in href for href in links(shown))


def test_those_who_see_returns_see_them(desk, croydon):
    made(croydon, "2026-10", headline(3, 60))

    cards = {card["text"]: card for card in desk.get(FIGURES).context_data["cards"]}

    assert cards["NEET"]["number"] == "0.3%"


def test_the_few_behind_a_small_group_are_hidden_with_another(reader, croydon):
    one = headline(43, 60)
    parts = {"F": headline(3, 10, 100), "M": headline(20, 25, 400), "U": headline(20, 25, 500)}
    made(croydon, "2026-10", one, by_gender=parts)

    (split,) = [
        one for one in reader.get(FIGURES).context_data["splits"] if one["title"] == "By gender"
    ]

    hidden = [row["name"] for row in split["rows"] if row["cells"][0]["share"] == HIDDEN]
    assert hidden == ["Female", "Male"]


def test_the_guarantee_stands_in_its_season(desk, croydon):
    offers = {
        "cohort": 10,
        "groups": {
            "offer made": 8, "offer not appropriate": 1, "no offer": 1, "not recorded": 0,
        },
        "percent": {"offer made": "80.0"},
    }  # fmt: skip
    guarantee = {"year_11": offers, "year_12": offers, "both": offers}
    made(croydon, "2026-08", headline(), guarantee=guarantee)

    shown = words(desk.get(FIGURES))
    assert "September Guarantee" in shown
    assert "80.0% (8)" in shown

    made(croydon, "2026-10", headline(), guarantee=guarantee)
    assert not desk.get(FIGURES).context_data["guarantee"]


def test_the_mean_of_the_year_once_its_months_are_made(desk, croydon):
    for period, one in (
        ("2025-12", headline(30, 60)),
        ("2026-01", headline(40, 70)),
        ("2026-02", headline(50, 80)),
    ):
        made(croydon, period, one)

    shown = desk.get(FIGURES)

    assert "Our mean of December 2025 to February 2026" in words(shown)
    assert ["NEET", "4.0%"] in shown.context_data["means"]
    Build.objects.filter(period="2026-01").update(state="stopped")
    assert desk.get(FIGURES).context_data["means"] == []


def test_a_small_mean_is_hidden(reader, croydon):
    for period in ("2025-12", "2026-01", "2026-02"):
        made(croydon, period, headline(2, 70))

    assert ["NEET", HIDDEN] in reader.get(FIGURES).context_data["means"]


def test_published_figures_of_the_authority_its_region_and_england(desk, croydon):
    shown = desk.get(FIGURES).context_data["published"]

    assert shown["heads"] == ["Measure", "Croydon, 2025", "London, 2025", "England, 2025"]
    ours = PublishedFigure.objects.get(area_code="306", year=2025, measure="neet").value
    (neet,) = [row for row in shown["rows"] if row[0] == "NEET"]
    assert neet[1] == f"{ours.quantize(Decimal('0.1'))}%"


def test_what_was_not_published_says_so(client):
    city = AuthorityFactory(code="201")
    client.force_login(member(Role.DATA_MANAGER, authority=city))

    assert client.get(FIGURES).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.DATA_MANAGER, 200),
        (Role.READ_ONLY, 200),
        (Role.ADVISER, 200),
        (Role.YOUTH_WORKER, 200),
        (Role.NAMED_INDIVIDUAL, 403),
    ],
)
def test_who_sees_figures(client, croydon, role, status):
    client.force_login(member(role, authority=croydon))

    assert client.get(FIGURES).status_code == status


def test_another_authoritys_figures_are_not_ours(desk):
    made(AuthorityFactory(code=BARNET), "2026-10", headline())

    assert "There are no figures yet." in words(desk.get(FIGURES))


def test_as_many_questions_for_many_months_as_for_few(desk, croydon, django_assert_max_num_queries):
    for month in range(1, 11):
        made(croydon, f"2026-{month:02}", headline())

    with django_assert_max_num_queries(16):
        desk.get(FIGURES)
