"""Billing account numbers: what is shown of them, and how they are told from other numbers."""

import re

import phonenumbers

SIGNS_SHOWN = 3
HIDDEN = "••••"
"""What stands for the part of a billing account number that is not shown."""
IN_TEXT = re.compile(
    r"(?<![\w•])(?<![0-9][ -])(?:(?P<letters>[A-Z]{1,3})[ -]?|(?P<small>[a-z]{1,3}))?"
    r"(?P<digits>[0-9](?:[ -]?[0-9]){5,13})(?![ -]?[0-9])(?!\w)"
)
"""What a billing account number looks like in a text, with blanks and hyphens as on bills."""
SAID_BEFORE = re.compile(r"\b(?:account|acct|a/c|billing|bill)\b[^.!?\n0-9]{0,40}$", re.IGNORECASE)
"""What is said before a billing account number that is only digits, as most numbers are."""
OTHER_BEFORE = re.compile(
    r"\b(?:order|ref|reference|case|serial|imei|parcel|tracking|voucher|model)\b"
    r"[^.!?\n0-9]{0,20}$",
    re.IGNORECASE,
)
"""What is said before a number of another kind."""


def mask_number(number: str) -> str:
    """Return what may be seen of a billing account number without fresh proof."""
    return f"{HIDDEN} {number[-SIGNS_SHOWN:]}"


def mask_account_numbers(text: str) -> str:
    """Return a text in which what looks like a billing account number is masked.

    With letters before its digits it is one, unless another kind of number is named before it;
    of digits alone only where an account or a bill is named before it. Telephone numbers stay.
    """
    return IN_TEXT.sub(_mask_found, text)


def _mask_found(found: re.Match[str]) -> str:
    before = found.string[: found.start()]
    is_named = SAID_BEFORE.search(before) is not None
    has_letters = bool(found["letters"] or found["small"])
    if not is_named and (not has_letters or OTHER_BEFORE.search(before)):
        return found[0]
    if not is_named and _is_telephone(found["digits"]):
        return found[0]
    return mask_number("".join(filter(str.isalnum, found[0])))


def _is_telephone(digits: str) -> bool:
    try:
        number = phonenumbers.parse(digits, "GB")
    except phonenumbers.NumberParseException:
        return False
    return digits.startswith("0") and phonenumbers.is_possible_number(number)
