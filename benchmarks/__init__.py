"""Measurements of the service, each beside its floor and beside what one would use instead.

``python -m benchmarks`` (``make bench``) runs them; nothing here is a test.
"""
