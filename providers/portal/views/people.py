"""Who of an organisation has access: seen, reviewed, invited and ended by one of its own."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.roles import Permission, Role
from ccis.accounts.errors import CannotChangeAccess
from ccis.audit import trail
from ccis.govuk.navigation import leads_somewhere
from providers.portal import presenters, rules
from providers.portal.actions import seats
from providers.portal.forms import ColleagueForm, refuse
from providers.portal.models import Seat
from providers.portal.queries import offers_at, seats_at
from providers.portal.views.base import PortalView

ASK_FOR_A_COLLEAGUE = "/portal/agreement/people/"
"""Where somebody is named in an agreement: the council approves whom an organisation names."""


class LooksAfterAccess(PortalView):
    """A page for one who looks after their organisation's access; not found for the others."""

    permission = Permission.USE_PORTAL

    @cached_property
    def colleagues(self) -> list[Seat]:
        """Everyone who has access for the organisation and the council."""
        if not self.seat.may_manage:
            raise Http404
        return seats_at(self.provider, self.authority, timezone.now())


class People(LooksAfterAccess, TemplateResponseMixin, ContextMixin):
    """Who has access, when each last used it, and when it was last looked at.

    Whoever does not look after it is told who does.
    """

    template_name = "portal/people.jinja"
    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, and leave a line that it was looked at."""
        at = timezone.now()
        if not self.seat.may_manage:
            there = seats_at(self.provider, self.authority, at)
            managers = [one.user.name for one in there if one.may_manage]
            return self.render_to_response(self.get_context_data(ask_whom=managers))
        here = self.colleagues
        trail.record(
            "who has access looked at",
            by=self.user,
            at=at,
            authority=self.authority,
            subject=self.provider,
        )
        invites = self.seat.role == Role.SCHOOL_DATA_MANAGER
        asks = not invites and leads_somewhere(ASK_FOR_A_COLLEAGUE)
        return self.render_to_response(
            self.get_context_data(
                people=presenters.people(here, at, own=self.seat),
                offers=presenters.offers(offers_at(self.provider, self.authority), at),
                review=presenters.review_words(here, at),
                invite=reverse("portal:invite") if invites else "",
                ask=ASK_FOR_A_COLLEAGUE if asks else "",
            )
        )


class Review(LooksAfterAccess):
    """Says that those who were shown still need their access."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark those named on the page that was looked at, and nobody who came since."""
        shown = set(self.request.POST.getlist("seat"))
        looked_at = [one for one in self.colleagues if one.ref in shown]
        seats.review(looked_at, by=self.user, at=timezone.now())
        messages.success(self.request, "Recorded. You are asked again in half a year")
        return redirect("portal:people")


class End(LooksAfterAccess, TemplateResponseMixin, ContextMixin):
    """Asks once more, and ends a colleague's access."""

    template_name = "portal/end.jinja"

    @cached_property
    def ends(self) -> Seat:
        """The colleague's seat that the address names; another organisation's is not found."""
        found = next((one for one in self.colleagues if one.ref == self.kwargs["seat"]), None)
        if found is None or found.pk == self.seat.pk:
            raise Http404
        return found

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the question."""
        return self.render_to_response(
            self.get_context_data(
                person=self.ends.user.name,
                organisation=self.provider.name,
                back={"href": reverse("portal:people"), "text": "Your organisation"},
                cancel=reverse("portal:people"),
            )
        )

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """End it, from this moment."""
        seats.end(self.ends, because=rules.LEFT, by=self.user, at=timezone.now())
        messages.success(self.request, "Their access has ended")
        return redirect("portal:people")


class Invite(LooksAfterAccess, FormView[ColleagueForm]):
    """Asks which colleague is invited: where a school or college sends files (LC-10)."""

    form_class = ColleagueForm
    template_name = "portal/invite.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.colleagues or self.seat.role != Role.SCHOOL_DATA_MANAGER:
            raise Http404
        return super().get_context_data(
            organisation=self.provider.name,
            back={"href": reverse("portal:people"), "text": "Your organisation"},
            cancel=reverse("portal:people"),
            **kwargs,
        )

    def form_valid(self, form: ColleagueForm) -> HttpResponse:
        if not self.colleagues or self.seat.role != Role.SCHOOL_DATA_MANAGER:
            raise Http404
        try:
            seats.invite(
                provider=self.provider,
                authority=self.authority,
                role=Role.SCHOOL_DATA_MANAGER,
                by=self.user,
                at=timezone.now(),
                link_to=link_to(self),
                service=settings.CCIS_SERVICE_NAME,
                **form.cleaned_data,
            )
        except CannotChangeAccess as error:
            refuse(form, error)
            return self.form_invalid(form)
        messages.success(self.request, "Invited. They get an email at their work address")
        return redirect("portal:people")


class OfOffer(LooksAfterAccess):
    """Does something to an invitation that nobody has taken up; another's is not found."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; what stands in the way is said."""
        if not self.colleagues:
            raise Http404
        offers = {one.ref: one for one in offers_at(self.provider, self.authority)}
        offer = offers.get(self.kwargs["offer"])
        if offer is None:
            raise Http404
        try:
            seats.withdraw(offer, by=self.user, at=timezone.now())
        except CannotChangeAccess as error:
            messages.warning(self.request, error.message)
        else:
            messages.success(self.request, "Invitation taken back. Its link works no more")
        return redirect("portal:people")


def link_to(page: View) -> Any:
    """What makes the whole address of an invitation's link."""
    return lambda token: page.request.build_absolute_uri(reverse("invitations:link", args=[token]))
