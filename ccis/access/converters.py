"""Registers the URL converters ``ref`` and ``period``. A ``urls.py`` that uses ``<ref:…>`` or
``<period:…>`` imports this."""

from django.urls import register_converter
from django.urls.converters import get_converters

from ccis.access.references import ReferenceConverter
from ccis.calendar.periods import Period


class PeriodConverter:
    """A month, written ``2026-10``."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)

    def to_url(self, value: Period | str) -> str:
        return str(value)


for _name, _converter in (("ref", ReferenceConverter), ("period", PeriodConverter)):
    if _name not in get_converters():
        register_converter(_converter, _name)
