"""Home, the statements, help, and the council's own colours."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView, View

from ccis.govuk.colours import council_style_sheet
from ccis.govuk.help_topics import topic
from ccis.govuk.navigation import landing_for


class Home(View):
    """Takes each person to where their role begins; says so where there is nothing for them."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        landing = landing_for(request)
        if landing is not None:
            return redirect(landing)
        return render(request, "home.jinja")


@method_decorator(login_not_required, name="dispatch")
class Statement(TemplateView):
    """A page about the service that anyone may read."""

    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            contact=getattr(settings, "CCIS_CONTACT_EMAIL", ""), **kwargs
        )


class Help(Statement):
    """Help with a page, in the user's words; help with the whole where none is written."""

    template_name = "statements/help.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(topic=topic(kwargs["page"]), **kwargs)


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def council_css(request: HttpRequest) -> HttpResponse:
    """The council's colours as a style sheet, since the pages allow no styles of their own."""
    return HttpResponse(council_style_sheet(), content_type="text/css; charset=utf-8")
