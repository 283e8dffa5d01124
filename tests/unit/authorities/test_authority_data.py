import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import ccis.authorities

DATA = Path(ccis.authorities.__file__).parent / "data"


def rows_of(name):
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def authorities():
    return rows_of("authorities.csv")


@pytest.fixture(scope="module")
def figures():
    return rows_of("published_figures.csv")


def test_there_are_153_authorities_today(authorities):
    today = [a for a in authorities if a["kind"] == "authority" and not a["closed_on"]]
    assert len(today) == 153
    assert Counter(a["region"] for a in today)["London"] == 33
    assert len({a["region"] for a in today}) == 9


def test_codes_are_three_digits_and_never_used_twice(authorities):
    codes = [a["code"] for a in authorities]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 3 and code.isdigit() for code in codes)
    ons_codes = [a["ons_code"] for a in authorities if a["ons_code"]]
    assert len(set(ons_codes)) == len(ons_codes) == len(codes) - 1


def test_a_closed_authority_was_followed_by_open_ones_the_next_day(authorities):
    by_code = {a["code"]: a for a in authorities}
    closed = [a for a in authorities if a["closed_on"]]
    assert {a["code"] for a in closed} == {"835", "836", "837", "909", "928"}
    for authority in closed:
        closed_on = date.fromisoformat(authority["closed_on"])
        assert authority["successors"]
        for successor in map(by_code.__getitem__, authority["successors"].split()):
            assert not successor["closed_on"]
            assert (date.fromisoformat(successor["opened_on"]) - closed_on).days == 1


def test_service_childrens_education_is_no_place(authorities):
    (service,) = (a for a in authorities if a["kind"] != "authority")
    assert (service["code"], service["kind"], service["region"]) == ("702", "service", "")


def test_every_authority_of_today_has_its_published_figures(authorities, figures):
    published = {f["code"]: f for f in figures if f["level"] == "authority"}
    today = {a["code"] for a in authorities if a["kind"] == "authority" and not a["closed_on"]}
    assert set(published) == today
    assert {code for code, f in published.items() if not f["cohort"]} == {"201", "420"}
    assert {code for code, f in published.items() if f["participation"] == "c"} == {"821"}


def test_the_published_figures_agree_with_each_other(figures):
    places = [f for f in figures if f["level"] == "authority" and f["cohort"]]
    for place in places:
        parts = float(place["neet"]) + float(place["nk"])
        assert float(place["neet_nk"]) == pytest.approx(parts, abs=0.101)

    cohort = sum(int(place["cohort"]) for place in places)
    assert cohort == 1_335_077
    neet = sum(int(place["cohort"]) * float(place["neet"]) for place in places) / cohort
    assert round(neet, 2) == 3.44


def test_there_are_figures_of_england_and_the_nine_regions(figures):
    country = [f for f in figures if f["level"] == "country"]
    assert [f["year"] for f in country] == ["2021", "2022", "2023", "2025"]
    regions = [f for f in figures if f["level"] == "region" and f["year"] == "2025"]
    assert len(regions) == 9
    total = sum(int(f["cohort"]) for f in regions)
    assert total == pytest.approx(int(country[-1]["cohort"]), abs=50)
