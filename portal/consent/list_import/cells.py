"""Cell text without what spreadsheets, copying and our own formula guard put around it."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from itertools import pairwise
from urllib.parse import unquote

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
HIDDEN_AT = re.compile(r"%40|[(\[{<]\s*at\s*[)\]}>]", re.IGNORECASE)
"""How it is written so that programs do not find it."""
WRITTEN_AT = re.compile(r"\s*[(\[{<]\s*at\s*[)\]}>]\s*", re.IGNORECASE)
WRITTEN_DOT = re.compile(r"\s*[(\[{<]\s*dot\s*[)\]}>]\s*", re.IGNORECASE)
PLAIN_END = re.compile(r"[\w.+-]+@\S+")
IN_LOCAL = "._+-'"
"""Signs that belong into an address so often that what follows is hardly another."""
APART = "\x1e"
"""Parts cells where a text is put together of them (ASCII: record separator)."""
SIGNS = frozenset(sign for sign in range(128) if not chr(sign).isalnum()) - {ord(APART)}
NAMED = re.compile(r"[^<>@]*<([^<>]*)>\s*")
PARTING = re.compile(r"[;,/|&\n]+|\b(?:and|or)\b")
SLASHED = re.compile(r"(\+?[0-9 ()]{3,9})/([0-9 ]{5,9})")
ANEW = re.compile(r"(?<=[0-9]) +(?=[+0])")
NUMBER = re.compile(
    r"([0-9 ().+-]+)(?:[ ,;]*(?:extension|extn?|x|#)[.:= ]*[0-9]{1,7})?", re.IGNORECASE
)
BETWEEN = str.maketrans("", "", " ().-")
DIGITS_IN = re.compile(r"\+?[0-9]+")
LONGEST_GAP = 4
FEWEST_DIGITS, MOST_DIGITS = 9, 17
"""Of a number with all that may stand before it."""
ZEROS = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"000000000"
"""Digits enough for a telephone number, once all are the same and what parts them is left out."""
OTHER_DIGIT = re.compile(r"[^\D0-9]")
LOCAL_END = re.compile(r"[^\s<>()\[\],;:|\"“”@]+\Z")
DOMAIN = re.compile("[\\w.\u3002-]+\\w")
LONGEST_LOCAL, LONGEST_DOMAIN = 100, 260
"""Signs that are looked at before an @, and after it: more than an address may have (RFC 5321)."""


def bare(text: str) -> str:
    """Return a cell trimmed, with ordinary signs in place of look-alikes.

    Full-width forms become the usual ones (Unicode, NFKC), and invisible signs are left out.
    """
    if not (text.isascii() and text.isprintable()):
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        text = DASHES.sub("-", text)
    found = " ".join(text.split()).strip(AROUND)
    return SCHEME.sub("", found, count=1).strip(AROUND) if ":" in found else found


def plain_digits(text: str) -> str:
    """Return a text with the digits of other scripts as ASCII digits."""
    return text if text.isascii() else "".join(map(_plain_digit, text))


def _plain_digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def undo_number(text: str) -> str:
    """Return the number that a spreadsheet rewrote, as it was typed; raises `ValueError`.

    Spreadsheets write 4.41632960077E+11 or 441632960077.0. Where digits were cut off, they cannot
    be restored.
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
    """Undo UTF-8 that was decoded in another encoding; empty for other text.

    The text must be as it was read: normalising its signs destroys what they stand for.
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
    """Return how many @ signs of email addresses a text has, as such or written another way."""
    signs = AT[:1] if text.isascii() else AT
    found = sum(map(text.count, signs))
    if any(sign in text for sign in "%([{<"):
        found += len(HIDDEN_AT.findall(text))
    return found


def count_long_numbers(text: str, between: str = "") -> int:
    """Return an upper bound of the number of telephone numbers in a text.

    The count of two texts together is at least the sum of their counts. `between` are signs that
    separate cells.
    """
    if not text.isascii() and OTHER_DIGIT.search(text):
        text = plain_digits(text)
    signs = _list_signs(between)
    return text.encode("utf-8", "replace").translate(ZEROS, signs).count(LONG_NUMBER)


@cache
def _list_signs(between: str) -> bytes:
    """Return the bytes of signs that may be inside a number, with every byte beyond ASCII."""
    return bytes(SIGNS - {*map(ord, between)}) + bytes(range(128, 256))


def join_groups(text: str) -> Iterator[str]:
    """Yield each run of neighbouring groups of digits, joined, that may be a number.

    Any signs may be between the groups, but no letters.
    """
    groups = [*DIGITS_IN.finditer(text)]
    for first, start in enumerate(groups):
        joined, end = start[0], start.end()
        for group in groups[first + 1 :]:
            if len(joined) >= FEWEST_DIGITS:
                yield joined
            gap = text[end : group.start()]
            if len(gap) > LONGEST_GAP or any(map(str.isalpha, gap)) or group[0][0] == "+":
                break
            joined, end = joined + group[0], group.end()
            if len(joined) > MOST_DIGITS:
                break
        if FEWEST_DIGITS <= len(joined) <= MOST_DIGITS:
            yield joined


def list_unquoted(text: str) -> list[str]:
    """Return a text, and the same with a disguised @ or dot put back."""
    found = {text, unquote(text) if "%" in text else text}
    found |= {WRITTEN_DOT.sub(".", WRITTEN_AT.sub("@", one)) for one in found}
    return sorted(found)


def list_email_ends(text: str) -> set[str]:
    """Return the possible email addresses in a text: all of it, or what follows an odd sign."""
    found = {text, bare(text), *PLAIN_END.findall(text)}
    for one in [*list_unquoted(text)]:
        local, at, domain = one.rpartition("@")
        odd = [place for place, sign in enumerate(local) if _is_odd(sign)]
        ends = {local, local[odd[-1] + 1 :] if odd else local}
        found |= {one, *(f"{_strip_signs(end)}{at}{domain}" for end in ends)}
    return found


def _is_odd(sign: str) -> bool:
    is_word = sign.isalnum() and unicodedata.category(sign) != "Lm"
    return not is_word and sign not in IN_LOCAL and not unicodedata.combining(sign)


def _strip_signs(text: str) -> str:
    while text and (_is_odd(text[0]) or text[0] in IN_LOCAL):
        text = text[1:]
    return text


def cut_emails(text: str) -> Iterator[str]:
    """Yield each part of a text that looks like an email address."""
    for before, after in pairwise(text.split("@")):
        local = LOCAL_END.search(before[-LONGEST_LOCAL:])
        domain = DOMAIN.match(after[:LONGEST_DOMAIN])
        if local and domain:
            yield f"{local[0]}@{domain[0]}"


def cut_mailboxes(text: str) -> list[str]:
    """Split a cell with several email addresses, each perhaps with a display name."""
    found: list[str] = []
    for one in [text] if NAMED.fullmatch(text) else PARTING.split(text):
        named = NAMED.fullmatch(one)
        part = named[1] if named else one
        found += part.split() if part.count("@") > 1 else [part]
    return found


def cut_numbers(text: str) -> list[str]:
    """Split a cell with several telephone numbers; a single / may be inside one number."""
    slashed = SLASHED.fullmatch(text.strip())
    if slashed:
        return [f"{slashed[1]}{slashed[2]}"]
    return [part for one in PARTING.split(text) for part in ANEW.split(one)]


def join_digits(text: str) -> str:
    """Return a number without separators between digits; raises `ValueError` for anything else."""
    found = NUMBER.fullmatch(undo_number(plain_digits(text)))
    if found is None:
        raise ValueError("Not a telephone number")
    plain = found[1].translate(BETWEEN)
    if "+" in plain[1:]:
        raise ValueError("Not a telephone number")
    return plain
