"""Two at once about one customer come out as one after the other, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.desk.case_records.models import CaseRow
from portal.desk.cases.rules import Step
from portal.desk.cases.service import enter
from portal.identity.accounts.models import RegistrationRow
from portal.identity.accounts.rules import Service
from portal.identity.accounts.service import lock_customer
from portal.platform.core.ids import CustomerId
from portal.platform.core.work import Work, Works
from tests.interleavings.groups import CHOSEN, THREE
from tests.interleavings.held import KILL, Held
from tests.interleavings.hunt import Hunt
from tests.interleavings.lab import Lab
from tests.interleavings.verb import by
from tests.interleavings.verbs import VERBS

REGISTRATIONS = 2
"""How many the customer of the scenes has."""
BORDERS = 6
"""Of a pair, at most so many are tried in the ordinary run."""
PAIRS = [
    pytest.param(pair, id=f"{promise}: {' '.join(pair)}")
    for promise, pairs in CHOSEN.items()
    for pair in pairs
]


@pytest.fixture(scope="module")
def hunts() -> dict[str, Hunt]:
    return {}


@pytest.fixture
def hunt(lab: Lab, hunts: dict[str, Hunt]) -> Hunt:
    """What a verb does alone, and what comes of two in turn, is found out once."""
    return hunts.setdefault(lab.stores.kind, Hunt(lab, most=BORDERS))


@pytest.mark.parametrize("pair", PAIRS)
def test_whatever_comes_first_it_comes_out_as_one_after_the_other(
    hunt: Hunt, pair: tuple[str, ...]
) -> None:
    scene, *verbs = pair
    found = hunt.meet(scene, *verbs)
    assert found == [], "\n\n".join(str(one) for one in found)


def test_three_at_once_come_out_as_one_after_the_other(hunt: Hunt) -> None:
    scene, *verbs = THREE[0]
    found = hunt.meet(scene, *verbs)
    assert found == [], "\n\n".join(str(one) for one in found)


def test_somebody_signs_in_while_a_list_is_being_shared(lab: Lab) -> None:
    """What is shared is read, and whoever is read need not wait."""
    lab.set_up("home")
    waited = []
    for point in range(100):
        lab.set_up("home")
        says = {
            "share": lambda: lab.say(VERBS["share"], lab.first),
            "check_answer": lambda: lab.say(VERBS["check_answer"], lab.second),
        }
        where = Held(lab, says, point).run().where
        if not where:
            break
        waited += [where] * ("[check_answer waits]" in where)
    assert point > 0
    assert waited == []


# --------------------------------------------------------------- twins: what is racy is found


def racy(work: Work, customer_id: CustomerId) -> None:
    """Looks, and then does what it saw no reason against."""
    _add_a_third(work, customer_id)


def correct(work: Work, customer_id: CustomerId) -> None:
    """The same, with the customer locked first."""
    if lock_customer(work, customer_id) is not None:
        _add_a_third(work, customer_id)


def in_two(works: Works, customer_id: CustomerId) -> None:
    """Racy on SQLite too: looks in one unit of work, and writes in the next."""
    with works() as work:
        number = _count(work, customer_id)
    with works() as work:
        if number == REGISTRATIONS:
            _add(work, customer_id)


def _add_a_third(work: Work, customer_id: CustomerId) -> None:
    if _count(work, customer_id) == REGISTRATIONS:
        _add(work, customer_id)


def _count(work: Work, customer_id: CustomerId) -> int:
    query = select(func.count()).where(RegistrationRow.customer_id == customer_id)
    return work.session.scalar(query) or 0


def _add(work: Work, customer_id: CustomerId) -> None:
    row = RegistrationRow(customer_id=customer_id, service=Service.WIFI, registered_at=work.now)
    work.session.add(row)


@pytest.mark.parametrize(
    ("verb", "is_found"),
    [(racy, {"postgresql"}), (in_two, {"sqlite", "postgresql"}), (correct, set())],
    ids=["racy", "racy in two units of work", "correct"],
)
def test_a_racy_verb_is_found_and_a_correct_one_is_not(
    lab: Lab, verb: Callable[..., None], is_found: set[str]
) -> None:
    """SQLite lets one write at a time, so that there one unit of work alone cannot be racy."""
    hunt = Hunt(lab, {"third": by("me", verb, lambda facts: (facts.my_id,))})
    found = hunt.meet("home", "third", "third")
    assert bool(found) == (lab.stores.kind in is_found)
    assert hunt.runs > 0


def two_halves(works: Works, customer_id: CustomerId) -> None:
    """Wrong where the process ends between the two: the case says more than was done."""
    own = select(CaseRow).where(CaseRow.customer_id == customer_id)
    with works() as work:
        work.session.scalars(own).one().version += 1
    with works() as work:
        enter(work, work.session.scalars(own).one(), Step.NOTED)


def test_a_process_that_ends_half_way_is_found(lab: Lab) -> None:
    hunt = Hunt(lab, {"note": by("sam", two_halves, lambda facts: (facts.my_id,))})
    found = hunt.meet("home", "note", KILL)
    assert [one.fault for one in found] == ["a case of version 2 has 1 entries, 1 different"]
