"""What every page about one young person stands on."""

from functools import cached_property
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from caseload import recents
from caseload.models import Task, YoungPerson
from caseload.presenters import header, tasks
from caseload.presenters.holding import Holding, holdings_of
from caseload.presenters.tabs import tabs_for
from caseload.queries.summaries import Summary, person_header
from ccis.access.checks import holds, memberships_of, permissions_of
from ccis.access.references import show_reference
from ccis.access.roles import Permission
from ccis.access.views import signed_in_user
from ccis.audit import trail


class PersonPage(TemplateResponseMixin, ContextMixin, View):
    """A page about one person, who is found only among those whom the user may see.

    Someone else's person is not found (404); what the user's role may not do there is refused
    (403). ``page`` names it in the trail, where each showing leaves a line; ``tab`` is the item
    of the sub-navigation that it belongs to.
    """

    permission = Permission.SEE_PEOPLE
    page = ""
    tab = ""
    person: YoungPerson
    summary: Summary

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        user = signed_in_user(request)
        if not any(holds(user, self.permission, m.authority) for m in memberships_of(user)):
            raise PermissionDenied
        people = YoungPerson.objects.visible_to(user).select_related("lead_authority")
        if request.method in ("GET", "HEAD") and (
            stays := people.filter(merged_records__ref=kwargs["ref"]).first()
        ):
            return redirect("caseload:person", ref=stays.ref)
        self.person = get_object_or_404(people, ref=kwargs["ref"])
        if not holds(user, self.permission, self.person.lead_authority):
            raise PermissionDenied
        self.on = timezone.localdate()
        self.summary = person_header(self.person, self.on)
        return super().dispatch(request, *args, **kwargs)

    @property
    def may(self) -> frozenset[Permission]:
        """What the user may do for this person's authority."""
        return permissions_of(signed_in_user(self.request), self.person.lead_authority)

    @cached_property
    def work(self) -> list[Task]:
        """What is to be done about them, soonest first."""
        return list(
            Task.objects.still_open()
            .filter(person=self.person)
            .select_related("person", "owner", "opened__by", "done_by")
        )

    @cached_property
    def holdings(self) -> list[Holding]:
        """What else holds now, as apps above say."""
        return holdings_of(self.person, timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in_user(self.request)
        strip = header.strip(self.summary, user, self.on)
        strip["tags"].extend({"text": one.words, "colour": one.colour} for one in self.holdings)
        if work := tasks.tag(self.work, self.on):
            strip["tags"].append(work)
        return super().get_context_data(
            person=self.person,
            summary=self.summary,
            reference=show_reference(self.person.ref),
            strip=strip,
            tabs=tabs_for(self.person, user, self.tab),
            may_edit=Permission.EDIT_PEOPLE in self.may,
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        self.record_seen("person seen", page=self.page)
        recents.remember(self.request, self.person)
        return super().render_to_response(context, **kwargs)

    def record_seen(self, verb: str, **details: Any) -> None:
        """Leave a line in the trail about this person."""
        trail.record(
            verb,
            by=signed_in_user(self.request),
            at=timezone.now(),
            authority=self.person.lead_authority,
            subject=self.person,
            **details,
        )


class ShowPerson(PersonPage):
    """A page about a person that is only looked at."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())
