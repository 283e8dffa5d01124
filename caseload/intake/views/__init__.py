"""Pages of files that arrive (pages §2.3)."""
