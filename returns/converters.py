"""Parts of addresses that only the return has: editions (pages §2)."""

from django.urls import register_converter
from django.urls.converters import get_converters

import ccis.access.converters  # noqa: F401 - registers <period:…>
from returns import editions


class EditionConverter:
    """The name of an edition that there is, like ``2026-27``."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> str:
        if value not in editions.available():
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return value


if "edition" not in get_converters():
    register_converter(EditionConverter, "edition")
