"""What every key service must do, tried on each of the two there are."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from portal.platform.core.errors import KeyGoneError, UnreadableError
from portal.platform.core.ledger import new_receipt_number
from portal.platform.core.sealing import place
from portal.platform.encryption.keys import KeyService
from portal.platform.encryption.sealing import Vault
from tests.platform.encryption.folder_keys import FolderKeys
from tests.world import World

SERVICES: dict[str, Callable[[World, Path], KeyService]] = {
    "keyring": lambda world, _: world.parts.keyring,
    "folder": lambda world, folder: FolderKeys(folder, world.clock),
}


@pytest.fixture(params=SERVICES)
def keys(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> KeyService:
    return SERVICES[request.param](world, tmp_path)


def test_what_is_sealed_opens_with_the_key_of_its_person_alone(keys: KeyService) -> None:
    mine, theirs, vault = uuid4(), uuid4(), Vault(keys)
    for person in (mine, theirs):
        vault.create_key(person)
    here = place("customer", mine)
    sealed = vault.seal(mine, here, {"town": "Exampleton"})
    assert Vault(keys).open(mine, here, sealed) == {"town": "Exampleton"}
    with pytest.raises(UnreadableError):
        vault.open(theirs, here, sealed)


def test_what_does_not_open_is_named_by_its_place_and_never_by_its_value(keys: KeyService) -> None:
    person, vault = uuid4(), Vault(keys)
    vault.create_key(person)
    here = place("customer", person)
    sealed = vault.seal(person, here, {"town": "Exampleton"})
    moved = place("customer", uuid4())
    for where, what in ((here, sealed[:-1] + bytes([sealed[-1] ^ 1])), (moved, sealed)):
        with pytest.raises(UnreadableError) as refused:
            vault.open(person, where, what)
        assert refused.value.place == where
        assert where in str(refused.value)
        assert "Exampleton" not in str(refused.value)


def test_an_erased_persons_key_is_gone_and_the_ledger_says_so_once(keys: KeyService) -> None:
    person, vault = uuid4(), Vault(keys)
    vault.create_key(person)
    here = place("customer", person)
    sealed = vault.seal(person, here, {})
    assert vault.ledger.find(person) is None
    first = vault.erase_person(person, new_receipt_number(), [("email", b"x" * 32)])
    again = vault.erase_person(person, new_receipt_number())
    assert again.reference == first.reference
    assert vault.ledger.find(person) == first
    assert vault.ledger.find_by_reference(first.reference) == first
    assert vault.ledger.list_suppressed([("email", b"x" * 32), ("text", b"x" * 32)]) == {
        ("email", b"x" * 32)
    }
    assert keys.read([person]) == {}
    with pytest.raises(KeyGoneError):
        Vault(keys).open(person, here, sealed)


def test_what_was_noted_once_more_since_a_moment_is_not_lifted_up_to_it(
    keys: KeyService, world: World
) -> None:
    old, again, new = contacts = [("email", bytes([one]) * 32) for one in range(3)]
    keys.suppress([old, again])
    until = world.clock()
    world.clock.move(seconds=1)
    assert keys.suppress([again, new]) == 1
    assert keys.lift(contacts, until) == 1
    assert keys.ledger.list_suppressed(contacts) == {again, new}
    assert keys.lift(contacts) == 2
    assert keys.ledger.list_suppressed(contacts) == set()


def test_a_discarded_key_leaves_no_line(keys: KeyService) -> None:
    passing, vault = uuid4(), Vault(keys)
    vault.create_key(passing)
    vault.discard_keys([passing])
    assert keys.read([passing]) == {}
    assert vault.ledger.find(passing) is None


def test_a_key_is_made_once(keys: KeyService) -> None:
    person = uuid4()
    keys.create(person)
    with pytest.raises(ValueError, match="already"):
        keys.create(person)


def test_what_must_outlive_an_old_copy_is_kept_until_it_is_forgotten(keys: KeyService) -> None:
    vault = Vault(keys)
    assert vault.read_note("outside-0") is None
    for value in ("a", "b"):
        vault.keep_note("outside-0", value)
        assert vault.read_note("outside-0") == value
    vault.keep_note("outside-0", None)
    assert vault.read_note("outside-0") is None


def test_the_first_receipt_of_a_line_stands(keys: KeyService) -> None:
    person = uuid4()
    keys.create(person)
    line = keys.erase(person, new_receipt_number())
    assert keys.ledger.keep_receipt(line.number, "one") == "one"
    assert keys.ledger.keep_receipt(line.number, "two") == "one"


def test_a_signature_is_good_for_its_text_alone(keys: KeyService) -> None:
    signature = keys.ledger.sign("one")
    assert keys.ledger.is_genuine("one", signature)
    assert not keys.ledger.is_genuine("two", signature)
