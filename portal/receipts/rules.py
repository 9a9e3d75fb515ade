"""What a receipt says, how it is spelled, and what may become of it on the way."""

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.kernel.clock import LONDON, spell_day

SIGNATURE_BYTES = 64
LONGEST = 6_000
MARK = "Signature:"
WIDTH = 64


class Verdict(StrEnum):
    """What came of checking a receipt."""

    GENUINE = "genuine"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says. `deleted` are categories with how many records of each went."""

    reference: str
    brand: str
    erased_at: datetime
    deleted: tuple[tuple[str, int], ...]
    kept: tuple[str, ...]
    looked_at: tuple[str, ...]
    copies_gone_on: date

    def words(self) -> str:
        """Return everything but the signature, line by line."""
        local = self.erased_at.astimezone(LONDON)
        moment = f"{spell_day(local.date())}, {local:%H:%M}"
        return "\n".join(
            (
                f"{self.brand}: receipt of erasure {self.reference}",
                "",
                f"Erased: {moment} (London)",
                "The key to the details was destroyed. No copy of them can be read.",
                "",
                "Deleted, with the number of records",
                *(f"- {category}: {number}" for category, number in self.deleted),
                "",
                "Kept",
                *(f"- {line}" for line in self.kept),
                "",
                "Looked at afterwards, and nothing of the person found",
                *(f"- {line}" for line in self.looked_at),
                "",
                "The last backup that contains the unreadable details",
                f"is gone by {spell_day(self.copies_gone_on)}.",
            )
        )


def normalise(text: str) -> str:
    """Return what is signed of a text: its words with one blank between.

    A receipt that was copied out of a letter, wrapped or indented, is the same receipt.
    """
    return " ".join(text.split())


def join(words: str, signature: bytes) -> str:
    """Put words and signature together."""
    code = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    lines = [code[start : start + WIDTH] for start in range(0, len(code), WIDTH)]
    return "\n".join((words, "", MARK, *lines))


def split(text: str) -> tuple[str, bytes] | None:
    """Take words and signature apart; None for what is no receipt."""
    words, mark, code = text.rpartition(MARK)
    code = "".join(code.split())
    try:
        signature = base64.b64decode(code + "=" * (-len(code) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return (words, signature) if mark and len(signature) == SIGNATURE_BYTES else None
