"""The pages of the portal for those who send files (pages §2.6)."""
