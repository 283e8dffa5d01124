"""What organisations say of the people on their lists, and what it does (LC-09, LC-18, LC-19)."""
