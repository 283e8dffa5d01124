"""Parts of addresses that only the return has: months, editions (pages §2)."""

from django.urls import register_converter
from django.urls.converters import get_converters

from ccis.calendar.periods import Period
from returns import editions


class PeriodConverter:
    """A month, written ``2026-10``."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        return str(value)


class EditionConverter:
    """The name of an edition that there is, like ``2026-27``."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> str:
        if value not in editions.available():
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


for _name, _converter in (("period", PeriodConverter), ("edition", EditionConverter)):
    if _name not in get_converters():
        register_converter(_converter, _name)
