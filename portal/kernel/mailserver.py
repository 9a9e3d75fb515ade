"""The mail server that letters are handed to, and which addresses it takes."""

import smtplib
import ssl
import threading
import time
from urllib.parse import unquote, urlsplit

from portal.kernel.addresses import needs_smtputf8
from portal.kernel.log import get_logger

log = get_logger(__name__)
TIMEOUT_SECONDS = 20
PATIENCE_SECONDS = 3
"""For whoever waits for a page while the server is asked what it can do."""
REMEMBERED_SECONDS = 600
"""How long what the server said of itself is gone by."""
PAUSE_SECONDS = 30
"""How long a server that did not answer is not asked again."""
SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
NOT_REACHED = (
    "We cannot send email to an address with letters like é or ß before the @. Enter another one"
)


class MailServer:
    """A mail server at an address: smtp, smtp+starttls or smtps. Raises `ValueError` for others.

    Without an address there is none: what would be sent becomes files, and every address is taken.
    """

    def __init__(self, url: str = "") -> None:
        parts = urlsplit(url)
        self.is_there = bool(url)
        if url and (parts.scheme not in SCHEMES or not parts.hostname):
            raise ValueError("PORTAL_SMTP_URL must look like smtps://user:password@host:465")
        self._scheme, self._host = parts.scheme, parts.hostname or ""
        self._port = parts.port or SCHEMES.get(parts.scheme, 0)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._lock = threading.Lock()
        self._knows_utf8, self._known_until = False, 0.0

    def connect(self, timeout: float = TIMEOUT_SECONDS) -> smtplib.SMTP:
        """Return a connection over which messages can be sent; its end is the caller's."""
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._scheme == "smtps":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=timeout)
        try:
            if self._scheme == "smtp+starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
        except OSError:
            server.close()
            raise
        return server

    def sign_in(self, server: smtplib.SMTP) -> None:
        """Say who we are, where the address of the server has a user."""
        if self._user:
            server.login(self._user, self._password)

    def takes(self, address: str) -> bool:
        """Tell whether an address can be written to at all, as far as can be known now.

        Only a part before the @ that is not ASCII is in doubt (RFC 6531): the server is asked
        whether it knows SMTPUTF8. One that does not answer is taken for one that does not: what
        is promised on a page must hold.
        """
        if not self.is_there or not needs_smtputf8(address):
            return True
        with self._lock:
            if time.monotonic() >= self._known_until:
                self._ask()
            return self._knows_utf8

    def _ask(self) -> None:
        try:
            with self.connect(PATIENCE_SECONDS) as server:
                self._knows_utf8 = server.has_extn("smtputf8")
            pause = REMEMBERED_SECONDS
        except OSError as error:  # of which every error of smtplib is one
            log.warning("mail-server-not-asked", error=type(error).__name__)
            self._knows_utf8, pause = False, PAUSE_SECONDS
        self._known_until = time.monotonic() + pause
