"""Disclosures: one company, one moment, one agreement, and the words that were agreed to."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from portal.consent.list_screening.rules import Screened
from portal.platform.core.errors import DomainError

LONGEST_AGREEMENT = 40
AGREEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*")


class UnfitTermsError(DomainError):
    """Nothing can be disclosed on these terms; the text says why."""

    code = "unfit-terms"


@dataclass(frozen=True, slots=True)
class Terms:
    """A company, by the key of its purpose, and the reference of our agreement with it."""

    purpose: str
    agreement: str


def read_terms(purpose: str, agreement: str) -> Terms:
    """Read the terms that were typed; raises `UnfitTermsError`. Customers see the reference."""
    plain = agreement.strip()
    if len(plain) > LONGEST_AGREEMENT or not AGREEMENT.fullmatch(plain):
        raise UnfitTermsError(
            f"The reference of an agreement has at most {LONGEST_AGREEMENT} letters, digits"
            " and signs of . / _ -"
        )
    return Terms(purpose, plain)


@dataclass(frozen=True, slots=True)
class Batch:
    """The result of a list that was shared.

    `wordings` counts the customers by the catalogue version that they agreed to.
    """

    rows: Screened
    wordings: Counter[int]


@dataclass(frozen=True, slots=True)
class Handover:
    """One disclosure to a company, in the words shown when it was agreed to."""

    at: datetime
    agreement: str
    what: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """A company that received a customer's details; its disclosures newest first."""

    key: str
    title: str
    stop: str
    is_on: bool
    handovers: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A customer whose details a company has and may no longer use. Never printed in a log."""

    email: str
    agreement: str
    shared_at: datetime
    stopped_at: datetime | None

    def __repr__(self) -> str:
        return "Stopped(…)"
