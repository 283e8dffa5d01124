"""The administrator's pages about the people who work here (pages §2.9)."""
