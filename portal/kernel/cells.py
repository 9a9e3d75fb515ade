"""What stands in a cell, without what spreadsheets, copying and our own guard put around it."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import pairwise

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Signs that nobody sees: controls, Unicode's Default_Ignorable_Code_Point, empty Braille."""
AROUND = " '\"`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e"
"""What may stand before a cell or after it: a spreadsheet's mark for text, our guard, quotes."""
SCHEME = re.compile(r"(?:mailto|tel|sms|callto):(?://)?", re.IGNORECASE)
DASHES = re.compile("[\u2010-\u2015\u2212]")
SCIENTIFIC = re.compile(r"([0-9])[.,]([0-9]+)[eE]\+?([0-9]{1,2})")
DECIMAL = re.compile(r"(\+?[0-9]{7,})[.,]([0-9]*)")
BEYOND = re.compile(r"[^\x00-\x7f]+")
MISREAD = ("windows-1252", "mac-roman", "cp850", "cp437")
"""For what UTF-8 is often taken."""
AT = "@\uff20\ufe6b"
"""The sign in every email address, and its twins."""
NO_SIGNS = b" ().+-/'\"`" + bytes(range(128, 256))
ZEROS = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"000000000"
"""Digits enough for a telephone number, once all are the same and what parts them is left out."""
OTHER_DIGIT = re.compile(r"[^\D0-9]")
LOCAL_END = re.compile(r"[^\s<>()\[\],;:|\"“”@]+\Z")
DOMAIN = re.compile(r"[\w.\-]+\w")
LONGEST_LOCAL, LONGEST_DOMAIN = 100, 260
"""Signs that are looked at before an @, and after it: more than an address may have (RFC 5321)."""


def bare(text: str) -> str:
    """Return a cell without what is around its words, and with plain signs for their twins.

    Full-width forms become the usual ones (Unicode, NFKC), and what nobody sees is left out.
    """
    if not (text.isascii() and text.isprintable()):
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        text = DASHES.sub("-", text)
    found = " ".join(text.split()).strip(AROUND)
    return SCHEME.sub("", found, count=1).strip(AROUND) if ":" in found else found


def plain_digits(text: str) -> str:
    """Return a text with the digits of other scripts as ours."""
    return text if text.isascii() else "".join(map(_plain_digit, text))


def _plain_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def undo_number(text: str) -> str:
    """Return what a spreadsheet took for a number as it was typed; raises `ValueError`.

    It writes 4.41632960077E+11 or 441632960077.0. Where it has cut digits off, nobody knows which.
    """
    found = SCIENTIFIC.fullmatch(text)
    if found:
        value = Decimal(f"{found[1]}.{found[2]}").scaleb(int(found[3]))
        if len(found[2].rstrip("0")) != int(found[3]):
            raise ValueError("Digits may be missing")
        return str(int(value))
    found = DECIMAL.fullmatch(text)
    if found and found[2].strip("0"):
        raise ValueError("Not a whole number")
    return found[1] if found else text


def undo_wrong_letters(text: str) -> list[str]:
    """Return UTF-8 that was once read in another encoding as it was meant; nothing for other text.

    The text is to be as it came: to fold its signs destroys what they stand for.
    """
    if text.isascii():
        return []
    found = {BEYOND.sub(partial(_undo_signs, encoding), text) for encoding in MISREAD}
    return sorted(found - {text})


def _undo_signs(encoding: str, signs: re.Match[str]) -> str:
    try:
        return signs[0].encode(encoding, "one-byte").decode("utf-8")
    except UnicodeError:
        return signs[0]


def _encode_byte(error: UnicodeError) -> tuple[bytes, int]:
    """Encode a sign that an encoding does not have as its byte of ISO 8859-1 (WHATWG, Encoding)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("latin-1"), error.end


codecs.register_error("one-byte", _encode_byte)


def count_at_signs(text: str) -> int:
    """Return how many signs of a text stand in email addresses."""
    return sum(map(text.count, AT[:1] if text.isascii() else AT))


def count_long_numbers(text: str) -> int:
    """Return how much in a text may be a telephone number: rather more than less.

    Two texts together have at least as many as each alone.
    """
    if not text.isascii() and OTHER_DIGIT.search(text):
        text = plain_digits(text)
    return text.encode("utf-8", "replace").translate(ZEROS, NO_SIGNS).count(LONG_NUMBER)


def cut_emails(text: str) -> Iterator[str]:
    """Give whatever in a text looks like an email address."""
    for before, after in pairwise(text.split("@")):
        local = LOCAL_END.search(before[-LONGEST_LOCAL:])
        domain = DOMAIN.match(after[:LONGEST_DOMAIN])
        if local and domain:
            yield f"{local[0]}@{domain[0]}"
