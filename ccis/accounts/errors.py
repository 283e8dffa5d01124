"""What can go wrong with people's access, in words fit for the screen."""


class CannotChangeAccess(Exception):
    """A role cannot be given, changed or ended as asked. ``field`` names what to mend."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class CannotInvite(CannotChangeAccess):
    """An invitation cannot be made or sent as asked."""


class CannotJoin(Exception):
    """An invitation that cannot be accepted, or not by this person; the page says whom to ask."""
