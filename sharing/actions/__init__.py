"""Everything that sharing writes."""
