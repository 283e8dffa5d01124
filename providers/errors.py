"""What can go wrong with the directory, in words fit for the screen."""


class CannotSaveProvider(Exception):
    """A provider cannot be saved as asked. ``field`` names the part of the form to mend."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
