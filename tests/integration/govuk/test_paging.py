"""Paging by key, over rows that change while somebody reads."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.test import RequestFactory

from ccis.authorities.models import Authority
from ccis.govuk.lists import Listed, Sort, page_of

pytestmark = pytest.mark.django_db

BY_NAME = Sort("name", "Name", ("name",))
BY_NAME_DOWN = Sort("name-down", "Name", ("-name",))
BY_OPENING = Sort("opened", "Opened", ("opened_on",), nullable=True)
BY_OPENING_DOWN = Sort("opened-down", "Opened", ("-opened_on",), nullable=True)
BY_REGION = Sort("region", "Region", ("region",))
AUTHORITY_SORTS = (BY_REGION, BY_OPENING, BY_OPENING_DOWN)


def page(
    queryset: QuerySet[Any], query: str = "", sorts: Any = (BY_NAME, BY_NAME_DOWN), **kwargs: Any
) -> Listed:
    request: HttpRequest = RequestFactory().get(f"/list/{query}")
    return page_of(queryset, request=request, name="groups", sorts=sorts, **kwargs)


def groups(count: int) -> QuerySet[Group]:
    Group.objects.bulk_create(Group(name=f"group {at:03}") for at in range(count))
    return Group.objects.all()


def names(listed: Listed) -> list[str]:
    return [group.name for group in listed.rows]


def walk(queryset: QuerySet[Any], sort: str, sorts: Any) -> list[Any]:
    """Every row, page by page to the end; and the same pages backwards."""
    listed = page(queryset, f"?sort={sort}&rows=25", sorts, key="code")
    pages = [listed.rows]
    while listed.next:
        listed = page(queryset, listed.next, sorts, key="code")
        pages.append(listed.rows)
    back = [listed.rows]
    while listed.previous:
        listed = page(queryset, listed.previous, sorts, key="code")
        back.append(listed.rows)
    assert back[::-1] == pages
    return [row for rows in pages for row in rows]


def test_a_page_holds_fifty_and_says_how_many_there_are() -> None:
    listed = page(groups(120))

    assert len(listed.rows) == 50
    assert listed.total_text == "120"
    assert listed.next
    assert not listed.previous


def test_counting_stops_at_a_cap() -> None:
    assert page(groups(120), cap=100).total_text == "more than 100"
    assert page(Group.objects.all(), cap=120).total_text == "120"


@pytest.mark.parametrize("sort", [sort.name for sort in AUTHORITY_SORTS])
def test_every_row_is_met_once_whatever_the_order(sort: str) -> None:
    authorities = Authority.objects.all()

    met = walk(authorities, sort, AUTHORITY_SORTS)

    assert len(met) == len({row.pk for row in met}) == authorities.count()


def test_empty_values_come_last_both_ways() -> None:
    for sort in ("opened", "opened-down"):
        met = walk(Authority.objects.all(), sort, AUTHORITY_SORTS)
        empty = [row.opened_on is None for row in met]
        assert empty == sorted(empty)


def test_the_order_asked_for_is_kept() -> None:
    listed = page(groups(3), "?sort=name-down")

    assert names(listed) == ["group 002", "group 001", "group 000"]
    assert listed.aria_sort("name-down") == "descending"
    assert listed.aria_sort("name") == "none"


def test_a_row_that_moved_away_neither_hides_nor_repeats_others() -> None:
    first = page(groups(60), "?rows=25")
    last_on_page = first.rows[-1]
    Group.objects.filter(pk=last_on_page.pk).update(name="zzz, moved to the end")

    second = page(Group.objects.all(), first.next)

    assert names(second)[0] == "group 025"


def test_a_row_that_went_leaves_its_neighbours_in_place() -> None:
    first = page(groups(60), "?rows=25")
    first.rows[-1].delete()

    assert names(page(Group.objects.all(), first.next))[0] == "group 025"


@pytest.mark.parametrize("query", ["?after=nonsense", "?before=nonsense", "?rows=7", "?sort=hash"])
def test_an_address_that_makes_no_sense_gives_the_first_page(query: str) -> None:
    listed = page(groups(60), query)

    assert names(listed)[0] == "group 000"
    assert listed.size == 50


def test_a_cursor_of_one_order_does_not_serve_another() -> None:
    first = page(groups(60), "?rows=25")

    other = page(Group.objects.all(), first.next.replace("?", "?sort=name-down&"))

    assert names(other)[0] == "group 059"


def test_columns_made_by_the_query_can_be_sorted_by() -> None:
    groups(60)
    annotated = Group.objects.annotate(turned=-F("pk"))
    sorts = (Sort("turned", "Turned", ("turned",)),)

    first = page(annotated, "?rows=25", sorts)
    second = page(annotated, first.next, sorts)

    assert names(second)[0] == "group 034"


def test_a_page_asks_the_database_twice(django_assert_num_queries: Any) -> None:
    everyone = groups(60)

    with django_assert_num_queries(2):  # rows, count
        page(everyone)
