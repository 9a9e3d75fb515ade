"""Where emails leave the house: a mail server, or a folder standing in for one.

A message goes to one address, which the transport is told beside it: nothing that is written in
the message itself decides whom it reaches.
"""

import os
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Protocol

from portal.messaging.email.delivery import TAKEN, DeliveryResult, FailureReason, Outcome
from portal.messaging.email.smtp_submission import END_SECONDS, FINAL, hand_over
from portal.platform.core.addresses import envelope_email
from portal.platform.core.mailserver import MailServer
from portal.platform.core.timeouts import Deadline

FILES_KEPT = timedelta(days=30)
"""How long an email stays that is a file, in place of going to a mail server."""
BUDGET_SECONDS = 60
"""For one message, until the server has all of it."""
LEAVING_SECONDS = 3
"""For the server's good-bye, when the message was taken already."""


class RefusedError(Exception):
    """This email can never be sent; another try is no use. The text says why, and no address."""


class Transport(Protocol):
    """Takes a message to one address and says what came of it.

    Raises `RefusedError` for what is not one address.
    """

    def send(self, message: EmailMessage, to: str) -> Outcome: ...


class FolderTransport:
    """Writes each message as an `.eml` file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def try_out(self) -> None:
        """Write a file and take it away again; raises `OSError` where that cannot be done."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = mkstemp(prefix=".try-", suffix=".eml", dir=self._folder)
        os.close(descriptor)
        Path(name).unlink()

    def send(self, message: EmailMessage, to: str) -> Outcome:
        """Write the message under its Message-ID: sent twice, it is there once."""
        check_recipient(to)
        try:
            self._write(message)
        except OSError:  # a full disk, or a folder that is not ours
            return Outcome(DeliveryResult.AWAY, FailureReason.NOT_REACHED)
        return TAKEN

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self._folder / f".{name}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes(policy=SMTPUTF8))
            file.flush()
            os.fsync(file.fileno())
        written = parsedate_to_datetime(str(message["Date"])).timestamp()
        os.utime(unfinished, (written, written))  # by the clock that ends it
        unfinished.replace(self._folder / f"{name}.eml")


class SmtpTransport:
    """Hands each message to a mail server, in a connection of its own."""

    def __init__(
        self, server: MailServer, budget: float = BUDGET_SECONDS, end: float = END_SECONDS
    ) -> None:
        self._server, self._budget, self._end = server, budget, end

    def send(self, message: EmailMessage, to: str) -> Outcome:
        """Send one message to one address, whatever its head says.

        Until the server knows whom it is for, what it refuses is us: then it is away. It is also
        away when it falls silent before that, or takes longer than its budget, in which it must
        have been greeted and handed the whole message. For its last word it has time of its own.
        """
        check_recipient(to)
        with Deadline(self._budget) as deadline:
            try:
                server = self._server.connect(deadline)
            except (OSError, ValueError) as fault:
                return _read_greeting(fault)
            try:
                return self._sign_in(server) or hand_over(
                    server, message, to, lambda: _wait(server, deadline, self._end)
                )
            finally:
                _take_leave(server, deadline)

    def _sign_in(self, server: smtplib.SMTP) -> Outcome | None:
        try:
            self._server.sign_in(server)
        except (OSError, ValueError) as fault:
            code = fault.smtp_code if isinstance(fault, smtplib.SMTPResponseException) else 0
            is_said = isinstance(fault, smtplib.SMTPException | ValueError)
            is_gone = isinstance(fault, smtplib.SMTPServerDisconnected)
            reason = FailureReason.SIGN_IN if is_said and not is_gone else FailureReason.NOT_REACHED
            return Outcome(DeliveryResult.AWAY, reason, code)
        return None


def forget_files(folder: Path, before: datetime) -> int:
    """Delete messages that were written before a moment; return how many.

    Also one that was begun, by a worker that died.
    """
    gone = 0
    for file in (*folder.glob("*.eml"), *folder.glob(".*-*.*")):
        with suppress(FileNotFoundError):  # another worker was faster
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
                gone += 1
    return gone


def check_recipient(to: str) -> None:
    """Refuse what is not exactly one address in the form of an envelope."""
    try:
        is_one = envelope_email(to) == to
    except ValueError:
        is_one = False
    if not is_one:
        raise RefusedError("Not one address")


def _read_greeting(fault: Exception) -> Outcome:
    """Say why there is no connection over which emails can be sent."""
    if isinstance(fault, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return Outcome(DeliveryResult.AWAY, FailureReason.NO_TLS)
    code = fault.smtp_code if isinstance(fault, smtplib.SMTPResponseException) else 0
    return Outcome(
        DeliveryResult.AWAY,
        FailureReason.SENDER if code >= FINAL else FailureReason.NOT_REACHED,
        code,
    )


def _wait(server: smtplib.SMTP, deadline: Deadline, seconds: float) -> None:
    """Give the server so long from now on, and not a moment more, however slowly it speaks."""
    deadline.renew(seconds)
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _take_leave(server: smtplib.SMTP, deadline: Deadline) -> None:
    """Say good-bye; what comes of that changes nothing about a message that was taken."""
    try:
        _wait(server, deadline, LEAVING_SECONDS)
        server.quit()
    except (OSError, ValueError):
        server.close()
