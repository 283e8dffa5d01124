"""What we ask of an IMAP server, and of nothing more: read, and move what was taken in."""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from optout.mailbox.models import Trouble
from optout.mailbox.setting import Account

PATIENCE = 30
"""Seconds that a server may take to answer."""


class CannotRead(Exception):
    """A mailbox cannot be read, or nothing moved in it. ``trouble`` says why; nothing else is
    said, since a server's words may hold what a message says.
    """

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


@dataclass(frozen=True)
class Lying:
    """A message that lies in the mailbox."""

    uid: int
    received_at: datetime
    size: int


class Session:
    """One open mailbox."""

    def __init__(self, client: IMAPClient, account: Account, *, uid_validity: int) -> None:
        self._client = client
        self._account = account
        self.uid_validity = uid_validity

    def lying(self) -> list[Lying]:
        """All that lies there, in the order in which it came."""
        uids = sorted(self._client.search("ALL"))
        found = self._client.fetch(uids, ["INTERNALDATE", "RFC822.SIZE"]) if uids else {}
        return [
            Lying(uid, data[b"INTERNALDATE"], int(data[b"RFC822.SIZE"]))
            for uid, data in sorted(found.items())
            if b"INTERNALDATE" in data and b"RFC822.SIZE" in data
        ]

    def read(self, uid: int, *, only_head: bool = False) -> bytes | None:
        """A message, or its heading alone, not marked as read; ``None`` when it is gone."""
        part = "BODY.PEEK[HEADER]" if only_head else "BODY.PEEK[]"
        data: dict[bytes, Any] = self._client.fetch([uid], [part]).get(uid, {})
        content = data.get(part.replace(".PEEK", "").encode())
        return content if isinstance(content, bytes) else None

    def put_away(self, uids: Iterable[int]) -> None:
        """Move messages to the folder for what was taken in, made if it is missing.

        Raises ``CannotRead`` when the server does not let us.
        """
        moving = list(uids)
        if not moving:
            return
        client, folder = self._client, self._account.taken
        try:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            if client.has_capability("MOVE"):
                client.move(moving, folder)
            elif client.has_capability("UIDPLUS"):
                client.copy(moving, folder)
                client.delete_messages(moving, silent=True)
                client.uid_expunge(moving)
            else:  # to expunge all would take away what others marked as deleted
                raise CannotRead(Trouble.MOVING)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise CannotRead(Trouble.MOVING) from error


@contextmanager
def opened(account: Account) -> Iterator[Session]:
    """A session with a mailbox, for as long as the block. Raises ``CannotRead``."""
    try:
        client = IMAPClient(account.host, account.port, ssl=account.is_sealed, timeout=PATIENCE)
    except ssl.SSLError as error:
        raise CannotRead(Trouble.CERTIFICATE) from error
    except OSError as error:
        raise CannotRead(Trouble.UNREACHABLE) from error
    except IMAPClientError as error:
        raise CannotRead(Trouble.OTHER) from error
    # Times as the server gives them, with their zone.
    client.normalise_times = False
    try:
        yield Session(client, account, uid_validity=_select(client, account))
    except (OSError, IMAPClientAbortError) as error:
        raise CannotRead(Trouble.UNREACHABLE) from error
    except (IMAPClientError, ValueError) as error:
        raise CannotRead(Trouble.OTHER) from error
    finally:
        with suppress(OSError, IMAPClientError):
            client.logout()
        with suppress(OSError, IMAPClientError):
            client.shutdown()  # the line was dead before


def _select(client: IMAPClient, account: Account) -> int:
    try:
        client.login(account.user, account.password)
    except LoginError as error:
        raise CannotRead(Trouble.REFUSED) from error
    try:
        selected = client.select_folder(account.folder)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise CannotRead(Trouble.FOLDER) from error
    return int(selected.get(b"UIDVALIDITY", 0))
