"""A date of birth, typed any way."""

from datetime import date

import pytest
from django.utils import translation

from ccis.govuk.dates import NotADate
from optout.forms.born import read_birth

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed",
    [
        "27 3 2009", "27/3/09", "27.03.2009", "27-3-2009", "27 . 3 . 2009", "27032009", "270309",
        "2009/3/27", "2009-03-27", "27 march 2009", "27th of March, 2009", "March 27, 2009",
        "Mar 27 09", "27march2009", "27MAR09", " 27  Mar.  2009. ", "٢٧/٣/٢٠٠٩", "২৭-৩-২০০৯",
        "\u200f27/3/2009\u200f", "\uff12\uff17 \uff13 \uff12\uff10\uff10\uff19",
    ],
)  # fmt: skip
def test_one_day_typed_many_ways(typed):
    assert read_birth(typed, today=TODAY) == date(2009, 3, 27)


@pytest.mark.parametrize(
    "typed", ["", "today", "-3", "hello", "31/2/2009", "3/27/2009", "march 2009", "\0"]
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(NotADate):
        read_birth(typed, today=TODAY)


def test_the_month_may_be_in_the_language_that_is_on():
    with translation.override("pl"):
        assert read_birth("27 marca 2009", today=TODAY) == date(2009, 3, 27)
    with translation.override("ar"):
        assert read_birth("٢٧ مارس ٢٠٠٩", today=TODAY) == date(2009, 3, 27)
