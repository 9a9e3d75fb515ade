"""Asking another system of the company what it holds about somebody, and telling it to erase that.

Both sides sign (`signing.py`). The other system finds somebody by keyed hashes alone, and names the
one it was asked about in its answer. docs/connector.yaml says all of it (OpenAPI 3.1).
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from portal.platform.core.breaker import Breaker
from portal.platform.core.clock import Clock
from portal.platform.core.http_client import HttpRequest, HttpResponse, NoAnswerError, send
from portal.platform.core.signing import SigningKeys

TIMEOUT_SECONDS = 4
"""For all of one request: somebody waits for a page meanwhile."""
AT_ONCE = 4
"""Requests that one system gets at the same time: one that is slow holds up no more pages."""
MOST_BYTES = 1_000_000
"""Of an answer."""
MOST_ITEMS = 500
"""In an answer."""
MOST_RECORDS = 100_000
"""Of one category of one person."""
YEARS = range(1900, 2200)
"""In which a thing may be said to have been: its day of deletion can be told of each."""
LONGEST_WORDS = 2_000
LONGEST_KEPT = 20
"""Lines of what the other system says that it keeps."""

_Answer = TypeVar("_Answer")
References = Mapping[str, list[str]]
"""What somebody is found by: `person`, a keyed hash that lasts, and `email`, one by each secret."""


class Silence(StrEnum):
    """Why there is nothing to show of what another system holds."""

    AWAY = "away"
    """It did not answer, or not in time."""
    WRONG = "wrong"
    """What it answered is not to be trusted, or makes no sense."""
    UNCONNECTED = "unconnected"
    """It cannot be asked from here at all."""
    UNSURE = "unsure"
    """It knows nobody by who they are, and by their address it may find somebody else."""


class ConnectorError(Exception):
    """Another system could not be asked. Says which way, and nothing of what it answered."""

    def __init__(self, silence: Silence) -> None:
        super().__init__(silence.value)
        self.silence = silence


@dataclass(frozen=True, slots=True)
class OutsideItem:
    """One thing that another system holds. Never printed."""

    label: str
    value: str
    at: datetime | None = None

    def __repr__(self) -> str:
        return "OutsideItem()"


@dataclass(frozen=True, slots=True)
class OutsidePage:
    """Some of what another system holds of a category, and how many there are in all."""

    total: int
    items: tuple[OutsideItem, ...]


@dataclass(frozen=True, slots=True)
class ErasureAnswer:
    """What another system erased of a person, and what it says it keeps, why and until when."""

    erased: int
    kept: tuple[str, ...]


class Connector:
    """Another system at an address. Slow, so never asked inside a transaction."""

    def __init__(self, url: str, keys: SigningKeys, clock: Clock) -> None:
        self._url, self._keys, self._clock = url.rstrip("/"), keys, clock
        self._breaker, self._free = Breaker(clock), BoundedSemaphore(AT_ONCE)

    def refer_to(self, person: str, email: str) -> References:
        """Return what a customer is found by: who they are to us, which lasts, and their address.

        It is spelled as it is looked up; without one they are found by who they are alone.
        """
        hashed = self._keys.hash_value(email, "email") if email else []
        return {"person": [person], "email": hashed}

    def list_items(
        self, references: References, category: str, offset: int, limit: int = MOST_ITEMS
    ) -> OutsidePage:
        """Return some of what it holds of a category, newest first, without the first `offset`.

        Raises `ConnectorError`.
        """
        asked = {"category": category, "offset": offset, "limit": limit}
        return self._ask("list", {**references, **asked}, lambda said: _read_page(said, asked))

    def list_all(self, references: References, category: str, ends: float) -> list[OutsideItem]:
        """Return all that it holds of a category; raises `ConnectorError`.

        Asked for no more once `ends` has come, by `time.monotonic`: then it did not answer in time.
        """
        found: list[OutsideItem] = []
        while True:
            if time.monotonic() > ends:
                raise ConnectorError(Silence.AWAY)
            page = self.list_items(references, category, len(found))
            found += page.items
            if len(found) == page.total:
                return found
            if len(found) > page.total:  # it said before that there are more
                raise ConnectorError(Silence.WRONG)

    def erase(self, references: References, erasure: UUID) -> ErasureAnswer:
        """Have it erase what it holds; asked again under the same id, it says the same again.

        Raises `ConnectorError`.
        """
        asked = {"erasure": str(erasure)}
        return self._ask("erase", {**references, **asked}, lambda said: _read_erased(said, asked))

    def _ask(
        self, what: str, said: Mapping[str, Any], read: Callable[[Mapping[str, Any]], _Answer]
    ) -> _Answer:
        if self._breaker.is_open or not self._free.acquire(blocking=False):
            raise ConnectorError(Silence.AWAY)
        try:
            answer = self._send(what, json.dumps(said).encode())
        finally:
            self._free.release()
        try:
            document = json.loads(answer.body)
            return read(_refuse_others(document, said["person"]))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            raise ConnectorError(Silence.WRONG) from None

    def _send(self, what: str, body: bytes) -> HttpResponse:
        name, url = f"msg_{uuid4().hex}", urlsplit(f"{self._url}/{what}")
        head = self._keys.sign(name, self._clock(), body)
        try:
            answer = send(HttpRequest("POST", url, head, body), TIMEOUT_SECONDS, MOST_BYTES + 1)
        except NoAnswerError:
            self._breaker.open()
            raise ConnectorError(Silence.AWAY) from None
        self._breaker.close()
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ConnectorError(Silence.AWAY)
        signed = {key.lower(): text for key, text in answer.headers.items()}
        is_theirs = self._keys.verify(f"{name}.answer", self._clock(), signed, answer.body)
        if answer.status != HTTPStatus.OK or len(answer.body) > MOST_BYTES or not is_theirs:
            raise ConnectorError(Silence.WRONG)
        return answer


def _refuse_others(document: Mapping[str, Any], person: list[str]) -> Mapping[str, Any]:
    """Return an answer; raises `ValueError` where it is about somebody else."""
    if document["person"] not in person:
        raise ValueError("somebody else")
    return document


def _read_page(said: Mapping[str, Any], asked: Mapping[str, Any]) -> OutsidePage:
    items, offset = said["items"], asked["offset"]
    if said["category"] != asked["category"] or len(items) > asked["limit"]:
        raise ValueError("not what was asked")
    found = tuple(_read_item(one) for one in items)
    total = _read_number(said["total"], offset + len(found) if found else 0)
    if not found and offset < total:
        raise ValueError("it says that there are more, and gives none")
    return OutsidePage(total, found)


def _read_item(said: Mapping[str, Any]) -> OutsideItem:
    at = said["at"]
    moment = datetime.fromisoformat(at) if at is not None else None
    if moment is not None and (moment.tzinfo is None or moment.year not in YEARS):
        raise ValueError("a moment without its zone, or out of time")
    return OutsideItem(_read_words(said["label"]), _read_words(said["value"]), moment)


def _read_erased(said: Mapping[str, Any], asked: Mapping[str, Any]) -> ErasureAnswer:
    if said["erasure"] != asked["erasure"] or len(said["kept"]) > LONGEST_KEPT:
        raise ValueError("not what was asked")
    return ErasureAnswer(_read_number(said["erased"], 0), tuple(map(_read_words, said["kept"])))


def _read_number(said: object, least: int) -> int:
    if type(said) is not int or not least <= said <= MOST_RECORDS:
        raise ValueError("no number, or too many")
    return said


def _read_words(said: object) -> str:
    if not isinstance(said, str) or not 0 < len(said) <= LONGEST_WORDS or not said.isprintable():
        raise ValueError("no words")
    return said
