"""Strands, by which people are matched to an organisation, and who goes to which (LC-07, LC-15)."""
