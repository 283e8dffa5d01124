"""What is said of months that are over: when they were due, and what may be told of them."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from caseload.dropouts.queries import months_of
from ccis.access.roles import Role
from ccis.calendar.periods import Period
from sharing.monitoring import queries
from sharing.monitoring.rules import Standing, months_of_year
from tests.factories.accounts import member
from tests.factories.authorities import AuthorityFactory
from tests.factories.intake import InboundFileFactory, InboundRowFactory, SourceFactory
from tests.factories.monitoring import ServiceLevelFactory
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db

JULY, AUGUST = Period(2026, 7), Period(2026, 8)


@pytest.fixture
def authority():
    return AuthorityFactory()


def college(authority, **fields):
    """A college that is asked for drop-outs."""
    provider = ProviderFactory(college=True, authority=authority)
    key = f"provider:{provider.ref}"
    return SourceFactory(
        authority=authority, provider=provider, name="", key=key, kinds=["ldor"], **fields
    )


# -- when months were due --------------------------------------------------------------------------


def agreed(source, **fields):
    return ServiceLevelFactory(authority=source.authority, provider=source.provider, **fields)


def ended(level, on):
    level.ended_on, level.ended_by, level.ended_why = on, level.made_by, "A new one follows"
    level.save()


def due(source, month, today):
    (told,) = months_of(source, [month], today=today)
    return told.due_on


def test_an_agreement_that_was_renewed_leaves_the_months_before_as_they_were_due(authority):
    source, today = college(authority), date(2026, 9, 15)
    ended(agreed(source, due_day=12), date(2026, 8, 31))
    renewed = agreed(source, due_day=5, starts_on=date(2026, 9, 1))

    (line,) = queries.calendar_of(authority, [JULY, AUGUST], today=today)

    assert [(cell.told.due_on, cell.standing) for cell in line.cells] == [
        (date(2026, 8, 12), Standing.MISSING),
        (date(2026, 9, 5), Standing.MISSING),
    ]
    assert queries.level_for(authority, source.provider, on=today) == renewed
    ended(renewed, today)
    later = date(2026, 11, 20)
    assert queries.level_for(authority, source.provider, on=later) is None
    assert due(source, JULY, later) == date(2026, 8, 12)
    assert due(source, Period(2026, 9), later) is None, "nothing was in force in October"


@pytest.mark.parametrize(("before", "after"), [(4, 10), (20, 4)])
def test_a_month_keeps_its_day_where_an_agreement_is_renewed_before_or_after_it(
    authority, before, after
):
    source, october = college(authority), Period(2026, 10)
    ended(agreed(source, due_day=before), date(2026, 11, 5))
    agreed(source, due_day=after, starts_on=date(2026, 11, 6))

    assert due(source, october, date(2026, 11, 12)) == date(2026, 11, before)
    assert due(source, Period(2026, 11), date(2026, 12, 12)) == date(2026, 12, after)


def test_an_agreement_that_is_signed_late_makes_no_month_before_it_late(authority):
    source, today = college(authority), date(2026, 9, 15)
    level = agreed(source, due_day=12, their_signed_on=date(2026, 9, 10))

    assert due(source, JULY, today) is None
    assert due(source, AUGUST, today) == date(2026, 9, 12)
    level.their_signed_on, level.their_signatory = None, ""
    level.save()
    assert due(source, AUGUST, today) is None


# -- what may be told of them ----------------------------------------------------------------------

HIDDEN = "c"
EACH_MONTH = {"expects": "month", "expected_day": 7, "expected_from": date(2024, 1, 1)}


def tells(source, leavers):
    """A file of each of some months, with so many leavers."""
    for month, many in leavers.items():
        after = month.next()
        file = InboundFileFactory(
            authority=source.authority, source=source, provider=source.provider, kind="ldor",
            state="done", as_at=month.end,
            received_at=datetime(after.year, after.month, 5, 9, tzinfo=UTC),
        )  # fmt: skip
        for _ in range(many):
            InboundRowFactory(file=file, read={"leaver": "yes"}, outcome="unchanged", sent=[])


def page(authority, **asked):
    client = Client()
    client.force_login(member(Role.DATA_MANAGER, authority=authority))
    return client.get("/dropouts/figures/", asked)


def downloaded(authority, table, year):
    answer = page(authority, year=year, table=table, file="csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def leavers_of_2025(authority, year):
    """What one year's table says of the leavers of 2025: by month, and all together."""
    *months, total = (
        (row["Month"][:3], row["Leavers, 2025 to 2026"])
        for row in downloaded(authority, "months", year)
    )
    return {month: int(n) for month, n in months if n not in (HIDDEN, "")}, total[1]


def test_no_hidden_number_follows_from_this_year_s_page_and_last_year_s(authority):
    few = {9: 3, 10: 12, 11: 9, 12: 4}
    year = {month: few.get(month.month, 6) for month in months_of_year(2025)}
    tells(college(authority, **EACH_MONTH), year)
    counts = {month.label[:3]: many for month, many in year.items()}

    for today in (date(2026, 11, 20), date(2027, 1, 20)):
        with time_machine.travel(today, tick=False):
            beside, part = leavers_of_2025(authority, 2026)
            own, total = leavers_of_2025(authority, 2025)
            headline = page(authority).context_data["charts"][0].title
        known = own | beside
        hidden = counts.keys() - known.keys()
        assert known == {month: counts[month] for month in known}
        assert hidden == {"Sep", "Dec"}
        assert int(total) - sum(known.values()) == 7
        assert beside["Nov" if today.year == 2027 else "Oct"]
        assert part == "", "what some months add up to, less those that are shown, is the rest"
        assert headline.endswith(", beside the same months last year")


def test_by_provider_a_part_of_last_year_is_for_officers_alone(authority):
    tells(college(authority, **EACH_MONTH), {Period(2025, 9): 10, Period(2026, 2): 2})

    with time_machine.travel(date(2026, 10, 20), tick=False):
        (now, _), (own, _) = (downloaded(authority, "providers", year) for year in (2026, 2025))
        _, exact, _ = page(authority, numbers="exact").context_data["tables"]

    assert own["Leavers"] == "12"
    assert [head for head in now if head.startswith("Leavers last year")] == []
    assert own["Leavers last year, up to August 2025"] == "0"
    told = dict(zip(exact.heads, exact.shown_total, strict=True))
    assert told["Leavers last year, up to September 2025"] == "10"


def test_only_months_whose_returns_are_all_due_are_held_against_last_year(authority):
    tells(college(authority, **EACH_MONTH), {Period(2025, month): 10 for month in range(1, 13)})
    in_time = college(authority, **EACH_MONTH)
    tells(in_time, {Period(2026, 9): 10})

    def shown(today):
        with time_machine.travel(today, tick=False):
            found = page(authority).context_data
            october = downloaded(authority, "months", 2026)[1]
        titles = [chart.title for chart in found["charts"]]
        return titles[:-1], october["Leavers, 2025 to 2026"]

    assert shown(date(2026, 10, 7)) == ([], ""), "no month has all its returns due"
    same = "As many leavers up to September 2026 as in the same months last year"
    assert shown(date(2026, 11, 4)) == ([same], "")
    fewer = "10 fewer leavers up to October 2026 than in the same months last year"
    assert shown(date(2026, 11, 10)) == ([fewer], "10")
