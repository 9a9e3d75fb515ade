"""Whatever numbers come, move and go, nothing is on that nobody turned on."""

from dataclasses import replace
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.consent.directories.queries import get_entries
from portal.consent.directories.rules import DIRECTORIES, ListedNumbers, Listing, numbers_of
from portal.consent.directories.service import save_entries
from portal.identity.accounts.queries import get_customer
from portal.identity.accounts.rules import parse_telephone
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work
from portal.self_service.profile.service import change_profile
from tests.consent.directories.steps import HOME, MOBILE, OTHER, REACHED
from tests.world import Person, World, act, fail_after

Step = tuple[str, str] | dict[str, ListedNumbers]
POOL = (HOME, MOBILE, OTHER)
NUMBER = st.sampled_from(("", *POOL))
NUMBERS = st.tuples(NUMBER, NUMBER)
WANTED = st.fixed_dictionaries(dict.fromkeys(POOL, st.frozensets(st.sampled_from(Listing))))
UNDONE = st.sampled_from((False, False, False, True))
STEPS = st.lists(st.tuples(NUMBERS | WANTED, UNDONE), min_size=4, max_size=12)
"""New numbers or choices, each with whether it is rolled back."""


class Model:
    """What is to be on, by the plainest reckoning."""

    def __init__(self) -> None:
        self.fields = (HOME, MOBILE)
        self.on: dict[str, ListedNumbers] = {}

    def follow(self, step: Step) -> None:
        if isinstance(step, dict):
            self.on = {
                number: one
                for number, one in step.items()
                if number in self.fields and one & DIRECTORIES
            }
        else:
            self.fields = step
            self.on = {number: one for number, one in self.on.items() if number in step}


def take(work: Work, customer_id: CustomerId, step: Step) -> None:
    """Take a step as the pages do."""
    customer = get_customer(work, customer_id)
    if isinstance(step, dict):
        numbers = {one.spelled for one in numbers_of(customer.details)}
        theirs = {number: one for number, one in step.items() if number in numbers}
        save_entries(work, customer_id, theirs, get_entries(work, customer_id).version)
    else:
        telephone, mobile = (parse_telephone(one) if one else "" for one in step)
        details = replace(customer.details, telephone=telephone, mobile=mobile)
        change_profile(work, customer_id, details, customer.version)


def found(world: World, person: Person) -> dict[str, ListedNumbers]:
    entries = world.read(get_entries, person.customer_id)
    return {number: one.on for number, one in entries.by_number.items() if one.on}


@given(steps=STEPS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_is_ever_on_for_a_number_that_nobody_turned_on(
    world: World, steps: list[tuple[Step, bool]]
) -> None:
    person = world.customer(f"one{world.rows()['customer']}@example.com", **REACHED)
    model = Model()
    for step, is_undone in steps:
        if is_undone:
            fail_after(world, partial(take, customer_id=person.customer_id, step=step))
        else:
            act(world, person, take, person.customer_id, step)
            model.follow(step)
        assert found(world, person) == model.on
