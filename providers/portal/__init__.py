"""Who of an organisation comes in, for which council, and the pages on which they arrive."""
