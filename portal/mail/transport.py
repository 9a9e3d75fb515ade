"""Where letters leave the house: a mail server, or a folder standing in for one.

A message goes to one address, which the transport is told beside it: nothing that is written in
the message itself decides whom it reaches.
"""

import os
import smtplib
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from typing import Protocol

from portal.kernel.addresses import envelope_email
from portal.kernel.mailserver import MailServer

REFUSED_FOR_GOOD = 500
"""SMTP answers from here on are final (RFC 5321, 4.2.1)."""


class RefusedError(Exception):
    """This letter can never be sent; another try is no use. The text says why, and no address."""


class Transport(Protocol):
    """Takes a message to one address; raises `OSError` to try again, `RefusedError` when never."""

    def send(self, message: EmailMessage, to: str) -> None: ...


class FolderTransport:
    """Writes each message as an `.eml` file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, to: str) -> None:
        """Write the message under its Message-ID: sent twice, it is there once."""
        check_recipient(to)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self._folder / f".{name}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes(policy=SMTPUTF8))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / f"{name}.eml")


class SmtpTransport:
    """Hands each message to a mail server, in a connection of its own."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, message: EmailMessage, to: str) -> None:
        """Send one message to one address, whatever its head says."""
        check_recipient(to)
        with self._server.connect() as server:
            self._server.sign_in(server)  # a server that turns us away may take the letter later
            _hand_over(server, message, to)


def check_recipient(to: str) -> None:
    """Refuse what is not exactly one address in the form of an envelope."""
    try:
        is_one = envelope_email(to) == to
    except ValueError:
        is_one = False
    if not is_one:
        raise RefusedError("Not one address")


def _hand_over(server: smtplib.SMTP, message: EmailMessage, to: str) -> None:
    try:
        server.send_message(message, to_addrs=[to])
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedError("The mail server does not know SMTPUTF8") from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= REFUSED_FOR_GOOD:
            raise RefusedError(f"The mail server answered {error.smtp_code}") from error
        raise
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(code >= REFUSED_FOR_GOOD for code in codes):
            raise RefusedError(f"The mail server answered {max(codes)}") from error
        raise
