"""Why drop-outs cannot be told of or passed on, in words fit for the screen."""

from caseload.intake.errors import IntakeError


class CannotTell(IntakeError):
    """What a provider sent was not taken. Nothing of it was kept."""


class CannotPassOn(IntakeError):
    """Nothing was passed on."""


class CannotRoute(IntakeError):
    """A line of the matrix was not kept. ``field`` says which answer is in the way."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
