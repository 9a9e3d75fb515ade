"""Passkeys, without pages: made and used by a key that tells the truth, and by ones that lie."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from portal.identity.mfa.models import Passkey
from portal.identity.mfa.queries import find_passkey_owner, get_factors
from portal.identity.mfa.rules import PasskeyOwner
from portal.identity.mfa.service import (
    add_passkey,
    ask_for_passkey,
    begin_passkey,
    remove_passkey,
    use_passkey,
)
from tests.identity.mfa.keys import PRESENT, VERIFIED, SoftKey
from tests.world import Person, World, rows_with

Lie = Callable[[SoftKey], SoftKey]
LIES: dict[str, Lie] = {
    "of another site": lambda key: replace(key, origin="http://portal.example.net"),
    "in another port": lambda key: replace(key, origin="http://localhost:8001"),
    "touched by nobody": lambda key: replace(key, flags=0),
    "without looking whose hand it was": lambda key: replace(key, flags=PRESENT),
    "looking without a touch": lambda key: replace(key, flags=VERIFIED),
}


def begin(world: World, person: Person) -> str:
    holder = PasskeyOwner(person.id, person.email, "Rowan Example")
    return str(world.read(begin_passkey, world.parts.settings, holder))


def keep(world: World, person: Person, answer: str) -> bool:
    return bool(world.read(add_passkey, world.parts.settings, person.id, answer, "My telephone"))


def made(world: World, person: Person) -> SoftKey:
    key = SoftKey(world.parts.settings.address)
    assert keep(world, person, key.enrol(begin(world, person)))
    return key


def ask(world: World, subject_id: object) -> str:
    return str(world.read(ask_for_passkey, world.parts.settings, subject_id))


def use(world: World, subject_id: object, answer: str) -> object:
    owner_id = world.read(find_passkey_owner, answer)
    if owner_id is None:
        return None
    is_right = world.read(use_passkey, world.parts.settings, subject_id, answer, owner_id)
    return owner_id if is_right else None


def test_a_passkey_is_made_and_tells_whose_it_is(world: World) -> None:
    person, browser = world.customer(), uuid4()
    key = made(world, person)
    [info] = world.read(get_factors, person.id).passkeys
    assert (info.name, info.used_at) == ("My telephone", None)
    assert use(world, browser, key.sign(ask(world, browser))) == person.id
    [info] = world.read(get_factors, person.id).passkeys
    assert info.used_at == world.clock()


@pytest.mark.parametrize("lie", LIES)
def test_a_passkey_that_lies_is_neither_kept_nor_believed(world: World, lie: str) -> None:
    person, browser = world.customer(), uuid4()
    liar = LIES[lie](SoftKey(world.parts.settings.address))
    assert not keep(world, person, liar.enrol(begin(world, person)))
    truthful = made(world, person)
    assert use(world, browser, LIES[lie](truthful).sign(ask(world, browser))) is None
    assert use(world, browser, truthful.sign(ask(world, browser))) == person.id


def test_a_challenge_counts_once_for_whom_it_was_made_and_for_ten_minutes(world: World) -> None:
    person, browser = world.customer(), uuid4()
    key = made(world, person)
    answer = key.sign(ask(world, browser))
    assert use(world, uuid4(), answer) is None, "of another browser"
    answer = key.sign(ask(world, browser))
    assert use(world, browser, answer) == person.id
    assert use(world, browser, answer) is None, "a second time"
    answer = key.sign(ask(world, browser))
    world.clock.move(minutes=11)
    assert use(world, browser, answer) is None, "too late"


def test_a_challenge_for_one_customer_makes_no_passkey_for_another(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    key = SoftKey(world.parts.settings.address)
    answer = key.enrol(begin(world, mine))
    assert not keep(world, theirs, answer)
    assert world.rows()["passkey"] == 0


def test_one_passkey_is_not_kept_for_two(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    key = made(world, mine)
    assert not keep(world, theirs, key.enrol(begin(world, theirs)))
    assert not keep(world, mine, key.enrol(begin(world, mine)))
    assert world.rows()["passkey"] == 1


def test_a_signature_of_another_key_opens_nothing(world: World) -> None:
    person, browser = world.customer(), uuid4()
    key = made(world, person)
    forged = replace(SoftKey(key.origin), credential_id=key.credential_id, user_id=key.user_id)
    assert use(world, browser, forged.sign(ask(world, browser))) is None


def test_a_changed_answer_opens_nothing(world: World) -> None:
    person, browser = world.customer(), uuid4()
    key = made(world, person)
    for part in ("authenticatorData", "signature"):
        sent = json.loads(key.sign(ask(world, browser)))
        bent = bytearray(base64url_to_bytes(sent["response"][part]))
        bent[-1] ^= 1
        sent["response"][part] = bytes_to_base64url(bytes(bent))
        assert use(world, browser, json.dumps(sent)) is None, part


def test_a_count_that_goes_back_or_stands_still_is_a_copy(world: World) -> None:
    person, browser = world.customer(), uuid4()
    key = made(world, person)
    thief = key.clone()
    for _ in range(3):
        assert use(world, browser, key.sign(ask(world, browser))) == person.id
    assert use(world, browser, thief.sign(ask(world, browser))) is None
    thief.count = key.count - 1
    assert use(world, browser, thief.sign(ask(world, browser))) is None, "the same count again"


def test_a_passkey_that_does_not_count_goes_on_working(world: World) -> None:
    person, browser = world.customer(), uuid4()
    key = made(world, person)
    for _ in range(3):
        key.count = -1
        assert use(world, browser, key.sign(ask(world, browser))) == person.id


def test_only_its_owner_takes_a_passkey_away(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    key = made(world, mine)
    [info] = world.read(get_factors, mine.id).passkeys
    assert not world.read(remove_passkey, theirs.id, info.id)
    assert world.read(remove_passkey, mine.id, info.id)
    browser = uuid4()
    assert use(world, browser, key.sign(ask(world, browser))) is None


def test_what_there_is_already_is_not_offered_again(world: World) -> None:
    person = world.customer()
    key = made(world, person)
    asked = json.loads(begin(world, person))
    [there] = asked["excludeCredentials"]
    assert base64url_to_bytes(there["id"]) == key.credential_id
    assert asked["authenticatorSelection"]["userVerification"] == "required"


def test_the_name_is_sealed(world: World) -> None:
    made(world, world.customer())
    with world.work() as work:
        [row] = rows_with(work, Passkey)
        assert b"telephone" not in row.sealed


scalars: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
)
wild = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["response", "clientDataJSON", "id", "x"]), inner)
    ),
    max_leaves=12,
)
encoded = st.binary(max_size=80).map(bytes_to_base64url) | st.text(max_size=30)
PARTS = ("id", "rawId", "type", "response", "authenticatorAttachment")
INSIDE = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


def bend(sent: dict[str, Any], part: str, value: object) -> str:
    """One part of an answer is something else; the challenge is still the right one."""
    if part in INSIDE:
        sent["response"][part] = value
    else:
        sent[part] = value
    return json.dumps(sent)


FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@FREELY
@given(part=st.sampled_from(PARTS + INSIDE), value=wild | encoded)
def test_nothing_that_a_browser_may_send_breaks_the_making_of_a_passkey(
    world: World, part: str, value: object
) -> None:
    person = Person(uuid4(), "rowan@example.com")
    with world.work() as work:
        work.create_key(person.id)
    key = SoftKey(world.parts.settings.address)
    sent = json.loads(key.enrol(begin(world, person)))
    keep(world, person, bend(sent, part, value))  # it would raise


@FREELY
@given(part=st.sampled_from(PARTS + INSIDE), value=wild | encoded)
def test_nothing_that_a_browser_may_send_breaks_the_use_of_a_passkey(
    world: World, part: str, value: object
) -> None:
    person, browser = Person(uuid4(), "rowan@example.com"), uuid4()
    with world.work() as work:
        work.create_key(person.id)
    key = made(world, person)
    sent = json.loads(key.sign(ask(world, browser)))
    use(world, browser, bend(sent, part, value))  # it would raise


@FREELY
@given(data=st.binary(max_size=200))
def test_no_attestation_breaks_the_making_of_a_passkey(world: World, data: bytes) -> None:
    person = Person(uuid4(), "rowan@example.com")
    with world.work() as work:
        work.create_key(person.id)
    for spelled in (data, cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})):
        sent = json.loads(SoftKey(world.parts.settings.address).enrol(begin(world, person)))
        answer = bend(sent, "attestationObject", bytes_to_base64url(spelled))
        assert not keep(world, person, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "0",
        "x" * 16_385,
        "[" * 16_000,
        '{"response":' * 1_300 + "1" + "}" * 1_300,
        '{"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAxfQ"}}',
        '{"response": {"clientDataJSON": 1}}',
        '{"response": {"clientDataJSON": "' + bytes_to_base64url(b"[" * 10_000) + '"}}',
        '{"response": {"clientDataJSON": "' + bytes_to_base64url(b'{"challenge":"A"}') + '"}}',
        '{"response": {"clientDataJSON": "\ud800"}}',
    ],
    ids=range(12),
)
def test_what_is_huge_nested_or_nonsense_is_only_refused(world: World, answer: str) -> None:
    person = world.customer()
    assert not keep(world, person, answer)
    assert use(world, uuid4(), answer) is None
