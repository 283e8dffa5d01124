"""What agreements announce to whoever acts on them, inside the same transaction (design §3)."""

from django.dispatch import Signal

agreements_ended = Signal()
"""Some agreements no longer let anything be shared: ended, expired, suspended or breached. Sent
with ``agreements`` (frozenset of ids), ``why`` (the new state's code), ``by`` (a user, or ``None``
for the service) and ``at``, in the transaction that says so."""

terms_changed = Signal()
"""A new version took the place of the one before, or someone is no longer named. Sent with
``agreements`` (frozenset of ids), ``by`` and ``at``: what ``terms_in_force`` says has changed."""
