"""Per request: who it is that edits, for the history by field (``ccis.audit.history``)."""

from typing import Any

from auditlog.middleware import AuditlogMiddleware
from django.http import HttpRequest


class HistoryMiddleware(AuditlogMiddleware):  # type: ignore[misc]
    """Names who edits, and nothing that a browser or a proxy says of itself.

    The library would also keep the network address and port from headers that anyone may write,
    and refuse the edit where they hold nonsense.
    """

    def get_extra_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"actor": self._get_actor(request)}
