"""Where a page of a list ends, kept so that nobody can read it in an address.

A cursor holds the sort values of the row at the edge of a page, so that the next page begins
where the reader left off even when that row has changed since. Such values can be a name or a
date of birth; so a cursor is encrypted, not only signed, and bound to its list.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import signing

_READERS: dict[str, Callable[[str], Any]] = {
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "n": Decimal,
}


class BadCursor(ValueError):
    """The cursor is not one of ours, or belongs to another list."""


@lru_cache(maxsize=4)
def _fernet(secret: str) -> Fernet:
    digest = hashlib.blake2b(secret.encode(), digest_size=32, person=b"ccis-cursors").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(name: str, values: list[Any]) -> str:
    """Encrypt the values for the list and order called ``name``; safe to stand in an address."""
    text = signing.JSONSerializer().dumps([name, *(_written(value) for value in values)])
    return _fernet(settings.SECRET_KEY).encrypt(text).decode().rstrip("=")


def unseal(name: str, cursor: str) -> list[Any]:
    """The values of a cursor made by ``seal`` for the same name; ``BadCursor`` otherwise."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        text = _fernet(settings.SECRET_KEY).decrypt(padded.encode())
    except InvalidToken as error:
        raise BadCursor from error
    found, *values = signing.JSONSerializer().loads(text)
    if found != name:
        raise BadCursor
    return [_read(value) for value in values]


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return _READERS[kind](text)
    return value
