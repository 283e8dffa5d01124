"""Pages that show what was shared are closed until what was purged is gone again."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ccis.govuk.errors import closed_for_now
from ccis.purges.standing import Standing, standing

_closed: list[str] = []


def close_until_replayed(*addresses: str) -> None:
    """Name beginnings of addresses, as routes are written, to be closed. Call it from ``ready``."""
    _closed.extend(one for one in addresses if one not in _closed)


class ClosedUntilReplayed:
    """Answers 503 in their place when a backup was put back and not yet purged again (PIA-29)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    @staticmethod
    def process_view(request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """The page that says so, or nothing."""
        match = request.resolver_match
        if match is None or not match.route.startswith(tuple(_closed)):
            return None
        if standing() is Standing.CURRENT:
            return None
        return closed_for_now(request)
