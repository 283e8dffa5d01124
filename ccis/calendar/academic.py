"""Academic ages, year groups and the end of compulsory school age.

Every function takes the date it is asked about; none looks at the clock.
"""

from datetime import date, timedelta

FIRST_MONTH = 9
"""An academic year runs from 1 September to 31 August."""

FRIDAY = 4


def academic_year_start(on: date) -> date:
    """The 1 September on which the academic year of ``on`` began."""
    year = on.year if on.month >= FIRST_MONTH else on.year - 1
    return date(year, FIRST_MONTH, 1)


def academic_year_end(on: date) -> date:
    """The 31 August on which the academic year of ``on`` ends."""
    return date(academic_year_start(on).year + 1, 8, 31)


def academic_age(dob: date, on: date) -> int:
    """Age in whole years on 31 August, the day before the academic year of ``on`` began.

    ``docs/nccis.md`` §5.1. Somebody born on 31 August is a year older, in this sense, than
    somebody born the day after.
    """
    born_after_august = dob.month >= FIRST_MONTH
    return academic_year_start(on).year - dob.year - born_after_august


def year_group(dob: date, on: date) -> int:
    """School year group on a date: 11 at academic age 15, 12 at 16, 13 at 17.

    ``docs/nccis.md`` §5.1. The number goes on rising after Year 13, and is zero or less
    before Year 1.

    >>> year_group(date(2003, 2, 8), date(2019, 5, 31))
    11
    """
    return academic_age(dob, on) - 4


def end_of_compulsory_school_age(dob: date) -> date:
    """The last Friday in June of the academic year in which somebody turns 16.

    ``docs/nccis.md`` §5.1. A person who turns 16 in July or August is let go on the same
    Friday, before the birthday.
    """
    june_year = dob.year + 16 + (dob.month >= FIRST_MONTH)
    last_of_june = date(june_year, 6, 30)
    return last_of_june - timedelta(days=(last_of_june.weekday() - FRIDAY) % 7)


def age_on(dob: date, on: date) -> int:
    """Age in whole years on a date; negative before birth.

    Somebody born on 29 February turns a year older on 1 March in a year without one,
    as the law of England counts it.
    """
    return on.year - dob.year - ((on.month, on.day) < (dob.month, dob.day))
