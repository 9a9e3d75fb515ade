"""Issue receipts, and check them."""

from collections.abc import Mapping
from typing import Any

from portal.governance.receipts.rules import (
    Receipt,
    ReceiptVerdict,
    join,
    join_document,
    normalise,
    spell_document,
    split,
)
from portal.platform.core.ledger import Erasure, read_receipt_number
from portal.platform.core.work import Work


def issue_receipt(work: Work, line: Erasure, receipt: Receipt) -> str:
    """Sign a receipt and keep it with its line of the ledger; the first one stands."""
    ledger, words = work.vault.ledger, receipt.words()
    return ledger.keep_receipt(line.number, join(words, ledger.sign(normalise(words))))


def sign_document(work: Work, facts: Mapping[str, Any]) -> str:
    """Return a document with our signature, as JSON; whoever has it can have it checked."""
    signature = work.vault.ledger.sign(normalise(spell_document(facts)))
    return join_document(facts, signature)


def check_receipt(work: Work, typed: str) -> tuple[ReceiptVerdict, Erasure | None]:
    """Tell what a number or a whole text is worth; the line of the ledger where there is one.

    A whole text stands or falls by its signature; a number by whether the ledger has it.
    """
    ledger = work.vault.ledger
    parts = split(typed)
    if parts is not None:
        words, signature = parts
        is_genuine = ledger.is_genuine(normalise(words), signature)
        return (ReceiptVerdict.GENUINE if is_genuine else ReceiptVerdict.CHANGED), None
    reference = read_receipt_number(typed)
    line = ledger.find_by_reference(reference) if reference else None
    if line is None:
        return ReceiptVerdict.UNKNOWN, None
    return (ReceiptVerdict.GENUINE if line.receipt else ReceiptVerdict.UNFINISHED), line
