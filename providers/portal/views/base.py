"""What every page of the portal stands on, and the choice for whom one acts (LC-10)."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from ccis.access.middleware import SESSION_KEY as CHOSEN_AUTHORITY
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.govuk.acting import ActingFor
from providers.models import Provider
from providers.portal import presenters
from providers.portal.forms import ActForForm
from providers.portal.models import Seat
from providers.portal.queries import seats_of
from providers.portal.todo import to_do

CHOSEN_SEAT = "seat"
"""Key of the session: the reference of the seat that was chosen."""

NOTED_EVERY = timedelta(hours=1)
"""How often it is noted that a seat is in use."""


class PortalView(RequiresPermission):
    """A page of the portal: of one seat, and of nothing that is not that seat's.

    Gives ``seat``, ``provider``, ``authority`` and ``user``. Not found for someone who has no open
    seat for the council chosen. Every form on the page states for whom it was drawn; one that was
    drawn for another seat, in another window, does nothing and says so.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request = request
        if request.user.is_authenticated and self.permits:
            if not self.seats_here:
                raise Http404
            self._say_for_whom()
            drawn_for = request.POST.get(ActingFor.FIELD, self.seat.ref)
            if drawn_for != self.seat.ref:
                return self._of_another_window()
            self._note_use()
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def permits(self) -> bool:
        """Whether the permission is there at all; where it is not, the page is refused as usual."""
        return getattr(self.request, "authority", None) is not None and self.may(self.permission)

    @cached_property
    def seats(self) -> list[Seat]:
        """All open seats of whoever is signed in, with any council."""
        return seats_of(self.user, timezone.now())

    @cached_property
    def seats_here(self) -> list[Seat]:
        """Those of the council chosen."""
        return [one for one in self.seats if one.authority_id == self.authority.pk]

    @cached_property
    def seat(self) -> Seat:
        """The seat chosen in this session, else the oldest of this council."""
        chosen = self.request.session.get(CHOSEN_SEAT)
        oldest = min(self.seats_here, key=lambda one: one.pk)
        return next((one for one in self.seats_here if one.ref == chosen), oldest)

    @property
    def provider(self) -> Provider:
        """The organisation that the person acts for."""
        return self.seat.provider

    def _say_for_whom(self) -> None:
        self.request.acting_for = ActingFor(  # type: ignore[attr-defined]
            key=self.seat.ref,
            text=f"{self.provider.name} for {self.authority.title}",
            change=reverse("portal:act-for") if len(self.seats) > 1 else "",
        )

    def _note_use(self) -> None:
        """Note that the seat is in use, once an hour at most: it is no record of each page."""
        at = timezone.now()
        if self.seat.used_at is None or at - self.seat.used_at >= NOTED_EVERY:
            Seat.objects.filter(pk=self.seat.pk).update(used_at=at)

    def _of_another_window(self) -> HttpResponse:
        messages.warning(
            self.request,
            "Nothing was sent. You changed organisation in another window: "
            f"you now act for {self.provider.name}",
        )
        return redirect("portal:home")


class Home(PortalView, TemplateResponseMixin, ContextMixin):
    """What there is to do, with its days; nobody is named."""

    permission = Permission.USE_PORTAL
    template_name = "portal/home.jinja"
    http_method_names = ["get", "head", "options"]

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        at = timezone.now()
        return self.render_to_response(
            self.get_context_data(to_do=presenters.lines(to_do(self.seat, at), at))
        )


class ActFor(PortalView, FormView[ActForForm]):
    """Says for which organisation, and for which council, one acts from now."""

    permission = Permission.USE_PORTAL
    form_class = ActForForm
    template_name = "portal/act_for.jinja"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"seats": self.seats}

    def get_initial(self) -> dict[str, Any]:
        return {"seat": self.seat.ref}

    def form_valid(self, form: ActForForm) -> HttpResponse:
        chosen = form.chosen
        self.request.session[CHOSEN_AUTHORITY] = chosen.authority.code
        self.request.session[CHOSEN_SEAT] = chosen.ref
        return redirect("portal:home")
