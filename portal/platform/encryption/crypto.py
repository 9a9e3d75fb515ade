"""The cryptography of the vault: AES-256-GCM, HMAC-SHA-256, AES-CMAC; nothing of our invention.

A sealed value is `version (1 byte) | nonce (12 bytes) | ciphertext and tag`. A wrapped key is
`master's fingerprint (1 byte) | nonce | ciphertext and tag`. The place where a value lives is its
additional data: moved elsewhere, it does not open (ASVS 11.3.2 to 11.3.4).
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from portal.platform.core.errors import UnreadableError
from portal.platform.core.sealing import Document

KEY_BYTES = 32
NONCE_BYTES = 12
HASH_BYTES = 32
"""How long a keyed hash is."""
VERSION = b"\x01"


class MasterKey:
    """The key that wraps all others; it cannot be printed."""

    __slots__ = ("_cipher", "mark")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("The master key must be 32 bytes")
        self._cipher = AESGCM(key)
        self.mark = hashlib.sha256(b"portal master mark" + key).digest()[:1]

    @classmethod
    def from_text(cls, text: str) -> "MasterKey":
        """Read the key from its base64 spelling; raises `ValueError`."""
        try:
            return cls(base64.b64decode(text, validate=True))
        except binascii.Error as error:
            raise ValueError("The master key is not base64") from error

    def __repr__(self) -> str:
        return "MasterKey(…)"

    def wrap(self, key: bytes, name: str) -> bytes:
        """Wrap a key under the name it is stored by."""
        nonce = os.urandom(NONCE_BYTES)
        return self.mark + nonce + self._cipher.encrypt(nonce, key, name.encode())

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Unwrap a key; raises `UnreadableError` for another master's or a changed one."""
        if wrapped[:1] != self.mark:
            raise UnreadableError(name)
        nonce, body = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, name.encode())
        except InvalidTag as error:
            raise UnreadableError(name) from error


class MasterKeys:
    """The master key of today, and others that may still open what they wrapped."""

    __slots__ = ("_by_fingerprint", "_current")

    def __init__(self, current: MasterKey, others: Iterable[MasterKey] = ()) -> None:
        self._current = current
        self._by_fingerprint = {current.mark: current}
        for other in others:
            if other.mark in self._by_fingerprint:
                raise ValueError("Two of the master keys cannot be told apart: make another one")
            self._by_fingerprint[other.mark] = other

    @classmethod
    def from_text(cls, current: str, others: str = "") -> "MasterKeys":
        """Read the keys from base64, the others with commas between; raises `ValueError`."""
        words = [word.strip() for word in others.split(",") if word.strip()]
        return cls(MasterKey.from_text(current), map(MasterKey.from_text, words))

    def wrap(self, key: bytes, name: str) -> bytes:
        """Wrap a key under the name it is stored by, with today's master key."""
        return self._current.wrap(key, name)

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Unwrap a key; raises `UnreadableError` for an unknown master's or a changed one."""
        return self._by_fingerprint.get(wrapped[:1], self._current).unwrap(wrapped, name)

    def is_current(self, wrapped: bytes) -> bool:
        """Tell whether today's master key wraps it."""
        return wrapped[:1] == self._current.mark


def new_key() -> bytes:
    """Make a data key from the system's random source."""
    return os.urandom(KEY_BYTES)


def new_master_text() -> str:
    """Make a master key in the spelling that the settings take."""
    return base64.b64encode(new_key()).decode()


def seal(cipher: AESGCM, place: str, document: Mapping[str, Any]) -> bytes:
    """Seal a document of JSON values to its place."""
    nonce = os.urandom(NONCE_BYTES)
    body = json.dumps(document, separators=(",", ":")).encode()
    return VERSION + nonce + cipher.encrypt(nonce, body, place.encode())


def open_sealed(cipher: AESGCM, place: str, sealed: bytes) -> Document:
    """Open a document; raises `UnreadableError` naming the place and never the value."""
    if sealed[:1] != VERSION:
        raise UnreadableError(place)
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        document: Document = json.loads(cipher.decrypt(nonce, body, place.encode()))
    except (InvalidTag, ValueError) as error:
        raise UnreadableError(place) from error
    return document


def keyed_hasher(key: bytes, kind: str) -> Callable[[str], bytes]:
    """Return what hashes very many values of one kind as `keyed_hash` does.

    Key and kind are worked into the hash once, and copied for each value.
    """
    begun = hmac.new(key, kind.encode() + b"\x00", "sha256")

    def hash_value(value: str) -> bytes:
        one = begun.copy()
        one.update(value.encode())
        return one.digest()

    return hash_value


def keyed_hash(key: bytes, kind: str, value: str) -> bytes:
    """Return HMAC-SHA-256 over a kind and a value: equal only for equal pairs."""
    return hmac.digest(key, kind.encode() + b"\x00" + value.encode(), "sha256")


def tagger(key: bytes) -> Callable[[bytes], bytes]:
    """Return what makes an AES-CMAC tag (16 bytes) of each of very many values of 32 bytes.

    Values and tags are one after the other (NIST SP 800-38B, RFC 4493). Raises `ValueError` for
    bytes that are no whole number of values.
    """
    begun = CMAC(AES(key))

    def tag(value: bytes) -> bytes:
        one = begun.copy()
        one.update(value)
        return one.finalize()

    def tag_each(together: bytes) -> bytes:
        if len(together) % HASH_BYTES:
            raise ValueError(f"Not a row of values of {HASH_BYTES} bytes")
        starts = range(0, len(together), HASH_BYTES)
        return b"".join(tag(together[at : at + HASH_BYTES]) for at in starts)

    return tag_each
