"""What can go wrong with a return, in words fit for the screen."""


class CannotMake(Exception):
    """A return cannot be made as asked; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MustMend(CannotMake):
    """A final return cannot be made while errors that must be mended remain."""

    def __init__(self, count: int) -> None:
        errors = "1 error" if count == 1 else f"{count:,} errors"
        super().__init__(
            f"{errors} must be mended before the return is made. Mend them, or make a trial."
        )
        self.count = count


class RecordsNotKept(Exception):
    """The typed records of a build have been dropped and must be made again first."""


class FileIsClosed(Exception):
    """The file of a build says what was sealed since, and the user was not named for it."""


class FileNotKept(Exception):
    """The file of a build is no longer on disk."""
