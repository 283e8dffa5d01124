"""Agreements, lists and disclosures: the one door out."""
