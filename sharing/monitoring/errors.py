"""What the council's side of drop-outs refuses, in words for whoever asked."""


class CannotDo(Exception):
    """Something stands in the way; ``field`` names the answer that it is about, if one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
