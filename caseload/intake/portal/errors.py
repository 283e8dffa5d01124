"""Why something cannot be done in the portal, in words for whoever tried."""

from caseload.intake.errors import IntakeError
from caseload.intake.models import InboundFile


class AnsweredAlready(IntakeError):
    """Someone has answered the question meanwhile."""


class ReviewedAlready(IntakeError):
    """The review was sent already; ``file`` is what was sent."""

    def __init__(self, message: str, file: InboundFile) -> None:
        super().__init__(message)
        self.file = file


class ListChanged(IntakeError):
    """Someone is proposed who was not when the page was drawn."""
