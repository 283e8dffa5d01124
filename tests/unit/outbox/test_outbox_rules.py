"""When a text or email is sent again, and what follows from what became of it (USE-06)."""

from datetime import timedelta

import pytest

from optout.outbox.rules import BECAME, Became, Next, follows, next_try, with_way_to_stop


@pytest.mark.parametrize(
    ("became", "deliveries", "following"),
    [
        (Became.DELIVERED, 1, Next(arrived=True)),
        (Became.UNDER_WAY, 3, Next()),
        (
            Became.NO_SUCH,
            1,
            Next(failed="There is no such number or address", marks_contact=True),
        ),
        (Became.NOT_NOW, 2, Next(again=True)),
        (
            Became.NOT_NOW,
            3,
            Next(failed="The phone was off, or the inbox full, for days", marks_contact=True),
        ),
        (Became.FAULT, 3, Next(failed="The sending service could not send it")),
    ],
)
def test_what_follows(became, deliveries, following):
    assert follows(became, deliveries=deliveries) == following


def test_every_way_of_failing_has_its_meaning():
    failures = {status: BECAME[status] for status in BECAME if status.endswith("failure")}
    assert set(failures.values()) == {Became.NO_SUCH, Became.NOT_NOW, Became.FAULT}


def test_tries_grow_apart_and_no_further_than_six_hours():
    assert [next_try(tries) for tries in (1, 2, 3, 20)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(hours=6),
    ]


def test_only_what_has_an_address_says_how_to_stop():
    assert with_way_to_stop("Hello", "") == "Hello"
    assert with_way_to_stop("Hello", "https://a.example/stop/") == (
        "Hello\n\nTo stop messages like this: https://a.example/stop/"
    )
