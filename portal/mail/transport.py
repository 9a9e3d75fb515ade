"""Where letters leave the house: a mail server, or a folder standing in for one."""

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 20
REFUSED_FOR_GOOD = 500
"""SMTP answers from here on are final (RFC 5321, 4.2.1)."""


class RefusedError(Exception):
    """The mail server will never take this letter; another try is no use."""


class Transport(Protocol):
    """Takes a message away; raises `OSError` to be tried again, `RefusedError` when never."""

    def send(self, message: EmailMessage) -> None: ...


class FolderTransport:
    """Writes each message as an `.eml` file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the message under its Message-ID: sent twice, it is there once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self._folder / f".{name}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(message))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / f"{name}.eml")


class SmtpTransport:
    """Hands each message to a mail server: smtp, smtp+starttls or smtps."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtp+starttls", "smtps"} or not parts.hostname:
            raise ValueError("PORTAL_SMTP_URL must look like smtps://user:password@host:465")
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, message: EmailMessage) -> None:
        """Send one message in a connection of its own."""
        try:
            with self._connect() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= REFUSED_FOR_GOOD:
                raise RefusedError from error
            raise
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            if all(code >= REFUSED_FOR_GOOD for code in codes):
                raise RefusedError from error
            raise

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=context
            )
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        if self._scheme == "smtp+starttls":
            try:
                server.starttls(context=context)
            except OSError:
                server.close()
                raise
        return server
