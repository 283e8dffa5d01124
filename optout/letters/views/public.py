"""Who we share with: the page that every letter points to, for anyone (LC-14)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout.letters.queries import current_list
from optout.presenters.dates import said_day
from optout.views.public_base import PublicPage


class WhoWeShareWith(PublicPage):
    """The organisations of the published list, and when it last changed."""

    template_name = "optout/public/who.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page: for the one council, or each that shares this service."""
        council = self.council()
        served = [council] if council else list(Authority.objects.served().order_by("name"))
        return self.show(
            lists=[self.list_of(one) for one in served],
            names_councils=len(served) > 1,
        )

    @staticmethod
    def list_of(council: Authority) -> dict[str, Any]:
        """What the page says of one council."""
        newest = current_list(council)
        return {
            "council": council.title,
            "organisations": list(newest.providers.order_by("name")) if newest else [],
            "changed": said_day(local_date(newest.made_at)) if newest else "",
        }


@login_not_required
@require_safe
def search_word(request: HttpRequest) -> HttpResponse:
    """The word that letters say to search for leads to the list."""
    return redirect("letters:who")
