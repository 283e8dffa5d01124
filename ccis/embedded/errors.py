"""What can go wrong when the embedded servers start, in sentences for a person."""


class EmbeddedError(Exception):
    """The embedded database or broker cannot do what was asked; the message says what to do."""
