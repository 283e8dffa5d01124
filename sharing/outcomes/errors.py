"""What can go wrong with outcomes, in words fit for the screen."""

from sharing.errors import CannotShare
from sharing.outcomes.models import Answer


class AnsweredMeanwhile(CannotShare):
    """A colleague has answered since the page was shown; ``latest`` is what they said."""

    def __init__(self, message: str, *, latest: Answer) -> None:
        super().__init__(message)
        self.latest = latest
