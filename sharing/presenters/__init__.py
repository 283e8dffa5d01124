"""What the pages of sharing say."""
