"""Rules of second steps: which there are, the format of codes, and when a code is right."""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import pyotp
import segno

from portal.platform.core.references import ALPHABET
from portal.platform.core.texts import _

STEP_SECONDS = 30
"""How long a code of an authenticator is shown (RFC 6238)."""
CODE_DIGITS = 6
STEPS_AROUND = (0, -1, 1)
"""Clocks differ: the codes just before and just after are right too (RFC 6238, 5.2)."""
MAILED_DIGITS = 8
"""26 bits, for ten minutes, once, six tries (ASVS 6.5.4 asks for 20)."""
RECOVERY_CODES = 10
RECOVERY_SIGNS = ALPHABET
"""Signs that look like no other."""
RECOVERY_LENGTH = 12
"""Eleven random signs, 53 bits, and one that follows from them: as many as one types from paper.

That is far out of reach of guessing on the pages, and too little for a plain hash, so a code is
kept under a hash that takes the key of the installation (ASVS 6.5.2).
"""
FORMER_LENGTH = 28
"""Codes of before had 137 random bits under a plain hash; those that were given out still work."""
GROUP = 4
MOST_PASSKEYS = 10
LONGEST_PASSKEY_NAME = 60
LONGEST_ANSWER = 16_384
"""Characters of what a browser sends for a passkey."""
LONGEST_CODE = 60
QUIET_ZONE = 4
"""Light squares around the picture for an app (ISO/IEC 18004, 6.3.8)."""
WRONG_CODE = _("That code isn’t right, or it’s too old. Try the newest one")
MALFORMED_CODE = _("The code from your app is {number} digits, with no letters", number=CODE_DIGITS)
WRONG_RECOVERY_CODE = _("That code isn’t right, or you’ve used it already. Try another one")
MISTYPED = _("That isn’t one of your recovery codes. Check each letter and number")
"""Said of what no code of ours can look like: it tells nothing of those that somebody has."""
WRONG_PASSKEY = _("That passkey didn’t work. Try again, or sign in another way")
NOT_MADE = _("That passkey didn’t work, so we haven’t saved it. Try again")


class Way(StrEnum):
    """A second step of signing in; a passkey is both steps."""

    QUESTION = "question"
    AUTHENTICATOR = "authenticator"
    PASSKEY = "passkey"
    MAILED_CODE = "mailed-code"
    RECOVERY_CODE = "recovery-code"


WAYS = {
    Way.QUESTION: _("Password and security question"),
    Way.AUTHENTICATOR: _("Password and authenticator app"),
    Way.PASSKEY: _("Passkey"),
    Way.MAILED_CODE: _("Password and a code by email"),
    Way.RECOVERY_CODE: _("Password and a recovery code"),
}


@dataclass(frozen=True, slots=True)
class PasskeyInfo:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class PasskeyOwner:
    """The owner of a new passkey, as their device will name them."""

    id: UUID
    email: str
    name: str

    def __repr__(self) -> str:
        return "PasskeyOwner(…)"


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors that somebody has besides password and question."""

    authenticator_added_at: datetime | None = None
    passkeys: tuple[PasskeyInfo, ...] = ()
    recovery_codes_left: int = 0

    @property
    def are_strong(self) -> bool:
        """Tell whether there is a factor stronger than the question (ASVS 6.3.3)."""
        return self.authenticator_added_at is not None or bool(self.passkeys)

    @property
    def ways(self) -> tuple[Way, ...]:
        """Return the second steps that are open, the first one first.

        With an authenticator or a passkey nothing weaker is offered, for the weakest offered step
        decides.
        """
        if not self.are_strong:
            return (Way.QUESTION, Way.MAILED_CODE)
        app = (Way.AUTHENTICATOR,) if self.authenticator_added_at else ()
        keys = (Way.PASSKEY,) if self.passkeys else ()
        paper = (Way.RECOVERY_CODE,) if self.recovery_codes_left else ()
        return (*app, *keys, *paper)


@dataclass(frozen=True, slots=True)
class AuthenticatorSetup:
    """The set-up of an authenticator app: a secret to type, a link to follow, a QR code.

    `path` is the SVG path of the dark ones of `size` × `size` modules.
    """

    secret: str
    address: str
    size: int
    path: str

    def __repr__(self) -> str:
        return "Enrolment(…)"


def prepare(secret: str, email: str, issuer: str) -> AuthenticatorSetup | None:
    """Return the set-up of the app with a pending secret; None where there is none."""
    if not secret:
        return None
    address = enrolment_address(secret, email, issuer)
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=QUIET_ZONE))
    dark = (
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, square in enumerate(row) if square
    )
    return AuthenticatorSetup(group_code(secret, " "), address, len(rows), "".join(dark))


def new_secret() -> str:
    """Make the secret of an authenticator: 160 random bits in base32 (RFC 4226, 4)."""
    return pyotp.random_base32()


def enrolment_address(secret: str, name: str, issuer: str) -> str:
    """Return the otpauth address in the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def code_at(secret: str, step: int) -> str:
    """Return the code that an authenticator shows in a time step."""
    return pyotp.TOTP(secret).at(step * STEP_SECONDS)


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is; None for a wrong one. Compares in constant time."""
    present = int(now.timestamp()) // STEP_SECONDS
    typed = spell_code(code).encode()
    found = None
    for around in STEPS_AROUND:
        if hmac.compare_digest(code_at(secret, present + around).encode(), typed):
            found = present + around
    return found


def read_app_code(typed: str) -> str:
    """Return the digits of a typed app code; raises `ValueError` for any other format."""
    code = spell_code(typed)
    if len(code) != CODE_DIGITS or not code.isdigit():
        raise ValueError("Not a code of an authenticator")
    return code


def read_credential(answer: str) -> str:
    """Return the credential id in a browser's WebAuthn answer; empty for a malformed answer."""
    try:
        found = json.loads(answer)["rawId"] if len(answer) <= LONGEST_ANSWER else ""
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""
    return found.rstrip("=") if isinstance(found, str) else ""


def spell_code(typed: str) -> str:
    """Return a code without blanks and dashes, in capital letters."""
    return "".join(sign for sign in typed if sign.isascii() and sign.isalnum()).upper()


def group_code(code: str, between: str = "-") -> str:
    """Return a code in groups of four, for reading."""
    return between.join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def new_mailed_code() -> str:
    """Make a code for an email."""
    return f"{secrets.randbelow(10**MAILED_DIGITS):0{MAILED_DIGITS}}"


def new_recovery_code() -> str:
    """Make a recovery code: 53 random bits, and a check character."""
    body = "".join(secrets.choice(RECOVERY_SIGNS) for _ in range(RECOVERY_LENGTH - 1))
    return body + find_check_sign(body)


def find_check_sign(body: str) -> str:
    """Return the check character of a code (Luhn's algorithm, to the base of the alphabet).

    It detects one mistyped character, and nearly every exchange of two neighbours.
    """
    base, total = len(RECOVERY_SIGNS), 0
    for place, sign in enumerate(reversed(body)):
        value = RECOVERY_SIGNS.index(sign) * (2 if place % 2 == 0 else 1)
        total += value // base + value % base
    return RECOVERY_SIGNS[-total % base]


def is_mistyped(typed: str) -> bool:
    """Tell whether a code cannot be anybody's recovery code: wrong characters, length or check."""
    code = spell_code(typed)
    if not set(code) <= set(RECOVERY_SIGNS):
        return True
    if len(code) == FORMER_LENGTH:
        return False
    return len(code) != RECOVERY_LENGTH or find_check_sign(code[:-1]) != code[-1]
