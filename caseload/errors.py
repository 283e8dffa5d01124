"""What can go wrong with a record, in words fit for the screen."""


class CannotRecord(Exception):
    """A fact cannot be recorded as asked. ``field`` names the part of the form to mend."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class ChangedMeanwhile(CannotRecord):
    """Someone else changed the fact after it was read."""
