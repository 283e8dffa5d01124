"""From what the record holds to the words and rows that its pages show."""
