"""What accounts announce to whoever acts on it, inside the same transaction (design §3)."""

from django.dispatch import Signal

invitation_accepted = Signal()
"""Someone accepted an invitation and has its role. Sent with ``invitation``, ``user``, ``at``."""
