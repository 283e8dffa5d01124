"""Letters, opting out and requests: comes with the young person's side."""
