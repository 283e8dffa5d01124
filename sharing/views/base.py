"""What every page of sharing stands on."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from caseload.models import YoungPerson
from caseload.queries.summaries import summaries_of
from caseload.seen import record_restricted
from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import trail
from sharing.models import SharedList

PLACES = (
    ("sharing:now", "Sharing now", Permission.SEE_SHARING),
    ("triage:triage", "Triage", Permission.TRIAGE),
    ("triage:strands", "Strands", Permission.WRITE_STRANDS),
    ("sharing:lists", "Lists", Permission.SEE_SHARING),
    ("sharing:ledger", "Ledger", Permission.SEE_LEDGER),
    ("destruction:now", "Destruction", Permission.SEE_LEDGER),
    ("agreements:agreements", "Agreements", Permission.SEE_AGREEMENTS),
    ("emergency:enquiries", "Enquiries", Permission.ANSWER_ENQUIRIES),
    ("emergency:emergencies", "Emergencies", Permission.KEEP_INCIDENTS),
    ("incidents:incidents", "Incidents", Permission.KEEP_INCIDENTS),
    ("policies:documents", "Policy documents", Permission.KEEP_POLICY_DOCUMENTS),
)


class SharingPage(RequiresPermission):
    """A page for those who may see what is shared; ``place`` is its item of the sub-navigation."""

    permission = Permission.SEE_SHARING
    place = "sharing:now"

    @property
    def frame(self) -> dict[str, Any]:
        """What the templates of pages to look at want."""
        return {
            "places": [
                {"text": text, "href": reverse(name), "current": name == self.place}
                for name, text, permission in PLACES
                if self.may(permission)
            ],
            "may_see_ledger": self.may(Permission.SEE_LEDGER),
            "may_recall": self.may(Permission.RECALL_SHARED),
        }

    def names(self, people: Sequence[YoungPerson], *, page: str) -> dict[int, str]:
        """Names by id, as in a sorted table; a line of the trail says who was shown."""
        now = timezone.now()
        trail.record(
            "shared people seen",
            by=self.user,
            at=now,
            authority=self.authority,
            page=page,
            people=len(people),
        )
        record_restricted(people, by=self.user, at=now, page=page)
        found = summaries_of(people, timezone.localdate(now))
        return {pk: summary.sorted_name for pk, summary in found.items()}


class ShowSharing(SharingPage, TemplateResponseMixin, ContextMixin):
    """A page that is only looked at."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Draw the page."""
        return self.render_to_response(self.get_context_data())


class OfList(SharingPage):
    """A page of one list of the authority."""

    place = "sharing:lists"

    @cached_property
    def shared(self) -> SharedList:
        """The list; not found when it is another authority's."""
        lists = SharedList.objects.visible_to(self.user).filter(authority=self.authority)
        named = lists.select_related(
            "authority", "provider", "version__agreement", "drafted_by", "released_by"
        )
        return get_object_or_404(named, ref=self.kwargs["list"])

    @property
    def address(self) -> str:
        """The list's own page."""
        return reverse("sharing:list", args=[self.shared.ref])

    @property
    def back(self) -> dict[str, str]:
        """The link back to it."""
        return {"href": self.address, "text": "List"}
