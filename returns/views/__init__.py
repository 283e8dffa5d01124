"""The pages of the return and of its figures (pages §2.8)."""
