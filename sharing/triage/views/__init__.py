"""Doors of strands and of triage."""
