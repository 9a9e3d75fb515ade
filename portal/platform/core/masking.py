"""Billing account numbers: what is shown of them, and how they are told from other numbers."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from itertools import pairwise
from string import ascii_uppercase

import phonenumbers

from portal.platform.core.telephones import is_real

SIGNS_SHOWN = 3
HIDDEN = "••••"
"""What stands for the part of a billing account number that is not shown."""
OWN_BEGINS, OWN = "\ufffa", "\ufffb"
"""What stands for the signs of a number that is known, while others are looked for.

Neither can be typed: `_fold` has a blank for it."""
IN_TEXT = re.compile(
    r"(?P<own>\ufffa\ufffb*)|"
    r"(?<![\w•£$€])(?<!• )(?<![0-9][ -])(?:(?P<letters>[A-Za-z]{1,3})(?P<gap>[ -]{0,2}))?"
    r"(?P<digits>[0-9](?:[ -]{0,2}[0-9]){5,13})(?![ -]{0,2}[0-9])(?!\w)"
)
"""What a billing account number looks like in a text: a few letters perhaps, then digits.

Blanks and dashes of every kind are folded to one of each before."""
SHORT_WORDS = (
    "a i is it in on at to of by or no my me we us if as an be do so up the and for are was has had"
    " not but you our its his her who how can via per due paid two six ten one nr ref ext tel mob"
    " fax jan feb mar apr may jun jul aug sep oct nov dec"
)
NO_LETTERS = frozenset(SHORT_WORDS.split())
"""Short words that stand before numbers and are no letters of theirs, unless in capitals."""
TELEPHONE_LETTERS = frozenset({"uk", "gb", "tel", "mob", "t", "m", "fax"})
SAID_BEFORE = re.compile(
    r"\b(?:accounts?|accts?|acc|a/c|billing|bills?)\b\.?"
    r"(?:\s*(?:no|nos|nr|num|numbers?|id|ref|reference)\b\.?)?"
    r"[^.!?\n0-9\ufffb]{0,40}$",
    re.IGNORECASE,
)
"""What is said before a billing account number that is only digits, as most numbers are."""
OTHER_BEFORE = re.compile(
    r"\b(?:order|ref|reference|case|serial|imei|parcel|tracking|voucher|model|sort)\b"
    r"(?P<rest>[^.!?\n0-9\ufffb]{0,20})$",
    re.IGNORECASE,
)
"""What is said before a number of another kind."""
OF_ACCOUNT = re.compile(r"\b(?:account|acct|acc|a/c|billing|bill)\b\.?\s*$", re.IGNORECASE)
LISTED = frozenset(["and", "or", "also", "the", "my", "other", "no", "nos", "number", "numbers"])
BETWEEN = re.compile(r"\w+|[^\w\s,;/&+.:]")
"""What stands between the numbers of a list: some of these words, and commas and the like."""
INSURED = re.compile(r"[ -]?[A-D]\b")
"""The end of a National Insurance number: two letters, six digits, and one of four letters."""
INSURED_DIGITS = 6
WIDEST_GAP = 3
"""Signs between two of a number that is known."""
TELEPHONE = re.compile(r"(?<![\w•])(?<![0-9][ -])\+?\(?[0-9](?:[ ()-]{0,3}[0-9]){8,24}(?!\w)")
WRITTEN_DATE = re.compile(
    r"(?<![\w-])([0-9]{4}|[0-9]{1,2})-([0-9]{1,2})-([0-9]{4}|[0-9]{1,2})(?![\w-])"
)
KEPT = "\ufffc"
"""What stands for a sign of something that is no billing account number, while it is looked for."""


def mask_number(number: str) -> str:
    """Return what may be seen of a billing account number without fresh proof."""
    return f"{HIDDEN} {number[-SIGNS_SHOWN:]}"


def mask_account_numbers(text: str, own: Collection[str] = ()) -> str:
    """Return a text in which what looks like a billing account number is masked.

    `own` are the numbers of whoever it is about, today's and former ones: each is masked in any
    spelling, and so are its digits. Any other is one with letters before its digits, unless another
    kind of number is named before it; of digits alone only where an account or a bill is named
    before it. Telephone numbers that exist and dates stay.
    """
    plain = folded = _fold(text)
    for one in sorted(filter(None, own), key=len, reverse=True):
        folded = _find_own(folded, one)
    for kept in (WRITTEN_DATE, TELEPHONE):
        folded = kept.sub(_keep_date if kept is WRITTEN_DATE else _keep_telephones, folded)
    shown, end, is_listed = [], 0, False
    for found in IN_TEXT.finditer(folded):
        if found["own"]:
            number = "".join(filter(str.isalnum, plain[found.start() : found.end()]))
            shown += [text[end : found.start()], mask_number(number)]
            end, is_listed = found.end(), True
            continue
        is_listed = is_listed and LISTED.issuperset(BETWEEN.findall(folded, end, found.start()))
        start = _find_start(found, is_listed=is_listed)
        if start is None:
            continue
        number = "".join(filter(str.isalnum, folded[start : found.end()]))
        shown += [text[end:start], mask_number(number)]
        end, is_listed = found.end(), True
    return "".join([*shown, text[end:]])


def _find_start(found: re.Match[str], *, is_listed: bool) -> int | None:
    """Return where in what was found a billing account number begins; None where there is none."""
    text, letters = found.string, found["letters"] or ""
    if letters and found["gap"]:
        if letters.lower() in TELEPHONE_LETTERS and _is_telephone(f"0{found['digits']}"):
            return None
        letters = "" if letters.lower() in NO_LETTERS and not letters.isupper() else letters
    start = found.start() if letters else found.start("digits")
    before = text[:start]
    if letters and _is_insured(found):
        return None
    if is_listed or _is_named(before):
        return start
    return start if letters and not OTHER_BEFORE.search(before) else None


def _is_named(before: str) -> bool:
    """Tell whether the text before a number mentions an account, and no other kind since."""
    if SAID_BEFORE.search(before) is None:
        return False
    other = OTHER_BEFORE.search(before)
    if other is None or OF_ACCOUNT.search(before[: other.start()]) is not None:
        return True
    return OF_ACCOUNT.search(other["rest"].rstrip(": ")) is not None


def _is_insured(found: re.Match[str]) -> bool:
    digits = sum(map(str.isdigit, found["digits"]))
    ends = INSURED.match(found.string, found.end())
    return len(found["letters"]) == 2 and digits == INSURED_DIGITS and ends is not None  # noqa: PLR2004


def _find_own(folded: str, own: str) -> str:
    """Return a folded text with signs of ours for one number, whatever parts its own."""
    places = [place for place, sign in enumerate(folded) if sign.isalnum()]
    signs = "".join(folded[place].upper() if folded[place].isascii() else "?" for place in places)
    digits = own.lstrip(ascii_uppercase)
    letters = own.removesuffix(digits)
    parts, end, first = [], 0, signs.find(digits)
    while first >= 0:
        has_letters = bool(letters) and signs[:first].endswith(letters)
        whole = places[first - len(letters) * has_letters : first + len(digits)]
        if whole[0] >= end and _is_whole(folded, places[first], whole):
            parts += [folded[end : whole[0]], OWN_BEGINS, OWN * (whole[-1] - whole[0])]
            end = whole[-1] + 1
        first = signs.find(digits, first + 1)
    return "".join([*parts, folded[end:]])


def _is_whole(folded: str, first: int, places: list[int]) -> bool:
    """Tell whether signs stand close together, and their digits in no longer row of digits."""
    around = folded[first - 1 : first] + folded[places[-1] + 1 : places[-1] + 2]
    is_close = all(after - before <= WIDEST_GAP + 1 for before, after in pairwise(places))
    return is_close and not any(map(str.isdigit, around))


def _fold(text: str) -> str:
    """Return a text of the same length in which digits, blanks and dashes have one form each."""
    return "".join(sign if sign.isascii() and sign != "\t" else _fold_sign(sign) for sign in text)


def _fold_sign(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(sign)
    if kind == "Pd" or sign == "\u2212":
        return "-"
    if kind in {"Zs", "Cf"} or sign == "\t":
        return " "
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign


def _keep_date(found: re.Match[str]) -> str:
    first, month, last = found.groups()
    year, day = (first, last) if len(first) > len(last) else (last, first)
    try:
        date(int(year) if len(year) > 2 else 2000 + int(year), int(month), int(day))  # noqa: PLR2004
    except ValueError:
        return found[0]
    return KEPT * len(found[0])


def _keep_telephones(found: re.Match[str]) -> str:
    """Keep the telephone numbers in a row of digits, which may have other numbers after them."""
    row = found[0]
    borders = [0, *(one.start() for one in re.finditer("[ -]", row)), len(row)]
    for start in borders[:-1]:
        for end in reversed(borders):
            if end > start and _is_telephone(row[start:end].strip(" -")):
                return f"{row[:start]}{KEPT * (end - start)}{row[end:]}"
    return row


def _is_telephone(digits: str) -> bool:
    """Tell a telephone number with its area code or its country."""
    if not digits.startswith(("0", "+", "(0")):
        return False
    try:
        return is_real(phonenumbers.parse(digits, "GB"))
    except phonenumbers.NumberParseException:
        return False
