"""Contacts: their channels, and the one spelling that each is hashed by."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import phonenumbers

from portal.platform.core.addresses import spell_email
from portal.platform.core.telephones import is_real

EMAIL, TELEPHONE, ADDRESS = "email", "telephone", "address"
"""The kinds of keyed hashes. Telephone and mobile numbers are of one kind."""
MAILBOX = "mailbox"
"""The kind that tells `weiß@` from `weiss@`, which are one for looking up."""
OUTSIDE = "other-system"
"""The kind by which another system of the company knows who somebody is to us."""

LONGEST_EXTENSION = 7
"""Digits."""
TYPED = re.compile(
    r"\(?\+?[\d ()./-]*\d\)?(?: ?,? ?(?:extension|extn|ext|x|#)[.:]? ?\d{1,7})?", re.IGNORECASE
)
"""A number as people write it: digits, and what parts them; an extension after it."""
EXTENDED = re.compile(r"(.*?\d\)?) ?,? ?(?:extension|extn|ext|x|#)[.:]? ?\d*", re.IGNORECASE)
DASHES = re.compile("[\u2010-\u2015\u2212]")


class Channel(StrEnum):
    """A channel by which we may contact somebody."""

    EMAIL = "email"
    TEXT = "text"
    TELEPHONE = "telephone"
    POST = "post"


HASHED_AS = {
    Channel.EMAIL: EMAIL,
    Channel.TEXT: TELEPHONE,
    Channel.TELEPHONE: TELEPHONE,
    Channel.POST: ADDRESS,
}
"""By which kind of keyed hash somebody is known on a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """All contacts of somebody, as they were typed. Never printed."""

    email: str = ""
    telephone: str = ""
    mobile: str = ""
    address_line_1: str = ""
    postcode: str = ""

    def __repr__(self) -> str:
        return "Reach(…)"

    def by(self, channel: Channel) -> frozenset[str]:
        """Return the spellings to hash of their contacts by a channel."""
        return frozenset(found for found in self._spell(channel) if found)

    def _spell(self, channel: Channel) -> list[str]:
        match channel:
            case Channel.EMAIL:
                return [spell_email(self.email)]
            case Channel.TEXT:
                return [spell_telephone(self.mobile)]
            case Channel.TELEPHONE:
                return [spell_telephone(self.telephone), spell_telephone(self.mobile)]
            case Channel.POST:
                return [spell_address(self.address_line_1, self.postcode)]


@dataclass(frozen=True, slots=True)
class Former:
    """Former contacts of somebody, and when they ended."""

    reach: Reach
    ended_at: datetime


def read_telephone(text: str) -> phonenumbers.PhoneNumber:
    """Parse a telephone number, British unless it says otherwise; raises `ValueError`.

    It must be valid in its country's numbering plan, or one that Ofcom reserves for drama, and
    `text` must be nothing else. An extension is read with it.
    """
    number = _parse(text) if TYPED.fullmatch(_plain(text)) else None
    if number is None or not is_real(number):
        raise ValueError("Not a telephone number")
    return number


def has_extension(text: str) -> bool:
    """Tell whether an unreadable text is a valid number followed by something wrong."""
    found = EXTENDED.fullmatch(_plain(text))
    try:
        return found is not None and bool(read_telephone(found[1]))
    except ValueError:
        return False


def spell_telephone(text: str) -> str:
    """Return the E.164 spelling of a telephone number, without its extension.

    Text that is no valid number gets a spelling as well; it is the one that older versions hashed,
    so that whoever stored it then is still found.
    """
    number = _parse(text)
    if number is None or not phonenumbers.is_possible_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parse(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(_plain(text), "GB")
    except phonenumbers.NumberParseException:
        return None


def _plain(text: str) -> str:
    """Normalise full-width forms, and the dashes and blanks of word processors."""
    return DASHES.sub("-", " ".join(unicodedata.normalize("NFKC", text).split()))


def spell_address(line: str, postcode: str) -> str:
    """Return the spelling that a post address is hashed by; empty where there is none."""
    plain = ("".join(filter(str.isalnum, part.casefold())) for part in (line, postcode))
    return "|".join(plain) if line and postcode else ""
