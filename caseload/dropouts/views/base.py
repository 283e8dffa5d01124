"""What every page of a provider about drop-outs stands on."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.dropouts.models import Notification, NotificationQuerySet
from caseload.dropouts.queries import source_of_provider
from caseload.intake.rules import Arrival
from caseload.intake.source_models import Source
from ccis.access.roles import Permission
from ccis.authorities.policy import Policy, policy_of
from ccis.calendar.periods import Period
from providers.portal.views import PortalView


class DropoutsPage(PortalView, TemplateResponseMixin, ContextMixin):
    """A page about the drop-outs of one organisation, towards one council."""

    permission = Permission.REPORT_DROPOUTS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and have nobody keep what stands on the page."""
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    @cached_property
    def now(self) -> datetime:
        """The moment of the request."""
        return timezone.now()

    @cached_property
    def source(self) -> Source | None:
        """The organisation as the council's source, once anything came of it."""
        return source_of_provider(self.authority, self.provider)

    @cached_property
    def policy(self) -> Policy:
        """What the council chose about drop-outs."""
        return policy_of(self.authority)

    @property
    def takes_files(self) -> bool:
        """Whether a workbook may be sent here."""
        return Arrival.PORTAL.value in self.policy.dropouts_ways

    @property
    def takes_one(self) -> bool:
        """Whether one person may be told of on screen."""
        return Arrival.SCREEN.value in self.policy.dropouts_ways

    @property
    def told(self) -> NotificationQuerySet:
        """What this organisation told this council; nobody else's."""
        if self.source is None:
            return Notification.objects.none()
        mine = Notification.objects.of(self.source)
        return mine.select_related("by", "file", "source__authority", "source__provider")

    def show(self, **kwargs: Any) -> HttpResponse:
        """The page."""
        return self.render_to_response(self.get_context_data(**kwargs))


class MonthPage(DropoutsPage):
    """A page of one month; one that cannot be told of is not found."""

    @property
    def month(self) -> Period:
        """The month that the address names."""
        month: Period = self.kwargs["month"]
        return month

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(month=self.month, **kwargs)
