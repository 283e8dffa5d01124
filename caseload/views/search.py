"""Search: one box, a key in the address, and nothing personal (pages §2.1)."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from caseload import recents
from caseload.forms.search import SearchForm
from caseload.models import YoungPerson
from caseload.presenters import results
from caseload.queries.search import find, read_query
from caseload.queries.summaries import summaries_of
from caseload.seen import record_restricted
from ccis.access.checks import holds
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission, authority_of, signed_in_user
from ccis.audit import trail

KEY = "searches"
MOST_KEPT = 10


class Search(RequiresPermission, TemplateView):
    """The box, and whom this session opened last. What is typed is posted and kept here."""

    permission = Permission.SEE_PEOPLE
    template_name = "caseload/search.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", SearchForm())
        return super().get_context_data(recent=self._recent(), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SearchForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        key = secrets.token_urlsafe(9)
        kept = request.session.get(KEY, {})
        kept[key] = form.cleaned_data["q"]
        request.session[KEY] = dict(list(kept.items())[-MOST_KEPT:])
        return redirect("caseload:search-results", key=key)

    def _recent(self) -> list[dict[str, Any]]:
        on = timezone.localdate()
        user = signed_in_user(self.request)
        people = list(
            YoungPerson.objects.visible_to(user)
            .of(authority_of(self.request))
            .select_related("lead_authority")
            .filter(ref__in=recents.references(self.request))
        )
        record_restricted(people, by=user, at=timezone.now(), page="recent")
        found = {s.person.ref: s for s in summaries_of(people, on).values()}
        refs = [ref for ref in recents.references(self.request) if ref in found]
        return [results.row(found[ref], on) for ref in refs]


class SearchResults(RequiresPermission, TemplateView):
    """Who answers to a search that this session made, each with why."""

    permission = Permission.SEE_PEOPLE
    template_name = "caseload/search_results.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.session.get(KEY, {}).get(kwargs["key"])
        if asked is None:
            raise Http404
        on = timezone.localdate()
        user, authority = signed_in_user(self.request), authority_of(self.request)
        terms = read_query(asked, today=on)
        found = find(terms, user=user, authority=authority, on=on)
        trail.record(
            "search made",
            by=user,
            at=timezone.now(),
            authority=authority,
            by_parts=list(terms.kinds),
            found=len(found.hits),
            more=found.is_capped,
        )
        record_restricted(
            [hit.summary.person for hit in found.hits], by=user, at=timezone.now(), page="search"
        )
        return super().get_context_data(
            form=SearchForm(initial={"q": asked}),
            terms=terms,
            hits=[results.row(hit.summary, on, hit.reasons) for hit in found.hits],
            sentence=results.sentence(found, terms),
            is_capped=found.is_capped,
            may_add=holds(user, Permission.ADD_PEOPLE, authority),
            **kwargs,
        )
