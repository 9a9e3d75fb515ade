"""Signatures of what goes to another system of the company, and of what it answers.

In the form of Standard Webhooks: HMAC-SHA-256 by a secret that both have, over an id, a moment and
the body. While a secret is changed there are two signatures, one by each.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

SECRET_PREFIX = "whsec_"  # noqa: S105  # what every secret begins with
SECRET_BYTES = range(24, 65)
"""How long a secret may be, as the standard says."""
TOLERANCE = timedelta(minutes=5)
"""How far the moment of a signature may be from ours: the standard's own."""


class SigningKeys:
    """The secrets that are shared with one other system, the newest first."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._keys = [read_secret(one) for one in secrets]

    def sign(self, name: str, moment: datetime, body: bytes) -> dict[str, str]:
        """Return the headers of a message by its id: what it is, and a signature by each secret."""
        signed_at, text = moment.astimezone(UTC), body.decode()
        return {
            "Content-Type": "application/json",
            "User-Agent": "portal",
            "webhook-id": name,
            "webhook-timestamp": str(int(signed_at.timestamp())),
            "webhook-signature": " ".join(
                Webhook(key).sign(name, signed_at, text) for key in self._keys
            ),
        }

    def verify(self, name: str, moment: datetime, headers: Mapping[str, str], body: bytes) -> bool:
        """Tell whether one of the secrets signed a body, under this id and about this moment."""
        said, given = headers.get("webhook-timestamp", ""), headers.get("webhook-signature", "")
        if headers.get("webhook-id") != name or not (said.isascii() and said.isdigit()):
            return False
        try:
            signed_at, text = datetime.fromtimestamp(int(said[:11]), UTC), body.decode()
        except (ValueError, OverflowError, OSError):
            return False
        is_now = abs(moment - signed_at) <= TOLERANCE
        made = [Webhook(key).sign(name, signed_at, text).encode() for key in self._keys]
        found = [one.encode() for one in given.split()]
        return is_now and any(hmac.compare_digest(one, mine) for one in found for mine in made)

    def hash_value(self, value: str, kind: str) -> list[str]:
        """Return what the other system finds a value by: a keyed hash of it by each secret."""
        signed = kind.encode() + b"\x00" + value.encode()
        return [hmac.digest(key, signed, "sha256").hex() for key in self._keys]


def read_secret(text: str) -> bytes:
    """Return the key that a secret spells (whsec_ and base64); raises `ValueError`."""
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(SECRET_PREFIX) or len(key) not in SECRET_BYTES:
        raise ValueError("Not the secret of a webhook")
    return key
