"""Handing one email to a mail server, and what came of it, by how far that went.

Before the server knows whom the email is for, what it says is about us. From then on it is about
this email, and so is that it falls silent or hangs up: this email may be why. Once it has the last
dot it has all of the email, and a line that breaks says nothing of whether it will arrive.
"""

import copy
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from portal.messaging.email.delivery import TAKEN, DeliveryResult, FailureReason, Outcome

END_SECONDS = 600
"""For the answer to the last dot (RFC 5321, 4.5.3.2.6). A server that is given up earlier has the
email, and gets it again."""
FINAL = 500
"""SMTP answers from here on are final (RFC 5321, 4.2.1)."""
CLOSING, TOO_LARGE = 421, 552
"""The server closes the line, whatever was said (RFC 5321, 3.8); the message is too large."""
GO_ON = 354
ABOUT_US = frozenset({530, 534, 535, 538})
"""Who we are is not enough (RFC 4954, section 6), wherever it is said."""
SUBJECTS = {"1": FailureReason.NO_ADDRESS, "7": FailureReason.UNWANTED}
DETAILS = {
    "1.7": FailureReason.REFUSED,  # the sender's address
    "1.8": FailureReason.REFUSED,
    "2.1": FailureReason.NO_ADDRESS,  # there, and takes nothing
    "2.2": FailureReason.FULL,
    "2.3": FailureReason.TOO_LARGE,
    "3.4": FailureReason.TOO_LARGE,
}
BROKE_OFF = Outcome(DeliveryResult.LATER, FailureReason.BROKE_OFF)


def hand_over(
    server: smtplib.SMTP, message: EmailMessage, to: str, wait_for_end: Callable[[], None]
) -> Outcome:
    """Hand a message for one address to a server that knows who we are.

    `wait_for_end` is called when the server has all of it, and sets how long its answer may take.
    """
    sender = str(message["From"].addresses[0].addr_spec)
    is_special = not f"{sender}{to}".isascii()
    if is_special and not server.has_extn("smtputf8"):
        return Outcome(DeliveryResult.NEVER, FailureReason.NO_UTF8)
    content = _write(message, is_special=is_special)
    options = [f"SIZE={len(content)}"] if server.has_extn("size") else []
    options += ["SMTPUTF8", "BODY=8BITMIME"] if is_special else []
    return (
        _say_from_whom(server, sender, options, is_special=is_special)
        or _say_to_whom(server, to)
        or _send(server, content, wait_for_end)
    )


def _say_from_whom(
    server: smtplib.SMTP, sender: str, options: list[str], *, is_special: bool
) -> Outcome | None:
    """Begin; a refusal is about us, where it is not about what this email alone asks for."""
    try:
        code, words = server.mail(sender, options)
    except OSError:  # of which every error of smtplib is one
        return BROKE_OFF if is_special else Outcome(DeliveryResult.AWAY, FailureReason.NOT_REACHED)
    if _is_yes(code):
        return None
    if code == TOO_LARGE or DETAILS.get(_read_detail(words)) is FailureReason.TOO_LARGE:
        return _read_answer(code, words)
    if is_special and code not in ABOUT_US:
        return Outcome(DeliveryResult.LATER, FailureReason.NO_UTF8, code)
    return Outcome(
        DeliveryResult.AWAY, FailureReason.BUSY if code == CLOSING else FailureReason.SENDER, code
    )


def _say_to_whom(server: smtplib.SMTP, to: str) -> Outcome | None:
    try:
        code, words = server.rcpt(to)
    except OSError:
        return BROKE_OFF
    return None if _is_yes(code) else _read_answer(code, words)


def _send(server: smtplib.SMTP, content: bytes, wait_for_end: Callable[[], None]) -> Outcome:
    try:
        code, words = server.docmd("DATA")
        if code != GO_ON:
            return _read_answer(code, words)
        server.send(content.replace(b"\n.", b"\n..") + b".\r\n")  # RFC 5321, 4.5.2
    except OSError:
        return BROKE_OFF
    try:
        wait_for_end()
        code, words = server.getreply()
    except OSError:
        return Outcome(DeliveryResult.LATER, FailureReason.UNANSWERED)
    return TAKEN if _is_yes(code) else _read_answer(code, words)


def _write(message: EmailMessage, *, is_special: bool) -> bytes:
    """Return a message as it is sent, with a line's end at its end; nobody is told of a Bcc."""
    told = copy.copy(message)
    del told["Bcc"]
    content = told.as_bytes(policy=SMTPUTF8 if is_special else SMTP)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _is_yes(code: int) -> bool:
    return code // 100 == 2  # noqa: PLR2004  # 2yz (RFC 5321, 4.2.1)


def _read_answer(code: int, words: bytes) -> Outcome:
    """Say what an answer to this recipient, or to this message, means."""
    if code == CLOSING:
        return Outcome(DeliveryResult.LATER, FailureReason.BROKE_OFF, code)
    if code in ABOUT_US:
        return Outcome(DeliveryResult.AWAY, FailureReason.SIGN_IN, code)
    detail = _read_detail(words)
    fallback = (
        FailureReason.TOO_LARGE if code == TOO_LARGE and not detail else FailureReason.REFUSED
    )
    subject = SUBJECTS.get(detail.partition(".")[0], fallback)
    verdict = DeliveryResult.NEVER if code >= FINAL else DeliveryResult.LATER
    return Outcome(verdict, DETAILS.get(detail, subject), code)


def _read_detail(words: bytes) -> str:
    """Return subject and detail of an enhanced status code (RFC 3463): 1.1 of 5.1.1, or nothing."""
    first = words.split(maxsplit=1)[0].decode("ascii", "replace") if words.strip() else ""
    parts = first.split(".")
    is_one = len(parts) == len(("class", "subject", "detail")) and all(map(str.isdecimal, parts))
    return ".".join(parts[1:]) if is_one else ""
