"""What accounts announce to whoever acts on it, inside the same transaction (design §3)."""

from django.dispatch import Signal

signing_in = Signal()
"""Someone has shown who they are, and is about to be let in. Sent with ``user`` and ``at``. Whoever
hears it may close the account first, and answers with words why it is closed, for their eyes alone.
"""

invitation_accepted = Signal()
"""Someone accepted an invitation and has its role. Sent with ``invitation``, ``user``, ``at``."""
