"""What the address in a marketing email says, and what an email has to carry."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from portal.consent.list_import.compact import KEYED_BYTES, KeyedHashes

SEAL = "unsubscribe"
"""The kind of tag by which an address is known for one of ours; each purpose has its own."""
SEAL_BYTES = 16
TEXT = (KEYED_BYTES + SEAL_BYTES) * 4 // 3
"""How many signs a token has: it comes out even, so that many can be spelled at once."""
FIELD, ONE_CLICK = "List-Unsubscribe", "One-Click"
"""What a mail program sends when somebody presses its button (RFC 8058, section 3.1)."""


@dataclass(frozen=True, slots=True)
class Token:
    """Which address gets emails, as the keyed hash that it is looked up by, and our seal."""

    email_hash: bytes = field(repr=False)
    seal: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Spell it for an address of a page: 64 signs."""
        return urlsafe_b64encode(self.email_hash + self.seal).decode()


def address_maker(
    seal: Callable[[bytes], bytes], public_url: str, purpose: str
) -> Callable[[KeyedHashes], list[str]]:
    """Return what makes of keyed hashes of email addresses the pages to unsubscribe them at.

    `seal` makes the tags of `SEAL` and this purpose. It is for very many: it asks no database, and
    spells them all at once, each as `Token.text` does.
    """
    start = f"{public_url}/unsubscribe/{purpose}/"

    def make(hashes: KeyedHashes) -> list[str]:
        seals = np.frombuffer(seal(hashes.tobytes()), np.uint8).reshape(-1, SEAL_BYTES)
        texts = urlsafe_b64encode(np.hstack((hashes, seals)).tobytes()).decode()
        return [f"{start}{texts[at : at + TEXT]}" for at in range(0, len(texts), TEXT)]

    return make


def read_token(text: str) -> Token | None:
    """Read what `Token.text` spells; None for anything else."""
    try:
        found = urlsafe_b64decode(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return None
    token = Token(found[:KEYED_BYTES], found[KEYED_BYTES:])
    is_whole = len(found) == KEYED_BYTES + SEAL_BYTES and token.text == text
    return token if is_whole else None
