"""A passkey without a device: makes a key pair, and answers as a browser would (WebAuthn 7)."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
"""Flags: somebody touched it, it looked whose hand that was, a key comes along."""
KTY, ALG, CURVE, X, Y = 1, 3, -1, -2, -3
EC2, ES256, P256 = 2, -7, 1
"""The labels and values of a public key (COSE, RFC 9053)."""


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class SoftKey:
    """A passkey; what is changed here lies about where it is, what it counts or what it saw."""

    origin: str = "http://localhost:8000"
    private: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_id: bytes = b""
    count: int = 0
    flags: int = PRESENT | VERIFIED

    def enrol(self, options: str) -> str:
        """Answer what a page asks to make a passkey (`begin_passkey`)."""
        asked = json.loads(options)
        self.user_id = base64url_to_bytes(asked["user"]["id"])
        data = self._data(asked["rp"]["id"], HAS_KEY) + self._attested()
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": self._client("webauthn.create", asked["challenge"]),
            "attestationObject": bytes_to_base64url(made),
            "transports": ["internal"],
        }
        return self._spell(response)

    def sign(self, options: str) -> str:
        """Answer what a page asks to use a passkey (`ask_for_passkey`); count one more use."""
        asked = json.loads(options)
        self.count += 1
        data = self._data(asked["rpId"], 0)
        client = self._client("webauthn.get", asked["challenge"])
        signed = data + hashlib.sha256(base64url_to_bytes(client)).digest()
        response = {
            "clientDataJSON": client,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(self.private.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": bytes_to_base64url(self.user_id),
        }
        return self._spell(response)

    def clone(self) -> "SoftKey":
        """A copy that counts for itself, as a thief's would."""
        return SoftKey(
            self.origin, self.private, self.credential_id, self.user_id, self.count, self.flags
        )

    def _spell(self, response: dict[str, Any]) -> str:
        name = bytes_to_base64url(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
                "response": response,
            }
        )

    def _client(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return bytes_to_base64url(json.dumps(said).encode())

    def _data(self, host: str, more: int) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return hashlib.sha256(host.encode()).digest() + flags + self.count.to_bytes(4, "big")

    def _attested(self) -> bytes:
        point = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        key = cbor2.dumps({KTY: EC2, ALG: ES256, CURVE: P256, X: x, Y: y})
        return bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
