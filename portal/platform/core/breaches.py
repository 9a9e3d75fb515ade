"""Whether a password is known from a leak: asked of a service that never sees the password.

Such a service (Have I Been Pwned's range interface is one) is sent the first five hex digits of
the password's SHA-1, and answers with the rest of every hash that begins so.
"""

import hashlib
from urllib.parse import urlsplit

from portal.platform.core.http_client import HttpRequest, NoAnswerError, send
from portal.platform.core.log import get_logger

log = get_logger(__name__)
TIMEOUT_SECONDS = 2
"""For the whole answer; nobody waits longer for a page."""
SENT = 5
"""Hex digits of the hash that leave the house: some 800 leaked passwords share them."""
MOST_BYTES = 2**20
FINE = 200


class Breaches:
    """Asks a service at an address, directly and not through a proxy; without one, knows nothing.

    Slow, so never inside a transaction.
    """

    def __init__(self, url: str = "") -> None:
        self._url = urlsplit(url)

    def know(self, password: str) -> bool:
        """Tell whether a password is known from a leak; no when the service does not answer."""
        if not self._url.hostname:
            return False
        hashed = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            found = self._fetch(hashed[:SENT])
        except NoAnswerError as error:
            log.warning("breaches-unreachable", error=str(error))
            return False
        return any(_is_hit(line, hashed[SENT:]) for line in found.splitlines())

    def _fetch(self, beginning: str) -> str:
        """Return the service's lines for five digits; raises `NoAnswerError`."""
        url = self._url._replace(path=f"{self._url.path.rstrip('/')}/{beginning}", query="")
        headers = {"Add-Padding": "true", "User-Agent": "portal"}
        answer = send(HttpRequest("GET", url, headers), TIMEOUT_SECONDS, MOST_BYTES)
        if answer.status != FINE:
            raise NoAnswerError(f"status {answer.status}")
        return answer.body.decode("ascii", "replace")


def _is_hit(line: str, rest: str) -> bool:
    """Tell whether a line names the rest of a hash; padding has it nought times."""
    ending, _, times = line.strip().partition(":")
    return ending.upper() == rest and times.strip("0") != ""
