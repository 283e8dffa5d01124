"""What sharing announces to what stands on it, in the same transaction (design §3)."""

from django.dispatch import Signal

disclosures_ended = Signal()
"""Disclosures were ended before their time, with ``change``: the one that they were ended in."""
