"""What a handover is: one company, one moment, one agreement, the words that were agreed to."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from portal.consent.list_screening.rules import Screened
from portal.platform.core.errors import DomainError

LONGEST_AGREEMENT = 40
AGREEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*")


class UnfitTermsError(DomainError):
    """Nobody can be given anything on these terms; the text says why."""

    code = "unfit-terms"


@dataclass(frozen=True, slots=True)
class Terms:
    """Which company is given something, by its key, and the reference of our contract with it."""

    purpose: str
    agreement: str


def read_terms(purpose: str, agreement: str) -> Terms:
    """Read what was typed; raises `UnfitTermsError`. The reference is shown to customers."""
    plain = agreement.strip()
    if len(plain) > LONGEST_AGREEMENT or not AGREEMENT.fullmatch(plain):
        raise UnfitTermsError(
            f"The reference of an agreement has at most {LONGEST_AGREEMENT} letters, digits"
            " and signs of . / _ -"
        )
    return Terms(purpose, plain)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a list, and what was agreed to.

    `wordings` counts the customers by the number of the version that they said yes to.
    """

    rows: Screened
    wordings: Counter[int]


@dataclass(frozen=True, slots=True)
class Handover:
    """One time that a company was given a customer's details, in the words of then."""

    at: datetime
    agreement: str
    what: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """A company that was given a customer's details; handovers newest first."""

    key: str
    title: str
    stop: str
    is_on: bool
    handovers: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A customer whose details a company has, and may use no longer. Never printed in a log."""

    email: str
    agreement: str
    shared_at: datetime
    stopped_at: datetime | None

    def __repr__(self) -> str:
        return "Stopped(…)"
