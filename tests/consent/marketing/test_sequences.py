"""Whatever is done to choices, in any order: kept, shown, screened and told is what was said."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import delete, select, update

from portal.consent.marketing.models import ChoiceChange
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.service import save_choices
from portal.consent.webhooks.models import Announcement, KnownCustomer
from portal.identity.contact_index.models import ContactHash
from portal.platform.core.webhooks import Receiver
from tests.consent.marketing.checked import Ground
from tests.consent.marketing.sequences import Sequence
from tests.consent.webhooks.receiver import Listener, listening
from tests.consent.webhooks.steps import telling
from tests.world import Person, World

FREELY = settings(max_examples=5, stateful_step_count=16)
ONCE = settings(FREELY, phases=[Phase.generate], derandomize=True, database=None)
"""For what has to be noticed: it need not be told in the fewest steps."""


@pytest.fixture
def there() -> Iterator[Listener]:
    with listening() as server:
        yield server


@pytest.fixture
def world(world: World, there: Listener) -> World:
    return telling(world, Receiver(there.url, [there.secret]))


def on(ground: Ground) -> type[Sequence]:
    """Everything that can be done, to one new customer of a portal after the other."""

    class Here(Sequence):
        def __init__(self) -> None:
            super().__init__(ground)

    return Here


@pytest.mark.nightly
def test_in_any_order_what_was_said_is_what_is_kept_shown_screened_and_told(
    world: World, there: Listener
) -> None:
    run_state_machine_as_test(on(Ground(world, there)), settings=FREELY)


def drop_a_choice(world: World, person: Person) -> None:
    agreed = world.read(get_choices, person.customer_id).agreed
    if agreed:
        with world.work() as work:
            save_choices(work, person.customer_id, frozenset(sorted(agreed)[1:]))


YESTERDAY: dict[UUID, list[str]] = {}


def screen_by_yesterday(world: World, person: Person) -> None:
    with world.work() as work:
        theirs = ContactHash.customer_id == person.id
        today = work.session.scalars(select(ContactHash.agreed).where(theirs)).first()
        before = YESTERDAY.get(person.id, [])
        YESTERDAY[person.id] = list(today or [])
        work.session.execute(update(ContactHash).where(theirs).values(agreed=before))


def lose_a_line(world: World, person: Person) -> None:
    with world.work() as work:
        query = select(ChoiceChange.id).where(ChoiceChange.customer_id == person.id).limit(1)
        line = delete(ChoiceChange).where(ChoiceChange.id.in_(work.session.scalars(query).all()))
        work.session.execute(line)


def tell_another_channel(world: World, person: Person) -> None:
    with world.work() as work:
        known = select(KnownCustomer.id).where(KnownCustomer.customer_id == person.id)
        for row in work.session.scalars(
            select(Announcement).where(Announcement.known_id.in_(known)).limit(1)
        ):
            row.data = {**row.data, "channel": "pigeon"}


@pytest.mark.parametrize(
    ("spoil", "noticed"),
    [
        (drop_a_choice, "kept"),
        (screen_by_yesterday, "screened"),
        (lose_a_line, "history"),
        (tell_another_channel, "announced"),
    ],
)
@pytest.mark.nightly
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_what_goes_wrong_on_the_way_is_noticed(
    world: World, there: Listener, spoil: Callable[[World, Person], None], noticed: str
) -> None:
    machine = on(Ground(world, there, spoil))
    with pytest.raises(AssertionError, match=f"^{noticed}"):
        run_state_machine_as_test(machine, settings=ONCE)
