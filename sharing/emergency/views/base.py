"""What the pages of what is told by word share."""

from django.http import HttpResponse


def shown_once(response: HttpResponse) -> HttpResponse:
    """Keep the browser from keeping what is to be read out."""
    response["Cache-Control"] = "no-store"
    return response
