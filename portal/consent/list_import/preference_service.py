"""Reading the Telephone Preference Service's file: numbers that must get no unsolicited calls."""

from collections.abc import Iterable

import phonenumbers

from portal.consent.list_import.cells import bare, join_digits
from portal.consent.list_import.columns import UnfitListError
from portal.identity.contact_index.rules import spell_telephone
from portal.platform.core.texts import _

NUMBERS_TOGETHER = 10_000
"""Numbers that are listed in one field of bits: telephone numbers are given out in blocks."""


class Numbers:
    """A compact set of telephone numbers: the service has some twenty million."""

    __slots__ = ("_blocks",)

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}

    def add(self, spelling: str) -> None:
        """Add a number, spelled as E.164."""
        block, place = divmod(int(spelling), NUMBERS_TOGETHER)
        bits = self._blocks.get(block)
        if bits is None:
            bits = self._blocks[block] = bytearray(NUMBERS_TOGETHER // 8)
        bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, spelling: str) -> bool:
        """Tell whether a number is among them."""
        block, place = divmod(int(spelling), NUMBERS_TOGETHER)
        bits = self._blocks.get(block)
        return bits is not None and bool(bits[place >> 3] & 1 << (place & 7))


def read_numbers(lines: Iterable[str]) -> Numbers:
    """Read the service's file, one number on each line; raises `UnfitListError`.

    A file with anything else in it is refused: it may be the wrong one, and protect nobody. Numbers
    that are no longer in use are accepted.
    """
    numbers = Numbers()
    for line, text in enumerate(lines, 1):
        try:
            if plain := bare(text):
                numbers.add(_spell_listed(plain))
        except ValueError:
            raise UnfitListError(
                _(
                    "Line {number} of the Telephone Preference Service’s file is not a telephone"
                    " number",
                    number=line,
                )
            ) from None
    return numbers


def _spell_listed(text: str) -> str:
    """Return the E.164 spelling of a national number, in use or not; raises `ValueError`."""
    spelling = spell_telephone(join_digits(text))
    number = phonenumbers.parse(spelling) if spelling.startswith("+") else None
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is None or phonenumbers.is_possible_number_with_reason(number) != whole:
        raise ValueError("Not a telephone number")
    return spelling
