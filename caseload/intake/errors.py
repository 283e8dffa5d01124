"""What can go wrong with a file or a row, in words fit for the screen."""


class IntakeError(Exception):
    """Something about a file or a row cannot be done."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FileIsBusy(IntakeError):
    """The file is not where this could be done: a worker has it, or it is finished."""


class CannotDecide(IntakeError):
    """The row is not one that a person decides about in this way."""


class AnsweredMeanwhile(CannotDecide):
    """Somebody else has decided about the row since it was shown."""
