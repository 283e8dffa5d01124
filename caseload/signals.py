"""What the record announces to the apps above it, inside the same transaction (design §3)."""

from django.dispatch import Signal

people_left = Signal()
"""Some people are no longer the authority's: they died, or moved away. Sent with ``people``
(frozenset of ids), ``died`` (whether they died) and ``change``, before a record is closed."""
