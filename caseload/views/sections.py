"""The tabs that gather parts: details, and education and support."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from caseload.forms.parts import EDUCATION, of_section
from caseload.presenters import sealed as presenter
from caseload.queries import sealed
from caseload.queries.lineage import lineages
from caseload.views.facts import ShowSection
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user


class Details(ShowSection):
    """Names, particulars, addresses, contact points and numbers, each dated and sourced."""

    page = "details"
    tab = "details"
    template_name = "caseload/details.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        closed = sealed.sealed_facts(self.person, signed_in_user(self.request))
        if closed:
            self.record_seen("sealed identity seen", versions=[fact.pk for fact in closed])
        return super().get_context_data(sealed=presenter.rows(closed), **kwargs)


class Education(ShowSection):
    """Schools, guarantee, destination; SEND, attendance and other sensitive parts once opened."""

    page = "education"
    tab = EDUCATION
    template_name = "caseload/education.jinja"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.may_open = Permission.SEE_SENSITIVE in self.may
        self.is_open = self.may_open and request.GET.get("show") == "sensitive"
        if self.is_open:
            opened = "SEND, need, attendance, risk and circumstances"
            self.record_seen("sensitive details opened", part=opened)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sensitive = [part for part in of_section(self.tab) if part.is_sensitive]
        opened = []
        if self.is_open:
            held = lineages(self.person, [part.model for part in sensitive])
            opened = [self.part_of_page(part, held[part.model]) for part in sensitive]
        return super().get_context_data(
            sensitive=opened,
            is_open=self.is_open,
            may_open=self.may_open,
            titles=[part.many for part in sensitive],
            **kwargs,
        )
