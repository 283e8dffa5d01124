"""What this app announces to those above it, inside the same transaction (design §3)."""

from django.dispatch import Signal

objections_recorded = Signal()
"""Some people said no to sharing. Sent with ``people`` (frozenset of ids), ``providers`` (frozenset
of ids; ``None`` for all) and ``change``. A listener that fails undoes the whole; slow work is a
row written there and done on commit."""

corrections_made = Signal()
"""Records were put right as someone asked. Sent with ``corrections`` and ``people`` (frozensets of
ids), ``change``, ``by`` and ``at``, in the transaction that does it: whoever sent the wrong fact
to someone writes down here that they are to be told (LAW-09)."""
