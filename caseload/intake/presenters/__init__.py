"""From files and rows to the words, tags and links of their pages."""
