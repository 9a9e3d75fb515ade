"""The other system that is told of changes, and how: in the form of Standard Webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from portal.platform.core.http_client import HttpRequest, NoAnswerError, send
from portal.platform.core.signing import SigningKeys

TIMEOUT_SECONDS = 10
"""For all of it, from looking up the name to the end of the answer."""
NOBODY = 0
"""Stands for the status where nobody answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: a status of HTTP, and for how long it wants to be left alone."""

    status: int
    wait: timedelta = timedelta()

    @property
    def is_yes(self) -> bool:
        """Tell whether the receiver has it now."""
        return self.status // 100 == 2  # noqa: PLR2004  # 2xx


class Receiver:
    """One other system at an address, spoken to directly and not through a proxy.

    Slow, so never inside a transaction. Redirects are not followed, and of an answer nothing is
    read but its head.
    """

    def __init__(self, url: str = "", secrets: Sequence[str] = ()) -> None:
        self._url = urlsplit(url)
        self._keys = SigningKeys(secrets)

    @property
    def is_there(self) -> bool:
        """Tell whether anybody is to be told of anything."""
        return bool(self._url.hostname)

    def send(self, name: str, moment: datetime, body: bytes) -> Answer:
        """Send a webhook by its name at a moment; `NOBODY` answers where none came in time."""
        request = HttpRequest("POST", self._url, self.head(name, moment, body), body)
        try:
            answer = send(request, TIMEOUT_SECONDS)
        except NoAnswerError:
            return Answer(NOBODY)
        return Answer(answer.status, _read_wait(answer.headers.get("Retry-After"), moment))

    def head(self, name: str, moment: datetime, body: bytes) -> dict[str, str]:
        """Return the headers of a webhook, with a signature by each secret, the newest first."""
        return self._keys.sign(name, moment, body)

    def fingerprints(self, value: str, kind: str = "email") -> list[str]:
        """Return what the receiver finds an address or number by: a keyed hash by each secret."""
        return self._keys.hash_value(value, kind)


def _read_wait(text: str | None, moment: datetime) -> timedelta:
    """Return how long `Retry-After` asks to wait: seconds or a date (RFC 9110, 10.2.3)."""
    plain = (text or "").strip()
    if plain.isascii() and plain.isdigit():
        return timedelta(seconds=min(int(plain[:9]), 10**8))
    try:
        until = parsedate_to_datetime(plain)
    except ValueError:  # neither
        return timedelta()
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(aware - moment, timedelta())
