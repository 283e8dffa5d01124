"""The council's view: who has access at which organisation, with the same powers as theirs."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.roles import Permission, Role
from ccis.access.views import RequiresPermission
from ccis.accounts.errors import CannotChangeAccess
from ccis.audit import trail
from ccis.authorities.places import settings_places
from providers.models import Provider
from providers.portal import presenters, rules
from providers.portal.actions import seats
from providers.portal.forms import InviteForm, refuse
from providers.portal.models import Seat
from providers.portal.queries import offers_at, places_of, seats_at
from providers.portal.views.people import link_to


class SeesAccess(RequiresPermission):
    """A page of the council about the access of organisations' people."""

    permission = Permission.MANAGE_SEATS


class Organisations(SeesAccess, TemplateResponseMixin, ContextMixin):
    """Every organisation where somebody has access or is invited, and what waits."""

    template_name = "portal/organisations.jinja"
    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        at = timezone.now()
        places = places_of(self.authority, at)
        return self.render_to_response(
            self.get_context_data(
                authority=self.authority,
                rows=presenters.organisations(places, self.authority, at),
                columns=presenters.ORGANISATIONS,
                settings_places=settings_places(self.request),
            )
        )


class OfOrganisation(SeesAccess):
    """A page of one organisation, about access to this council's portal."""

    @cached_property
    def provider(self) -> Provider:
        """The organisation; not found where nobody has or had access for this council."""
        known = Q(seats__authority=self.authority)
        known |= Q(pk__in=[one.pk for one in places_of(self.authority, timezone.now())])
        return get_object_or_404(Provider.objects.filter(known).distinct(), ref=self.kwargs["ref"])

    @cached_property
    def people(self) -> list[Seat]:
        """Who has access there for this council."""
        return seats_at(self.provider, self.authority, timezone.now())

    @cached_property
    def seat(self) -> Seat:
        """The seat that the address names."""
        found = next((one for one in self.people if one.ref == self.kwargs["seat"]), None)
        if found is None:
            raise Http404
        return found

    @property
    def address(self) -> str:
        """The organisation's page."""
        return reverse("portal:organisation", args=[self.provider.ref])

    def done(self, said: str) -> HttpResponse:
        """Back to the organisation, saying what was done."""
        messages.success(self.request, said)
        return redirect(self.address)


class Organisation(OfOrganisation, TemplateResponseMixin, ContextMixin):
    """Who has access at one organisation, since when, when used and when looked at."""

    template_name = "portal/organisation.jinja"
    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page, and leave a line that it was looked at."""
        at = timezone.now()
        trail.record(
            "who has access looked at",
            by=self.user,
            at=at,
            authority=self.authority,
            subject=self.provider,
        )
        return self.render_to_response(
            self.get_context_data(
                provider=self.provider,
                people=presenters.people(self.people, at),
                offers=presenters.offers(offers_at(self.provider, self.authority), at),
                review=presenters.review_words(self.people, at),
                ended=presenters.ended(self.provider, self.authority, at),
                back={"href": reverse("portal:organisations"), "text": "Organisations"},
            )
        )


class CouncilReview(OfOrganisation):
    """Says that those who were shown still need their access."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark those named on the page that was looked at."""
        shown = set(self.request.POST.getlist("seat"))
        looked_at = [one for one in self.people if one.ref in shown]
        seats.review(looked_at, by=self.user, at=timezone.now())
        return self.done("Recorded. It is due again in half a year")


class CouncilEnd(OfOrganisation, TemplateResponseMixin, ContextMixin):
    """Asks once more, and ends somebody's access."""

    template_name = "portal/end.jinja"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the question."""
        return self.render_to_response(
            self.get_context_data(
                person=self.seat.user.name,
                organisation=self.provider.name,
                back={"href": self.address, "text": "Who has access"},
                cancel=self.address,
            )
        )

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """End it, from this moment."""
        seats.end(self.seat, because=rules.COUNCIL, by=self.user, at=timezone.now())
        return self.done("Their access has ended")


class LetManage(OfOrganisation):
    """Says whether somebody looks after their organisation's access, and signs for it."""

    http_method_names = ["post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Turn it round, to what the button said."""
        may = self.request.POST.get("may") == "yes"
        seats.let_manage(self.seat, may_manage=may, by=self.user, at=timezone.now())
        return self.done(
            "They look after their organisation’s access now" if may else "They no longer do"
        )


class OfOffer(OfOrganisation):
    """Sends an invitation again, or takes it back."""

    http_method_names = ["post", "options"]
    again = False

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; what stands in the way is said."""
        offers = {one.ref: one for one in offers_at(self.provider, self.authority)}
        offer = offers.get(self.kwargs["offer"])
        if offer is None:
            raise Http404
        at = timezone.now()
        try:
            if self.again:
                seats.send_again(
                    offer,
                    by=self.user,
                    at=at,
                    link_to=link_to(self),
                    service=settings.CCIS_SERVICE_NAME,
                )
            else:
                seats.withdraw(offer, by=self.user, at=at)
        except CannotChangeAccess as error:
            messages.warning(self.request, error.message)
            return redirect(self.address)
        return self.done(
            "A new link has been sent. The one before works no more"
            if self.again
            else "Invitation taken back. Its link works no more"
        )


class InviteManager(SeesAccess, FormView[InviteForm]):
    """Asks whom a school or college has to send its files and answer questions."""

    form_class = InviteForm
    template_name = "portal/invite.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = reverse("portal:organisations")
        return super().get_context_data(
            back={"href": here, "text": "Organisations"}, cancel=here, **kwargs
        )

    def form_valid(self, form: InviteForm) -> HttpResponse:
        try:
            made = seats.invite(
                authority=self.authority,
                role=Role.SCHOOL_DATA_MANAGER,
                by=self.user,
                at=timezone.now(),
                link_to=link_to(self),
                service=settings.CCIS_SERVICE_NAME,
                **form.cleaned_data | {"may_manage": form.cleaned_data["may_manage"] or None},
            )
        except CannotChangeAccess as error:
            refuse(form, error)
            return self.form_invalid(form)
        messages.success(
            self.request,
            "They have a place there now" if isinstance(made, Seat) else "Invitation sent",
        )
        return redirect("portal:organisation", made.provider.ref)
