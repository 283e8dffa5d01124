"""That what was shared is gone: purged here, confirmed there, and certified."""
