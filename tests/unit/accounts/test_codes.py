"""Right, wrong, used and too old are four answers to a code."""

import pytest

from ccis.accounts.factors.rules import REMEMBERED, Judgement, Verdict, digits_of, judge

NOW = 58_000_000


def code_at(step: int) -> str:
    return f"{step % 1_000_000:06}"


@pytest.mark.parametrize(
    ("steps", "last_used", "expected"),
    [
        (0, None, Judgement(Verdict.RIGHT, NOW)),
        (-1, None, Judgement(Verdict.RIGHT, NOW - 1)),
        (1, None, Judgement(Verdict.RIGHT, NOW + 1)),
        (2, None, Judgement(Verdict.WRONG)),
        (-2, None, Judgement(Verdict.TOO_OLD)),
        (-REMEMBERED, None, Judgement(Verdict.TOO_OLD)),
        (-REMEMBERED - 1, None, Judgement(Verdict.WRONG)),
        (0, NOW, Judgement(Verdict.USED)),
        (-1, NOW, Judgement(Verdict.USED)),
        (0, NOW + 1, Judgement(Verdict.USED)),
        (1, NOW, Judgement(Verdict.RIGHT, NOW + 1)),
        (0, NOW - 1, Judgement(Verdict.RIGHT, NOW)),
    ],
    ids=[
        "now",
        "a clock that is slow",
        "a clock that is fast",
        "from the future",
        "a minute ago",
        "ten minutes ago",
        "longer ago than is remembered",
        "used",
        "before the one that was used",
        "after a fast clock's was used",
        "the next one",
        "the one after the one that was used",
    ],
)
def test_a_code_is_judged_by_its_step_of_time(steps, last_used, expected):
    assert judge(code_at(NOW + steps), code_at=code_at, now=NOW, last_used=last_used) == expected


@pytest.mark.parametrize("typed", ["", "abcdef", "12345", "\u0660" * 6, "000000 000000"])
def test_what_is_no_code_is_wrong(typed):
    assert judge(typed, code_at=code_at, now=NOW, last_used=None).verdict is Verdict.WRONG


def test_spaces_and_hyphens_do_not_matter():
    assert digits_of(" 123\u00a0456 ") == digits_of("123-456") == "123456"
