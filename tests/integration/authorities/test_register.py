"""The register of authorities is brought up to date at each migrate, and keeps what was set."""

from datetime import date

import pytest

from ccis.authorities.loading import load_authorities, load_published_figures
from ccis.authorities.models import Authority, PublishedFigure

pytestmark = pytest.mark.django_db


def test_loading_again_changes_nothing():
    before = list(Authority.objects.values().order_by("id"))
    figures = PublishedFigure.objects.count()

    load_authorities()
    load_published_figures()

    assert list(Authority.objects.values().order_by("id")) == before
    assert PublishedFigure.objects.count() == figures > 0


def test_loading_keeps_what_the_installation_has_set():
    Authority.objects.filter(code="306").update(
        is_served=True, council_name="Northgate Council", database_id="999"
    )

    load_authorities()

    authority = Authority.objects.get(code="306")
    assert (authority.is_served, authority.title) == (True, "Northgate Council")
    assert authority.database_id == "999"
    assert list(Authority.objects.served()) == [authority]


def test_loading_mends_what_the_register_says():
    Authority.objects.filter(code="306").update(name="Misspelt", region="")

    load_authorities()

    authority = Authority.objects.get(code="306")
    assert (authority.name, authority.region) == ("Croydon", "London")


def test_an_authority_is_open_from_its_first_day_to_its_last():
    authority = Authority.objects.get(code="928")
    last = authority.closed_on
    assert last is not None

    assert authority in Authority.objects.open_on(last)
    assert authority not in Authority.objects.open_on(date.fromordinal(last.toordinal() + 1))
    assert {successor.name for successor in authority.successors.all()} == {
        "North Northamptonshire",
        "West Northamptonshire",
    }
