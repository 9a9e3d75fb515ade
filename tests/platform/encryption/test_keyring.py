from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from portal.platform.core.errors import KeyGoneError
from portal.platform.core.ledger import new_receipt_number
from portal.platform.core.sealing import place
from portal.platform.encryption.doomed import destroy_doomed, doom_keys
from portal.platform.encryption.models import ErasureRow, PersonKey
from portal.platform.encryption.sealing import Vault
from tests.world import World, fail_after


def test_a_destroyed_key_opens_nothing_ever_again(world: World) -> None:
    person, vault = uuid4(), Vault(world.parts.keyring)
    vault.create_key(person)
    sealed = vault.seal(person, place("customer", person), {"town": "Exampleton"})
    vault.erase_person(person, new_receipt_number())
    for later in (vault, Vault(world.parts.keyring)):
        assert later.find(person, place("customer", person), sealed) is None
        with pytest.raises(KeyGoneError):
            later.open(person, place("customer", person), sealed)


def test_an_erasure_is_in_the_ledger_once_and_names_nobody(world: World) -> None:
    person, vault = uuid4(), Vault(world.parts.keyring)
    vault.create_key(person)
    vault.erase_person(person, new_receipt_number())
    vault.erase_person(person, new_receipt_number())
    with world.parts.keyring.engine.connect() as connection:
        lines = connection.execute(select(ErasureRow.person_hash)).all()
        keys = connection.execute(select(PersonKey.id)).all()
    assert len(lines) == 1
    assert person.bytes not in lines[0].person_hash
    assert keys == []


def test_a_key_is_made_once(world: World) -> None:
    person, vault = uuid4(), Vault(world.parts.keyring)
    vault.create_key(person)
    with pytest.raises(ValueError, match="already"):
        vault.create_key(person)


def test_several_keys_cost_one_look_up(world: World) -> None:
    people, vault = [uuid4() for _ in range(5)], Vault(world.parts.keyring)
    for person in people:
        vault.create_key(person)
    fresh = Vault(world.parts.keyring)
    asked: list[str] = []

    def listen(*facts: Any) -> None:
        asked.append(facts[2])

    event.listen(world.parts.keyring.engine, "before_cursor_execute", listen)
    fresh.fetch(people)
    for person in people:
        fresh.seal(person, "x", {})
    assert len([one for one in asked if "person_key" in one]) == 1


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # PostgreSQL's files are its own
def test_the_bytes_of_a_destroyed_key_are_not_in_the_file(world: World) -> None:
    person, vault = uuid4(), Vault(world.parts.keyring)
    vault.create_key(person)
    with world.parts.keyring.engine.connect() as connection:
        wrapped = connection.execute(select(PersonKey.wrapped)).scalar_one()
    file = Path(str(world.parts.keyring.engine.url.database))
    assert wrapped in file.read_bytes()
    vault.erase_person(person, new_receipt_number())
    for left in file.parent.glob(f"{file.name}*"):
        assert wrapped not in left.read_bytes()


def test_a_doomed_key_goes_when_its_transaction_is_over(world: World) -> None:
    person = uuid4()
    Vault(world.parts.keyring).create_key(person)
    fail_after(world, lambda work: doom_keys(work, [person]))
    with world.work() as work:
        assert destroy_doomed(work) == 0
        doom_keys(work, [person])
    with world.work() as work:
        assert destroy_doomed(work) == 1
    assert world.parts.keyring.read([person]) == {}
