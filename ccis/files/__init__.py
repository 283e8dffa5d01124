"""Reading, writing and keeping files safely. Knows nothing of what the files are about."""
