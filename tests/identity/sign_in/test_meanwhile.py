"""What was right when it was compared may be wrong when it is relied on."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.identity.credentials.queries import find_secrets
from portal.identity.credentials.rules import Secrets
from portal.identity.credentials.service import keep_secrets
from portal.identity.sign_in.service import check_answer, prove_by_password
from portal.platform.core.visit import Device
from portal.platform.encryption.hashing import Hasher
from portal.self_service.account_security.service import end_everywhere
from tests.identity.realms.steps import check_password, check_staff_password, find_visit
from tests.self_service.account_security.steps import visit_of
from tests.world import ANSWER, PASSWORD, Person, World

DEVICE = Device("Firefox on Linux")


class Interrupted(Hasher):
    """A hasher that lets something else happen between comparing and relying on it."""

    def __init__(self, memory_kib: int, then: Callable[[], object]) -> None:
        super().__init__(memory_kib, 2)  # other parameters than those of the kept hashes
        self._then = then

    def verify(self, secret: str, hashed: str | None) -> bool:
        right = super().verify(secret, hashed)
        self._then()
        return right


def replace_secrets(world: World, person: Person) -> None:
    with world.work() as work:
        new = world.parts.hasher.hash("another one altogether")
        keep_secrets(work, person.id, Secrets(new, "Which?", new, work.now))


@pytest.mark.parametrize("then", ["replaced", "erased"])
def test_a_password_that_goes_while_it_is_compared_opens_nothing(world: World, then: str) -> None:
    person = world.customer()
    happen = {
        "replaced": lambda: replace_secrets(world, person),
        "erased": lambda: world.erase(person),
    }
    hasher = Interrupted(64, happen[then])
    done = check_password(world.parts.work, hasher, person.email, PASSWORD)
    assert (done.token, done.proof.right) == ("", False)
    assert world.rows()["sign_in_session"] == 0


def test_a_renewed_hash_does_not_overwrite_a_new_password(world: World) -> None:
    person = world.customer()
    hasher = Interrupted(64, lambda: replace_secrets(world, person))
    check_password(world.parts.work, hasher, person.email, PASSWORD)
    kept = world.read(find_secrets, person.id)
    assert world.parts.hasher.verify("another one altogether", kept.password_hash)


def test_a_password_that_goes_while_it_is_compared_is_no_fresh_proof(world: World) -> None:
    person = world.customer()
    hasher = Interrupted(64, lambda: replace_secrets(world, person))
    assert not prove_by_password(world.parts.work, hasher, person.customer_id, PASSWORD).right


@pytest.mark.parametrize("then", ["replaced", "put out"])
def test_an_answer_opens_nothing_once_its_session_or_its_secret_is_gone(
    world: World, then: str
) -> None:
    person = world.customer()
    other = visit_of(world, world.signed_in(person))
    work = world.parts.work
    token = check_password(work, world.parts.hasher, person.email, PASSWORD).token
    half = world.read(find_visit, token, timedelta(minutes=30))

    def put_out() -> None:
        with world.work() as inner:
            end_everywhere(inner, other, here=False)

    happen = {"replaced": lambda: replace_secrets(world, person), "put out": put_out}
    done = check_answer(work, Interrupted(64, happen[then]), half, ANSWER, DEVICE)
    assert (done.token, done.proof.right) == ("", False)


def test_a_colleagues_password_that_goes_meanwhile_opens_nothing(world: World) -> None:
    person = world.colleague()
    hasher = Interrupted(64, lambda: replace_secrets(world, person))
    done = check_staff_password(world.parts.work, hasher, person.email, PASSWORD)
    assert (done.token, done.proof.right) == ("", False)
