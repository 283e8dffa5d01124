"""Incidents: what went wrong with what is shared, its clock, and what was decided (LC-21)."""
