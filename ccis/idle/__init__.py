"""The idle end: a session ends after 20 minutes without its person, and what they typed is kept.

``rules`` says when; ``sessions`` reads and marks the session; ``middleware`` stands at the door of
every request; ``filling`` puts what was typed back into the page (PIA-13, docs/adr/0019).
"""
