"""What people take out of an email: a code in large type, or a receipt in lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.governance.receipts.rules import split

ITEM, BETWEEN = "- ", ": "


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
