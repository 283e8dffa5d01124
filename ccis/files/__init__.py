"""Safe reading and writing of files, and their encrypted storage."""
