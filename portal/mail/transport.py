"""Where letters leave the house: a mail server, or a folder standing in for one.

A message goes to one address, which the transport is told beside it: nothing that is written in
the message itself decides whom it reaches.
"""

import os
import smtplib
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

from portal.kernel.addresses import envelope_email
from portal.kernel.mailserver import MailServer
from portal.mail.delivery import TAKEN, Outcome, Reason, Verdict

FILES_KEPT = timedelta(days=30)
"""How long an email stays that is a file, in place of going to a mail server."""
FINAL = 500
"""SMTP answers from here on are final (RFC 5321, 4.2.1)."""
CLOSING, TOO_LARGE = 421, 552
"""The server closes the line, whatever was said (RFC 5321, 3.8); the message is too large."""
ABOUT_US = frozenset({530, 534, 535, 538})
"""Who we are is not enough (RFC 4954, section 6), wherever it is said."""
BUDGET_SECONDS = 60
"""For one message: half of what another worker waits before it tries it too."""
LEAVING_SECONDS = 3
"""For the server's good-bye, when the message was taken already."""
SUBJECTS = {"1": Reason.NO_ADDRESS, "7": Reason.UNWANTED}
DETAILS = {
    "1.7": Reason.REFUSED,  # the sender's address
    "1.8": Reason.REFUSED,
    "2.1": Reason.NO_ADDRESS,  # there, and takes nothing
    "2.2": Reason.FULL,
    "2.3": Reason.TOO_LARGE,
    "3.4": Reason.TOO_LARGE,
}


class RefusedError(Exception):
    """This letter can never be sent; another try is no use. The text says why, and no address."""


class Transport(Protocol):
    """Takes a message to one address and says what came of it.

    Raises `RefusedError` for what is not one address.
    """

    def send(self, message: EmailMessage, to: str) -> Outcome: ...


class FolderTransport:
    """Writes each message as an `.eml` file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, to: str) -> Outcome:
        """Write the message under its Message-ID: sent twice, it is there once."""
        check_recipient(to)
        try:
            self._write(message)
        except OSError:  # a full disk, or a folder that is not ours
            return Outcome(Verdict.AWAY, Reason.NOT_REACHED)
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

    def __init__(self, server: MailServer, budget: float = BUDGET_SECONDS) -> None:
        self._server, self._budget = server, budget

    def send(self, message: EmailMessage, to: str) -> Outcome:
        """Send one message to one address, whatever its head says.

        Until the server knows whom it is for, what it refuses is us: then it is away. It is also
        away when it falls silent, or takes longer than its budget over one message.
        """
        check_recipient(to)
        try:
            server = self._server.connect()
        except (OSError, ValueError) as fault:
            return _read_greeting(fault)
        timer = threading.Timer(self._budget, _hang_up, (server,))
        timer.daemon = True
        timer.start()
        try:
            return self._sign_in(server) or _hand_over(server, message, to)
        finally:
            timer.cancel()
            _take_leave(server)

    def _sign_in(self, server: smtplib.SMTP) -> Outcome | None:
        try:
            self._server.sign_in(server)
        except (OSError, ValueError) as fault:
            code = fault.smtp_code if isinstance(fault, smtplib.SMTPResponseException) else 0
            is_said = isinstance(fault, smtplib.SMTPException | ValueError)
            is_gone = isinstance(fault, smtplib.SMTPServerDisconnected)
            reason = Reason.SIGN_IN if is_said and not is_gone else Reason.NOT_REACHED
            return Outcome(Verdict.AWAY, reason, code)
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
        return Outcome(Verdict.AWAY, Reason.NO_TLS)
    code = fault.smtp_code if isinstance(fault, smtplib.SMTPResponseException) else 0
    return Outcome(Verdict.AWAY, Reason.SENDER if code >= FINAL else Reason.NOT_REACHED, code)


def _hand_over(server: smtplib.SMTP, message: EmailMessage, to: str) -> Outcome:
    try:
        server.send_message(message, to_addrs=[to])
    except OSError as fault:  # of which every error of smtplib is one
        return _read_refusal(fault)
    return TAKEN


def _read_refusal(fault: OSError) -> Outcome:
    """Say what came of a message that was not taken, by how far it had come."""
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return Outcome(Verdict.NEVER, Reason.NO_UTF8)
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        ((code, words),) = fault.recipients.values()
        return _read_answer(code, words)
    if not isinstance(fault, smtplib.SMTPResponseException):  # it fell silent, or hung up
        return Outcome(Verdict.AWAY, Reason.NOT_REACHED)
    is_senders = isinstance(fault, smtplib.SMTPSenderRefused) and fault.smtp_code != TOO_LARGE
    if is_senders or not isinstance(fault, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return Outcome(Verdict.AWAY, Reason.SENDER, fault.smtp_code)
    return _read_answer(fault.smtp_code, fault.smtp_error)


def _read_answer(code: int, words: bytes | str) -> Outcome:
    """Say what an answer to this recipient, or to this message, means."""
    if code == CLOSING:
        return Outcome(Verdict.AWAY, Reason.BUSY, code)
    if code in ABOUT_US:
        return Outcome(Verdict.AWAY, Reason.SIGN_IN, code)
    detail = _read_detail(words.decode("ascii", "replace") if isinstance(words, bytes) else words)
    fallback = Reason.TOO_LARGE if code == TOO_LARGE and not detail else Reason.REFUSED
    subject = SUBJECTS.get(detail.partition(".")[0], fallback)
    verdict = Verdict.NEVER if code >= FINAL else Verdict.LATER
    return Outcome(verdict, DETAILS.get(detail, subject), code)


def _read_detail(words: str) -> str:
    """Return subject and detail of an enhanced status code (RFC 3463): 1.1 of 5.1.1, or nothing."""
    parts = words.split(maxsplit=1)[0].split(".") if words.strip() else []
    is_one = len(parts) == len(("class", "subject", "detail")) and all(map(str.isdecimal, parts))
    return ".".join(parts[1:]) if is_one else ""


def _take_leave(server: smtplib.SMTP) -> None:
    """Say good-bye; what comes of that changes nothing about a message that was taken."""
    try:
        if server.sock is not None:
            server.sock.settimeout(LEAVING_SECONDS)
        server.quit()
    except (OSError, ValueError):
        server.close()


def _hang_up(server: smtplib.SMTP) -> None:
    """End a line from another thread: whoever waits on it hears that it is closed."""
    line = server.sock
    if line is not None:
        try:
            line.shutdown(2)
        except OSError:
            server.close()
