"""When a session ends, with the boundary moments named."""

from datetime import UTC, datetime, timedelta

import pytest

from ccis.idle.rules import Ended, Limits, Span, ends_at, is_last, may_be_kept, why_ended

LIMITS = Limits(idle=timedelta(minutes=20), longest=timedelta(hours=12))
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def after(**spent: int) -> datetime:
    return NINE + timedelta(**spent)


@pytest.mark.parametrize(
    ("seen", "at", "why"),
    [
        (after(), after(), None),
        (after(), after(minutes=19, seconds=59), None),
        (after(), after(minutes=20), Ended.IDLE),
        (after(), after(hours=15), Ended.DAY),
        (after(hours=3), after(hours=3, minutes=19), None),
        (after(hours=11, minutes=50), after(hours=11, minutes=59, seconds=59), None),
        (after(hours=11, minutes=50), after(hours=12), Ended.DAY),
    ],
)
def test_a_session_ends_after_twenty_idle_minutes_and_after_twelve_hours(seen, at, why):
    assert why_ended(Span(began=NINE, seen=seen), LIMITS, at=at) is why


def test_the_end_is_said_to_be_the_nearer_of_the_two():
    assert ends_at(Span(NINE, after(hours=1)), LIMITS) == after(hours=1, minutes=20)
    assert ends_at(Span(NINE, after(hours=11, minutes=45)), LIMITS) == after(hours=12)


def test_staying_helps_until_the_day_is_over():
    assert not is_last(Span(NINE, after(hours=11, minutes=39)), LIMITS)
    assert is_last(Span(NINE, after(hours=11, minutes=40)), LIMITS)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("note", True),
        ("postcode", True),
        ("code_id", True),
        ("csrfmiddlewaretoken", False),
        ("password1", False),
        ("oldpassword", False),
        ("Passphrase", False),
        ("form-0-password", False),
        ("otp_token", False),
    ],
)
def test_passwords_and_tokens_are_never_kept(name, kept):
    assert may_be_kept(name) is kept
