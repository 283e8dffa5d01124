"""Secrets of second factors are not in the database in clear (ADR 0017)."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"ccis second factors"


class CannotOpenSecret(Exception):
    """A secret was sealed with another FILE_KEY, or was changed."""


def seal(secret: str) -> str:
    """Encrypt a secret with a key that is drawn from FILE_KEY for this purpose alone."""
    return _sealer().encrypt(secret.encode()).decode()


def open_sealed(sealed: str) -> str:
    """Give back what ``seal`` was given. Raises ``CannotOpenSecret``."""
    try:
        return _sealer().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpenSecret("A second factor was sealed with another FILE_KEY") from error


def seal_again(sealed: str) -> str | None:
    """A secret sealed by ``FILE_KEY`` as it is now; ``None`` where it is. ``CannotOpenSecret``."""
    try:
        _sealer_by(settings.FILE_KEY).decrypt(sealed.encode())
    except InvalidToken:
        return seal(open_sealed(sealed))
    return None


def _sealer() -> MultiFernet:
    """The present key seals; those before still open."""
    return MultiFernet([_sealer_by(key) for key in (settings.FILE_KEY, *settings.FILE_KEYS_BEFORE)])


def _sealer_by(key: str) -> Fernet:
    drawn = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE)
    written = key.translate(str.maketrans("-_", "+/")).rstrip("=")
    return Fernet(base64.urlsafe_b64encode(drawn.derive(written.encode())))
