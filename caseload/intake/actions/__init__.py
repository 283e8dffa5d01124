"""Everything that changes a file that arrived, or its rows."""
