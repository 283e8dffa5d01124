"""What letters announce to those above, inside the same transaction (design §3)."""

from django.dispatch import Signal

letters_posted = Signal()
"""Letters went out. Sent with ``people`` (frozenset of ids) and ``batch``."""

post_returned = Signal()
"""A letter came back: the address is not theirs, no notice was given, and somebody should find
out where they live (USE-06). Sent with ``letter``, in the transaction that records it."""
