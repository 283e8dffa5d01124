"""Who is at risk of becoming NEET, by the indicators that an authority chose (LC-01)."""

import pytest

from caseload.risk import weigh
from ccis.authorities.policy import Policy

LOW = {"attendance": "84.5%"}


@pytest.mark.parametrize(
    ("found", "policy", "expected"),
    [
        ({}, Policy(), False),
        (LOW, Policy(), False),
        (LOW | {"carer": ""}, Policy(), True),
        (LOW, Policy(risk_signs_needed=1), True),
        (LOW | {"looked_after": ""}, Policy(), False),
        (LOW | {"looked_after": ""}, Policy(risk_signs=["attendance", "looked_after"]), True),
        ({"judgement": ""}, Policy(), True),
        ({"judgement": ""}, Policy(risk_signs=["attendance"]), False),
        (LOW | {"carer": ""}, Policy(risk_signs=[]), False),
    ],
    ids=[
        "nothing held",
        "one of two",
        "two of two",
        "one is enough",
        "what does not count is not looked at",
        "it counts where they say so",
        "the school's judgement alone",
        "not where it does not count",
        "nothing counts",
    ],
)
def test_so_many_of_the_signs_that_count_are_a_risk(found, policy, expected):
    assert weigh(found, policy).is_at_risk is expected


def test_why_is_said_in_words():
    risk = weigh(LOW | {"carer": "", "looked_after": ""}, Policy())

    assert risk.because.startswith(
        "At risk because of Low attendance (84.5%), Young carer. 2 signs"
    )
