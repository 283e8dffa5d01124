"""The pages of what is told by word."""
