"""The reference of the request at hand, for the trail, the logs and the page that says sorry."""

from contextvars import ContextVar

_reference: ContextVar[str] = ContextVar("request_reference", default="")


def request_reference() -> str:
    """The reference of the request being served; empty outside one."""
    return _reference.get()


def set_request_reference(reference: str) -> object:
    """Set the reference and return a token for ``reset_request_reference``."""
    return _reference.set(reference)


def reset_request_reference(token: object) -> None:
    """Put back what stood before."""
    _reference.reset(token)  # type: ignore[arg-type]
