"""What a young person reads when a page was refused, is missing or broke: our words, no account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from optout.views.public_base import language_kept_by, language_words

OURS = ("/choices/", "/complain/", "/who-we-share-with/")

TEMPLATES = {
    400: "optout/public/not_read.jinja",
    403: "optout/public/not_taken.jinja",
    404: "optout/public/no_page.jinja",
    500: "optout/public/fault.jinja",
}


def in_place_of(request: HttpRequest, status: int) -> HttpResponse | None:
    """A page for young people in place of the officers'; nothing for any other address.

    403 is a form whose cookie the phone did not keep. Asks nothing of the database.
    """
    if status not in TEMPLATES or not request.path.startswith(OURS):
        return None
    language = language_kept_by(request)
    with translation.override(language):
        response = render(
            request,
            TEMPLATES[status],
            {
                "plain": True,
                **language_words(language),
                "council": settings.CCIS_COUNCIL_NAME,
                "contact": settings.CCIS_CONTACT_EMAIL,
            },
            status=status,
        )
    response["Cache-Control"] = "no-store, private"
    return response
