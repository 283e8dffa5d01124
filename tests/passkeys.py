"""A passkey made of software, for tests without a browser: it answers what the pages ask."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

SITE = "localhost"
"""The one name that passkeys work at without encryption."""
HERE = f"http://{SITE}"
F = AuthenticatorData.FLAG
QUESTION = re.compile(r'<script id="passkey-data" type="application/json">(.*?)</script>', re.S)


def question(page: str) -> dict[str, Any]:
    """What a page asks of a passkey, from its block of JSON."""
    found = QUESTION.search(page)
    assert found, "the page asks no passkey"
    (asked,) = json.loads(found[1]).values()
    return dict(asked["publicKey"])


@dataclass
class SoftPasskey:
    """A key pair of one site. ``site`` and ``origin`` may be another's, to forge an answer."""

    site: str = SITE
    origin: str = HERE
    checks_who: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = b"a passkey of software"
    owner: str = ""

    def made(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Its answer to being made."""
        self.owner = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = AuthenticatorData.create(
            sha256(self.site.encode()), self._flags() | F.AT, 0, bytes(attested)
        )
        client = self._client("webauthn.create", asked)
        return {
            **self._named(),
            "response": {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
                "transports": ["internal"],
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Its answer to being asked who is there."""
        data = AuthenticatorData.create(sha256(self.site.encode()), self._flags(), 1)
        client = self._client("webauthn.get", asked)
        signed = self.key.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        return {
            **self._named(),
            "response": {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signed),
                "userHandle": self.owner,
            },
            "clientExtensionResults": {},
        }

    def _flags(self) -> Any:
        return F.UP | F.UV if self.checks_who else F.UP

    def _client(self, kind: str, asked: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(asked["challenge"]), self.origin)

    def _named(self) -> dict[str, Any]:
        named = websafe_encode(self.id)
        return {"id": named, "rawId": named, "type": "public-key"}


def browser() -> Client:
    """A browser that is at the site by its name."""
    return Client(headers={"host": SITE})


ADD = "/account/second-step/passkeys/new/"


def add(client: Client, passkey: SoftPasskey, *, alone: bool = True) -> Any:
    """Add a passkey to the account of whoever is signed in; returns the response."""
    asked = question(client.get(ADD).content.decode())
    posted = {"name": "Work laptop", "credential": json.dumps(passkey.made(asked))}
    return client.post(ADD, posted | ({"passwordless": "on"} if alone else {}))
