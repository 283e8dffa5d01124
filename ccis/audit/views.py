"""The audit's own page: how the trail stands. Nothing on it is about a young person."""

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from ccis.access.roles import Permission
from ccis.access.views import RequiresPermission
from ccis.audit import presenters
from ccis.audit.checking import last_checked
from ccis.audit.sealing import how_it_stands


class Audit(RequiresPermission, TemplateView):
    """Up to when the trail is sealed, what waits, and what its last check found."""

    permission = Permission.SEE_SETTINGS
    template_name = "audit/audit.jinja"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stands, checked = how_it_stands(), last_checked()
        return super().get_context_data(
            chain=presenters.chain(stands, checked, timezone.now()),
            **kwargs,
        )
