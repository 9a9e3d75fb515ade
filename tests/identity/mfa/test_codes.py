"""Authenticators and recovery codes, without pages: once each, and for one person alone."""

from uuid import uuid4

import pytest

from portal.identity.mfa.models import Authenticator, RecoveryCode
from portal.identity.mfa.queries import find_pending_secret, get_factors
from portal.identity.mfa.rules import FORMER_LENGTH, STEP_SECONDS, code_at, group_code, is_mistyped
from portal.identity.mfa.service import (
    begin_authenticator,
    confirm_authenticator,
    count_owned,
    forget_owner,
    make_recovery_codes,
    remove_authenticator,
    use_authenticator,
    use_recovery_code,
)
from portal.platform.core.tokens import hash_token
from tests.world import Person, World, rows_with


def code(world: World, secret: str, around: int = 0) -> str:
    return code_at(secret, int(world.clock().timestamp()) // STEP_SECONDS + around)


def confirmed(world: World, person: Person) -> str:
    secret = str(world.read(begin_authenticator, person.id))
    assert world.read(confirm_authenticator, person.id, code(world, secret))
    return secret


def test_an_app_that_was_not_confirmed_opens_nothing(world: World) -> None:
    person = world.customer()
    secret = world.read(begin_authenticator, person.id)
    assert not world.read(use_authenticator, person.id, code(world, secret))
    assert not world.read(get_factors, person.id).are_strong


def test_begun_twice_it_is_the_same_secret_until_it_is_confirmed(world: World) -> None:
    person = world.customer()
    first = world.read(begin_authenticator, person.id)
    assert world.read(begin_authenticator, person.id) == first
    assert world.read(confirm_authenticator, person.id, code(world, first))
    assert world.read(find_pending_secret, person.id) is None
    assert world.read(begin_authenticator, person.id) != first


@pytest.mark.parametrize("around", [-1, 0, 1])
def test_each_of_three_steps_is_taken_once(world: World, around: int) -> None:
    person = world.customer()
    secret = confirmed(world, person)
    world.clock.move(minutes=5)
    typed = code(world, secret, around)
    assert world.read(use_authenticator, person.id, typed)
    assert not world.read(use_authenticator, person.id, typed)


def test_after_a_newer_code_an_older_one_opens_nothing(world: World) -> None:
    person = world.customer()
    secret = confirmed(world, person)
    world.clock.move(minutes=5)
    assert world.read(use_authenticator, person.id, code(world, secret, 1))
    for around in (0, -1):
        assert not world.read(use_authenticator, person.id, code(world, secret, around))


def test_the_code_of_somebody_else_opens_nothing(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    confirmed(world, mine)
    secret = confirmed(world, theirs)
    world.clock.move(minutes=5)
    assert not world.read(use_authenticator, mine.id, code(world, secret))
    assert not world.read(use_authenticator, uuid4(), code(world, secret))


def test_a_removed_app_opens_nothing(world: World) -> None:
    person = world.customer()
    secret = confirmed(world, person)
    world.read(remove_authenticator, person.id)
    world.clock.move(minutes=5)
    assert not world.read(use_authenticator, person.id, code(world, secret))


def test_the_secret_is_nowhere_in_the_row(world: World) -> None:
    person = world.customer()
    secret = confirmed(world, person)
    with world.work() as work:
        [row] = rows_with(work, Authenticator)
        assert secret.encode() not in row.sealed


def test_a_recovery_code_is_taken_once_and_kept_as_a_hash(world: World) -> None:
    person = world.customer()
    codes = world.read(make_recovery_codes, person.id)
    assert len(set(codes)) == 10
    assert world.read(use_recovery_code, person.id, codes[4])
    assert not world.read(use_recovery_code, person.id, codes[4])
    assert world.read(get_factors, person.id).recovery_codes_left == 9
    with world.work() as work:
        kept = b"".join(row.code_hash for row in rows_with(work, RecoveryCode))
    plain = [one.replace("-", "") for one in codes]
    assert not any(one.encode() in kept for one in plain)
    assert not any(hash_token(one) in kept for one in plain), "too short for a hash without a key"


def test_a_code_that_was_given_out_before_they_became_shorter_still_works_once(
    world: World,
) -> None:
    person, code = world.customer(), "7K4Q92WX" * 3 + "3BCD"
    assert len(code) == FORMER_LENGTH
    with world.work() as work:
        row = RecoveryCode(owner_id=person.id, code_hash=hash_token(code), made_at=work.now)
        work.session.add(row)
    assert not is_mistyped(group_code(code).lower())
    assert world.read(use_recovery_code, person.id, group_code(code).lower())
    assert not world.read(use_recovery_code, person.id, code)


def test_new_codes_end_the_old_ones_and_anothers_open_nothing(world: World) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    old = world.read(make_recovery_codes, mine.id)
    foreign = world.read(make_recovery_codes, theirs.id)
    new = world.read(make_recovery_codes, mine.id)
    for wrong in (old[0], foreign[0], "", "x" * 500, "\x00"):
        assert not world.read(use_recovery_code, mine.id, wrong)
    assert world.read(use_recovery_code, mine.id, new[0])
    assert world.read(use_recovery_code, theirs.id, foreign[0])


def test_everything_of_one_person_is_counted_and_goes_and_nothing_of_another(
    world: World,
) -> None:
    mine, theirs = world.customer(), world.customer("jules@example.com")
    for person in (mine, theirs):
        confirmed(world, person)
        world.read(make_recovery_codes, person.id)
    assert world.read(count_owned, mine.id) == 11
    assert world.read(forget_owner, mine.id) == 11
    assert world.read(count_owned, mine.id) == 0
    assert world.read(count_owned, theirs.id) == 11
