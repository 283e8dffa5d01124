"""Everything that makes, keeps and drops a return."""
