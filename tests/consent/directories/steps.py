"""Numbers that customers have, and what they choose for them."""

from collections.abc import Mapping
from typing import Any

from portal.consent.directories.queries import get_entries
from portal.consent.directories.rules import Listing, numbers_of
from portal.consent.directories.service import save_entries
from portal.identity.accounts.queries import get_customer
from tests.world import Person, World, act

HOME, MOBILE, OTHER = "+441632960001", "+447700900123", "+442079460007"
SHOWN = {HOME: "01632 960001", MOBILE: "07700 900123", OTHER: "020 7946 0007"}
REACHED: dict[str, Any] = {
    "telephone": SHOWN[HOME],
    "mobile": SHOWN[MOBILE],
    "address_line_1": "1 Sample Street",
    "postcode": "ZZ99 9ZZ",
}


def choose(world: World, person: Person, wanted: Mapping[str, str]) -> None:
    """Save choices as the page would: of each number, the words of what is ticked."""
    listed = {
        number: frozenset(Listing(word) for word in words.split())
        for number, words in wanted.items()
    }
    version = world.read(get_entries, person.customer_id).version
    act(world, person, save_entries, person.customer_id, listed, version)


def listed(world: World, person: Person) -> dict[str, list[str]]:
    """Where each number of today may be found."""
    with world.work() as work:
        numbers = numbers_of(get_customer(work, person.customer_id).details)
        entries = get_entries(work, person.customer_id)
    return {one.spelled: sorted(entries.on(one.spelled)) for one in numbers}
