"""Where mailboxes are, as the settings say it (docs/how-to/read-the-drop-box.md)."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from django.conf import settings

TAKEN = "Taken in"
"""The folder that messages are moved to, unless the settings name another."""


class BadSetting(ValueError):
    """An address that cannot be used. The words say nothing of it: it holds a password."""


@dataclass(frozen=True)
class Account:
    """A mailbox on a server."""

    host: str
    port: int
    is_sealed: bool
    """TLS from the first byte. In clear only on the same machine."""
    user: str
    password: str
    folder: str
    taken: str

    def __repr__(self) -> str:
        return f"Account({self.host}:{self.port})"


def account_of(code: str) -> Account | None:
    """The mailbox of an authority, by its code; ``None`` where none is set.

    Raises ``BadSetting``.
    """
    address = settings.MAILBOXES.get(code)
    return read_address(address) if address else None


def read_address(address: str) -> Account:
    """``imaps://user:password@host:port/folder?folder for what was taken in``.

    User, password and folders are percent-encoded. Raises ``BadSetting``.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadSetting("not an address") from error
    if parts.scheme not in ("imaps", "imap") or not (parts.hostname and parts.username):
        raise BadSetting("not an imaps:// address with a server and a user")
    if parts.scheme == "imap" and not _is_here(parts.hostname):
        raise BadSetting("a server elsewhere is read over imaps:// alone")
    return Account(
        host=parts.hostname,
        port=port or (993 if parts.scheme == "imaps" else 143),
        is_sealed=parts.scheme == "imaps",
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        taken=unquote(parts.query) or TAKEN,
    )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
