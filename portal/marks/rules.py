"""What a mark is: the one spelling, and the kind of keyed hash, of a way to reach somebody."""

from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from portal.kernel.addresses import spell_email

EMAIL, TELEPHONE, ADDRESS = "email", "telephone", "address"
"""The kinds of keyed hashes. Telephone and mobile numbers are of one kind."""


class Channel(StrEnum):
    """How we might reach somebody."""

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
    """Everything by which somebody can be reached, as they wrote it. Never printed."""

    email: str
    telephone: str
    mobile: str
    address_line_1: str
    postcode: str

    def __repr__(self) -> str:
        return "Reach(…)"

    def by(self, channel: Channel) -> frozenset[str]:
        """Return the spellings, to be hashed, of what reaches them by a channel."""
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


def read_telephone(text: str) -> phonenumbers.PhoneNumber:
    """Read a telephone number, British unless it says otherwise; raises `ValueError`."""
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException as error:
        raise ValueError("Not a telephone number") from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise ValueError("Not a telephone number")
    return number


def spell_telephone(text: str) -> str:
    """Return the one spelling of a telephone number (E.164); what is none has one too."""
    try:
        number = read_telephone(text)
    except ValueError:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spell_address(line: str, postcode: str) -> str:
    """Return the one spelling of a post address; nothing where there is none."""
    plain = ("".join(filter(str.isalnum, part.casefold())) for part in (line, postcode))
    return "|".join(plain) if line and postcode else ""
