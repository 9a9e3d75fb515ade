"""The one HTTP client of the portal: one request, one answer, all of it within so many seconds.

HTTP is spoken by Python's `http.client`, which follows no redirect and knows no proxy. The end of
the conversation is `Deadline`'s, as it is of one with a mail server: decision 47 says why this is
no larger library.
"""

import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult

from portal.platform.core.timeouts import Deadline, dial


class NoAnswerError(Exception):
    """No whole answer came in time, or the other end is not who it should be; says what kind."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A status, the fields of the head, and as much of the body as was asked for."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is asked, of an address that begins with https:// or http://."""

    method: str
    url: SplitResult
    headers: Mapping[str, str]
    body: bytes | None = None


def send(request: HttpRequest, seconds: float, most_bytes: int = 0) -> HttpResponse:
    """Send a request and return the answer to it, with at most so many bytes of its body.

    The seconds are for all of it: connecting, TLS, head and body; only the system's looking up of
    a name ends by itself. Certificate and name are checked where the address says https. Slow, so
    never inside a transaction. Raises `NoAnswerError`.
    """
    try:
        with Deadline(seconds) as deadline:
            with closing(_open(request.url, deadline, seconds)) as connection:
                headers = dict(request.headers)
                connection.request(request.method, _target(request.url), request.body, headers)
                answer = connection.getresponse()
                body = answer.read(most_bytes) if most_bytes else b""
            if deadline.is_over:  # an answer that was cut may look like a whole one
                raise TimeoutError
            return HttpResponse(answer.status, answer.headers, body)
    except (OSError, HTTPException, UnicodeError) as error:
        raise NoAnswerError(type(error).__name__) from error


def _open(url: SplitResult, deadline: Deadline, timeout: float) -> HTTPConnection:
    """Return a connection to a web server on which a request can be made; raises as `dial` does."""
    host = str(url.hostname)
    tls = ssl.create_default_context() if url.scheme == "https" else None
    connection = (
        HTTPSConnection(host, url.port, context=tls) if tls else HTTPConnection(host, url.port)
    )
    connection.sock = dial(host, connection.port, deadline, timeout, tls)
    return connection


def _target(url: SplitResult) -> str:
    """Return what the request line asks for (RFC 9112, section 3.2.1)."""
    return (url.path or "/") + (f"?{url.query}" if url.query else "")
