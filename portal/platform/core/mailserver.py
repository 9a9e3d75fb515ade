"""The mail server that emails are handed to, and which addresses it takes."""

import smtplib
import socket
import ssl
import threading
import time
from urllib.parse import unquote, urlsplit

from portal.platform.core.addresses import needs_smtputf8
from portal.platform.core.log import get_logger
from portal.platform.core.texts import _
from portal.platform.core.timeouts import Deadline, dial

log = get_logger(__name__)
TIMEOUT_SECONDS = 20
"""For one answer."""
ASKING_SECONDS = 5
"""For all that is said while somebody waits for a page: what the server can do is asked."""
REMEMBERED_SECONDS = 600
"""How long what the server said of itself is gone by."""
PAUSE_SECONDS = 30
"""How long a server that did not answer is not asked again."""
SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
NOT_REACHED = _(
    "Enter an email address without letters like é or ß before the @. We can’t send to those yet"
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

    def connect(self, deadline: Deadline) -> smtplib.SMTP:
        """Return a connection over which messages can be sent; its end is the caller's.

        All of it is over at the deadline. Raises `OSError`, of which every error of smtplib is
        one, or `UnicodeError` for a name that cannot be a host's.
        """
        tls = ssl.create_default_context()
        is_tls = self._scheme == "smtps"
        line = dial(self._host, self._port, deadline, TIMEOUT_SECONDS, tls if is_tls else None)
        try:
            return self._begin(line, tls)
        except OSError as fault:
            line.close()
            if deadline.is_over:
                raise TimeoutError from fault
            raise

    def _begin(self, line: socket.socket, tls: ssl.SSLContext) -> smtplib.SMTP:
        server = _Connected(line, self._host, self._port)
        try:
            if self._scheme == "smtp+starttls":
                server.starttls(context=tls)
            server.ehlo_or_helo_if_needed()
        except OSError:
            server.close()
            raise
        return server

    def sign_in(self, server: smtplib.SMTP) -> None:
        """Authenticate to the mail server, if its setting has a user."""
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
            with Deadline(ASKING_SECONDS) as deadline, self.connect(deadline) as server:
                self._knows_utf8 = server.has_extn("smtputf8")
            pause = REMEMBERED_SECONDS
        except (OSError, UnicodeError) as error:
            log.warning("mail-server-not-asked", error=type(error).__name__)
            self._knows_utf8, pause = False, PAUSE_SECONDS
        self._known_until = time.monotonic() + pause


class _Connected(smtplib.SMTP):
    """The protocol, spoken on a line that is there already."""

    def __init__(self, line: socket.socket, host: str, port: int) -> None:
        self._line = line
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)

    def connect(self, *_: object, **__: object) -> tuple[int, bytes]:
        """Take the line, and hear the greeting; smtplib calls it when it is made."""
        self.sock, self.file = self._line, None
        return self.getreply()
