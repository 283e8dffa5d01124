"""What can go wrong with settings, in words fit for the screen."""


class ChangedMeanwhile(Exception):
    """Someone else saved a newer version after this one was read."""

    message = "Someone changed this while you were typing. Look at it again before you save"


class CannotSaveSubRegion(Exception):
    """A sub-region cannot be saved as asked. ``field`` names the part of the form to mend."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
