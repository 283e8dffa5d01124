"""What letters announce to those above, inside the same transaction (design §3)."""

from django.dispatch import Signal

letters_posted = Signal()
"""Letters went out. Sent with ``people`` (frozenset of ids), ``batch`` and ``not_any_more``: those
of them whose letter should have stayed, and went all the same."""

post_returned = Signal()
"""Letters came back: the address is not theirs, and no notice was given (USE-06). Sent with
``people`` (frozenset of ids), ``by`` and ``at``, in the transaction that records it."""

post_not_returned = Signal()
"""That a letter came back was a mistake: its notice counts again. Sent with ``people``."""
