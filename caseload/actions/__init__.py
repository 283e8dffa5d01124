"""Everything that changes the record. Each action opens a change and leaves its trail."""
