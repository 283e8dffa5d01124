"""The pages of someone who was invited (pages §2.1)."""
