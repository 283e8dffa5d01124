"""What the pages of the return say."""
