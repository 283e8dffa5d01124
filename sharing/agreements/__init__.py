"""Agreements: with whom an authority shares, what, why, on what basis, until when (LC-12)."""
