"""A certificate of destruction: what it states, its signature, and whether that holds.

Pure but for the keys that it is given, so that anyone can verify one without the database.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ccis.audit.seals import fingerprint

VERSION = 1


class NotACertificate(Exception):
    """This is no certificate, or not one of a kind that we know."""


@dataclass(frozen=True)
class Signed:
    """The text of a certificate, its signature in hexadecimal, and the key that it names."""

    text: str
    signature: str
    key: str

    def as_file(self) -> str:
        """As it is handed out: one JSON object that holds the text word for word."""
        whole = {"certificate": self.text, "signature": self.signature, "key": self.key}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    @property
    def says(self) -> dict[str, Any]:
        """What it states."""
        said: dict[str, Any] = json.loads(self.text)
        return said

    def holds(self, keys: Mapping[str, Ed25519PublicKey]) -> bool:
        """Whether one of these keys signed exactly this text."""
        key = keys.get(self.key)
        if key is None:
            return False
        try:
            key.verify(bytes.fromhex(self.signature), self.text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def sign(says: Mapping[str, Any], key: Ed25519PrivateKey) -> Signed:
    """Write a certificate in the one way that it can be written, and sign it."""
    text = json.dumps(
        {"version": VERSION, **says}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return Signed(text, key.sign(text.encode()).hex(), fingerprint(key.public_key()))


def read(content: str) -> Signed:
    """A certificate from its file. Raises ``NotACertificate``."""
    try:
        whole = json.loads(content)
        signed = Signed(str(whole["certificate"]), str(whole["signature"]), str(whole["key"]))
        version = signed.says["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotACertificate("This file is not a certificate of destruction.") from error
    if version != VERSION:
        raise NotACertificate(f"This certificate is of version {version}, which we do not know.")
    return signed
