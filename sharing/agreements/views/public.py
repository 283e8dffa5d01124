"""Who we share with, and on what agreements: for anyone, from those in force (LC-14, LA-11)."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from ccis.authorities.models import Authority
from ccis.calendar.words import local_date
from optout.letters.queries import current_list
from optout.presenters.dates import said_day
from optout.views.public_base import PublicPage
from sharing.agreements import rules
from sharing.agreements.models import Agreement, Version
from sharing.agreements.queries import terms_in_force

KEPT_SECONDS = 300
"""A browser may keep these pages so long: nothing on them is about the reader."""


@method_decorator(login_not_required, name="dispatch")
class FromAgreements(PublicPage):
    """A page made from the agreements in force, for the one council or each of several."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        council = self.council()
        served = [council] if council else list(Authority.objects.served().order_by("name"))
        on = timezone.localdate()
        return self.show(
            councils=[{"council": one.title, **self.of(one, on)} for one in served],
            names_councils=len(served) > 1,
        )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nobody is known here, unless they came with a code: then nothing is kept."""
        response = super().dispatch(request, *args, **kwargs)
        if self.visit is None and response.status_code == 200:
            response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
            patch_vary_headers(response, ["Cookie"])  # the language, and whether they have a code
        return response

    @staticmethod
    def of(council: Authority, on: date) -> dict[str, Any]:
        """What the page says of one council."""
        raise NotImplementedError


class WhoWeShareWith(FromAgreements):
    """The organisations: what each does, that it is free, until when."""

    template_name = "agreements/public/who.jinja"

    @staticmethod
    def of(council: Authority, on: date) -> dict[str, Any]:
        terms = terms_in_force(council, on=on)
        does = dict(
            Agreement.objects.filter(pk__in=[one.agreement for one in terms]).values_list(
                "pk", "does"
            )
        )
        versions = Version.objects.filter(pk__in=[one.version for one in terms])
        names = dict(versions.values_list("pk", "agreement__provider__name"))
        newest = current_list(council)
        return {
            "organisations": [
                {
                    "name": names[one.version],
                    "does": does[one.agreement],
                    "until": said_day(one.ends_on),
                }
                for one in terms
            ],
            "changed": said_day(local_date(newest.made_at)) if newest else "",
        }


class AgreementsInForce(FromAgreements):
    """Every agreement in force: parties, purposes and dates; no staff, no security (LA-11)."""

    template_name = "agreements/public/agreements.jinja"

    @staticmethod
    def of(council: Authority, on: date) -> dict[str, Any]:
        found = (
            Version.objects.filter(
                agreement__authority=council,
                state__in=sorted(rules.ALLOWING),
                starts_on__lte=on,
                ends_on__gte=on,
            )
            .select_related("agreement__provider")
            .prefetch_related("purposes")
            .order_by("agreement__title")
        )
        return {
            "agreements": [
                {
                    "title": one.agreement.title,
                    "council": council.title,
                    "organisation": one.agreement.provider.name,
                    "purposes": [rules.PURPOSES[each.purpose] for each in one.purposes.all()],
                    "from": _day(one.starts_on),
                    "until": _day(one.ends_on),
                }
                for one in found
            ]
        }


def _day(on: date | None) -> str:
    return said_day(on) if on else ""


@login_not_required
@require_safe
def search_word(request: HttpRequest) -> HttpResponse:
    """The word that letters say to search for leads to the list."""
    return redirect("agreements:who")
