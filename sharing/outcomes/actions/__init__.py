"""Everything that outcomes write."""
