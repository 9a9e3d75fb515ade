"""Forty guesses at once, by several processes: six are looked at, and the owner gets in."""

from uuid import uuid4

import pytest

from portal.identity.mfa.rules import PasskeyOwner
from portal.identity.mfa.service import add_passkey, begin_passkey
from tests.commands import COPIES
from tests.faults.guessing import THREADS, guess
from tests.identity.account_recovery.test_forgotten import NEW, can_sign_in, link_to
from tests.identity.mfa.keys import SoftKey
from tests.pages import Visitor
from tests.world import ANSWER, PASSWORD, Person, World

PROCESSES = 4


def guess_at_once(world: World, email: str) -> list[bool]:
    """Forty guesses from four processes at the same moment; which of them were looked at."""
    start, heard = COPIES.Barrier(PROCESSES * THREADS), COPIES.Queue()
    given = (world.parts.settings, world.clock(), email, start, heard)
    crowd = [COPIES.Process(target=guess, args=given) for _ in range(PROCESSES)]
    for one in crowd:
        one.start()
    found = [heard.get(timeout=60) for _ in range(PROCESSES * THREADS)]
    for one in crowd:
        one.join()
    assert [one.exitcode for one in crowd] == [0] * PROCESSES
    return found


@pytest.mark.parametrize("email", ["rowan@example.com", "nobody@example.com"])
def test_of_forty_guesses_at_once_exactly_six_are_looked_at(world: World, email: str) -> None:
    world.customer()
    assert sum(guess_at_once(world, email)) == 6
    refused = world.audit("entrance:sign-in:refused")
    assert len(refused) == PROCESSES * THREADS
    assert sum(not one.facts["blocked"] for one in refused) == 6


def test_meanwhile_the_owner_stays_in_and_gets_in_by_passkey_or_by_a_link(world: World) -> None:
    person = world.customer()
    open_already, key = world.signed_in(person), SoftKey()
    with world.work() as work:
        options = begin_passkey(
            work, world.parts.settings, PasskeyOwner(person.id, person.email, "Rowan")
        )
        answer = key.enrol(options)
        assert add_passkey(work, world.parts.settings, person.id, answer, "Telephone")
    guess_at_once(world, person.email)
    assert not can_sign_in(world, person, PASSWORD)
    assert open_already.open("/profile").path == "/profile"
    assert by_passkey(world.visitor(), key) == "/account"


def by_passkey(visitor: Visitor, key: SoftKey) -> str:
    """Sign in by a passkey alone; where that leads."""
    page = visitor.open("/sign-in")
    token = page.value("csrf_token")
    options = visitor.post("/sign-in/passkey/options", {"csrf_token": token}).text
    fields = {"csrf_token": token, "answer": key.sign(options)}
    return visitor.submit("/sign-in/passkey", fields).path


def test_the_link_in_a_letter_lets_the_owner_in_while_guessing_is_blocked(world: World) -> None:
    person = world.customer()
    guess_at_once(world, person.email)
    assert not can_sign_in(world, person, PASSWORD)
    world.visitor().open(link_to(world, person)).send(proof=ANSWER, password=NEW)
    changed = Person(uuid4(), person.email, password=NEW)
    assert world.signed_in(changed).open("/profile").path == "/profile"
