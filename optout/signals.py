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

reviews_asked = Signal()
"""Some people asked that a person looks again at what was decided about them (LAW-05). Sent with
``people`` (frozenset of ids) and ``at``, in the transaction that takes it in."""

disputes_changed = Signal()
"""Somebody says that a record is wrong, or that is settled. Sent with ``people`` (frozenset of
ids), ``parts`` (frozenset of slugs of the record's parts; an empty one: not said which) and
``at``, in the transaction that does it (LAW-08)."""
