"""Unsubscribe tokens, and the headers that a marketing email has to carry."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

SEAL = "unsubscribe"
"""The kind of tag by which an address is known for one of ours; each purpose has its own."""
KEYED_BYTES, SEAL_BYTES = 32, 16
FIELD, ONE_CLICK = "List-Unsubscribe", "One-Click"
"""What a mail program sends when somebody presses its button (RFC 8058, section 3.1)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A recipient's address, as the keyed hash it is looked up by, and our tag over it."""

    email_hash: bytes = field(repr=False)
    seal: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Return it as 64 characters of a page's address."""
        return _spell(self.email_hash, self.seal)


def address_maker(
    seal: Callable[[bytes], bytes], public_url: str, purpose: str
) -> Callable[[Sequence[bytes]], list[str]]:
    """Return a function from keyed hashes of email addresses to their unsubscribe pages.

    `seal` makes the tags of `SEAL` and this purpose. It queries no database.
    """
    start = f"{public_url}/unsubscribe/{purpose}/"

    def make(hashes: Sequence[bytes]) -> list[str]:
        tags = seal(b"".join(hashes))
        return [
            f"{start}{_spell(one, tags[at * SEAL_BYTES : (at + 1) * SEAL_BYTES])}"
            for at, one in enumerate(hashes)
        ]

    return make


def _spell(email_hash: bytes, seal: bytes) -> str:
    return urlsafe_b64encode(email_hash + seal).decode()


def read_token(text: str) -> Token | None:
    """Read the text of a token; None for anything else."""
    try:
        found = urlsafe_b64decode(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return None
    token = Token(found[:KEYED_BYTES], found[KEYED_BYTES:])
    is_whole = len(found) == KEYED_BYTES + SEAL_BYTES and token.text == text
    return token if is_whole else None
