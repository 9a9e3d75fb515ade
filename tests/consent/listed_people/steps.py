"""People whom other operators list with us, and taking in a list of them."""

from io import BufferedReader, BytesIO
from typing import Any, cast

from portal.consent.listed_people.queries import find_entry
from portal.consent.listed_people.rules import ListCounts, ListedEntry, gather_words, read_list
from portal.consent.listed_people.service import take_list
from tests.world import World

HEAD = "name,address,postcode,number,directories"
TANGLE = "Tangle Telecom"
MORGAN, MORGANS = "+442079460101", "Morgan Example,1 Sample Street,ZZ99 9ZZ,020 7946 0101"
ROBIN, ROBINS = "+442079460102", "Robin Example,,,+44 20 7946 0102"


def as_list(*rows: str, directories: str = "printed online") -> bytes:
    """A list, of rows without their last column."""
    return "\r\n".join([HEAD, *(f"{row},{directories}" for row in rows), ""]).encode()


def opened(whole: bytes) -> BufferedReader:
    """A list as a file that is open."""
    return cast(BufferedReader, BufferedReader(BytesIO(whole)))


def take_in(
    world: World, *rows: str, operator: str = TANGLE, directories: str = "printed online"
) -> ListCounts:
    """Take in a list of an operator."""
    whole = as_list(*rows, directories=directories)

    def read() -> Any:
        return gather_words(read_list(opened(whole)))

    return take_list(world.parts.work, operator, read)


def entry_of(world: World, number: str = MORGAN) -> ListedEntry | None:
    found: ListedEntry | None = world.read(find_entry, number)
    return found
