"""What a receipt says, how it is spelled, and what may become of it on the way."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal.platform.core.clock import spell_day, spell_moment
from portal.platform.core.holdings import UNTIL_HOLD_ENDS

SIGNATURE_BYTES = 64
LONGEST = 120_000
"""Signs that somebody may paste: a document with some hundred choices, as it was downloaded."""
SIGNATURE_HEADING, SIGNATURE = "Signature:", "signature"
"""What stands before a signature: in a text, and in a document."""
WIDTH = 64
RECEIPT_FILE = "receipt.txt"
UNREADABLE = ("We destroyed the key to the details. Nobody can read them, in any backup either.",)
BUT_HELD = (
    "We destroyed the key to the details. Nobody can read them, in any backup either,",
    f"except what is listed below as kept {UNTIL_HOLD_ENDS}.",
)
"""What a receipt says of the details, also where a legal hold keeps some."""
OTHERS_SAID = "Our other systems, told to delete too"
ITEM, BETWEEN = "- ", ": "
"""What stands before a line of a list in a receipt, and between a label and its value."""


class ReceiptVerdict(StrEnum):
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
    others: tuple[str, ...] = ()
    """What other systems said that were told to erase too."""

    def words(self) -> str:
        """Return everything but the signature, line by line."""
        return "\n".join(
            (
                f"{self.brand}: receipt of deletion {self.reference}",
                "",
                f"Deleted: {spell_moment(self.erased_at)}, London time",
                *(BUT_HELD if any(map(tells_of_hold, self.kept)) else UNREADABLE),
                "",
                "Deleted, with the number of records",
                *(f"- {category}: {number}" for category, number in self.deleted),
                "",
                "Kept",
                *(f"- {line}" for line in self.kept),
                "",
                *self._spell_others(),
                "We then searched these places, and found nothing",
                *(f"- {line}" for line in self.looked_at),
                "",
                "The last backup with the locked details",
                f"is gone by {spell_day(self.copies_gone_on)}.",
            )
        )

    def _spell_others(self) -> tuple[str, ...]:
        """Return what other systems said; nothing where none was told."""
        if not self.others:
            return ()
        return (OTHERS_SAID, *(f"- {line}" for line in self.others), "")


def tells_of_hold(text: str) -> bool:
    """Tell whether a receipt, or a line of one, says that a legal hold keeps something.

    That can be read until the hold ends, whatever a receipt from before 0.7.0 says above. What
    other systems said they keep is in their words, and not meant.
    """
    return UNTIL_HOLD_ENDS in normalise(text).partition(OTHERS_SAID)[0]


def normalise(text: str) -> str:
    """Return what is signed of a text: its words with one blank between.

    A receipt that was copied out of an email, wrapped or indented, is the same receipt.
    """
    return " ".join(text.split())


def join(words: str, signature: bytes) -> str:
    """Put words and signature together."""
    code = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    lines = [code[start : start + WIDTH] for start in range(0, len(code), WIDTH)]
    return "\n".join((words, "", SIGNATURE_HEADING, *lines))


def spell_document(facts: Mapping[str, Any]) -> str:
    """Return what is signed of a document: its one spelling, however its JSON is laid out."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))


def join_document(facts: Mapping[str, Any], signature: bytes) -> str:
    """Put a document and its signature together, to be read by people and programs."""
    code = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return json.dumps({**facts, SIGNATURE: code}, indent=1, ensure_ascii=False)


def split(text: str) -> tuple[str, bytes] | None:
    """Take words and signature apart; None for what is no receipt and no document."""
    if text.lstrip().startswith("{"):
        return _split_document(text)
    words, heading, code = text.rpartition(SIGNATURE_HEADING)
    signature = _read_signature(code) if heading else None
    return (words, signature) if signature else None


def _split_document(text: str) -> tuple[str, bytes] | None:
    try:
        facts = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    signature = _read_signature(str(facts.pop(SIGNATURE, "")))
    return (spell_document(facts), signature) if signature else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is there twice: people would read the one, we the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name is there twice")
    return found


def _read_signature(text: str) -> bytes | None:
    code = "".join(text.split())
    try:
        signature = base64.b64decode(code + "=" * (-len(code) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return signature if len(signature) == SIGNATURE_BYTES else None


@dataclass(frozen=True, slots=True)
class ReceiptBlock:
    """A part of a receipt: its heading, if any, with labels and what stands beside each."""

    heading: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReceiptLines:
    """A receipt as people read it, without the signature: what it is, its number, and the rest."""

    name: str
    number: str
    blocks: tuple[ReceiptBlock, ...]


def read_receipt(extract: str) -> ReceiptLines | None:
    """Lay out a receipt in lines; None for what is no receipt.

    What it says is taken as it was signed, word by word: nothing is left out and nothing added.
    """
    parts = split(extract)
    if parts is None:
        return None
    title, *blocks = parts[0].strip().split("\n\n")
    name, _, number = title.rpartition(" ")
    return ReceiptLines(name, number, tuple(_read_block(block.splitlines()) for block in blocks))


def _read_block(lines: list[str]) -> ReceiptBlock:
    items = [line.removeprefix(ITEM) for line in lines if line.startswith(ITEM)]
    words = [line for line in lines if not line.startswith(ITEM)]
    if items:
        return ReceiptBlock(" ".join(words), tuple(map(_read_line, items)))
    return ReceiptBlock("", tuple(_read_words(words)))


def _read_words(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Give what has a label line by line, and a sentence over several lines as one."""
    sentence: list[str] = []
    for line in lines:
        if BETWEEN in line:
            yield _read_line(line)
        else:
            sentence.append(line)
    if sentence:
        yield " ".join(sentence), ""


def _read_line(line: str) -> tuple[str, str]:
    label, _, beside = line.rpartition(BETWEEN)
    return (label, beside) if label else (beside, "")
