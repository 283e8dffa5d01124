"""What every page of the portal stands on (LC-10)."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from ccis.access.checks import holds
from ccis.access.roles import Permission, Role
from ccis.access.views import RequiresPermission, chosen_authority, signed_in_user
from ccis.govuk.acting import ActingFor
from providers.models import Provider
from providers.portal.models import Seat
from providers.portal.queries import seats_of

CHOSEN_SEAT = "seat"
"""Key of the session: the reference of the seat that was chosen."""

NOTED_EVERY = timedelta(hours=1)
"""How often it is noted that a seat is in use."""


class PortalView(RequiresPermission):
    """A page of the portal: of one seat, and of nothing that is not that seat's.

    Gives ``seat``, ``provider``, ``authority`` and ``user``. Not found for someone who has no open
    seat for the council chosen, or whose role there does not open the page. Every form on the page
    states for whom it was drawn; one that was drawn for another seat, in another window, does
    nothing and says so.
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
            if not self.seat.gives(self.permission):
                raise Http404
            self._note_use()
        elif holds(signed_in_user(request), Permission.USE_PORTAL, chosen_authority(request)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def permits(self) -> bool:
        """Whether the permission is there at all; an officer without it is refused as usual."""
        return holds(self.user, self.permission, chosen_authority(self.request))

    def may(self, permission: Permission) -> bool:
        """Whether the user may do something at this seat's organisation."""
        return self.seat.gives(permission) and super().may(permission)

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
            role=Role(self.seat.role),
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
