"""What is shown when something is refused, missing or broken (pages §5.3)."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)

_LAST_RESORT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Something went wrong</title></head>
<body><h1>Something went wrong on our side</h1><p>Try again in a minute.</p></body></html>
"""


Instead = Callable[[HttpRequest, int], HttpResponse | None]

_instead: list[Instead] = []


def answer_instead(page: Instead) -> Instead:
    """Let an app speak for addresses of its own: ``page(request, status)`` gives a page or nothing.

    It may ask nothing of the database, which may be what has failed. Call it from ``ready``.
    """
    if page not in _instead:
        _instead.append(page)
    return page


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    for page in _instead:
        answer = page(request, status)
        if answer is not None:
            return answer
    said = {"quote": str(getattr(request, "reference", "") or ""), **context}
    return render(request, f"{status}.jinja", said, status=status)


def not_read(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: longer than we take, or in no form that a browser sends."""
    return _page(request, 400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, and it is not part of this person's work."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page for what does not exist and for what is not this person's to see."""
    return _page(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many tries in a short time."""
    return _page(request, 429)


def closed_for_now(request: HttpRequest) -> HttpResponse:
    """503: what was shared is shown to nobody until a backup that was put back is purged again."""
    return _page(request, 503)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """500: asks nothing of the database, and still answers if the page cannot be drawn."""
    try:
        kept_until = getattr(request, "kept_until", None)
        return _page(request, 500, plain=True, kept_until=kept_until)
    except Exception:  # a fault in drawing the page must not hide the first one
        logger.exception("the page for faults could not be drawn")
        return HttpResponse(_LAST_RESORT, status=500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old: nothing was done with it."""
    return _page(request, 403, is_old_form=True)
