"""What the portal announces to whoever acts on it, inside the same transaction (design §3)."""

from django.dispatch import Signal

seat_given = Signal()
"""Someone sits at an organisation, or does more there. Sent with ``seat``."""

seat_ended = Signal()
"""Someone has no seat any more. Sent with ``seat``, ``by`` (a user, or ``None`` for the service)
and ``at``; why stands in ``seat.ended_because``."""
