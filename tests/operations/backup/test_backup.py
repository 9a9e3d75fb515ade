"""Copies: what is lost comes back, whoever has left does not, and no old key is anywhere."""

import io
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Uuid, delete, select

from portal.desk.case_records.models import CaseRow
from portal.governance.audit.chain import note_head, seal_waiting, verify
from portal.governance.audit.models import AuditEntry
from portal.identity.accounts.models import CustomerRow
from portal.identity.accounts.queries import get_customer
from portal.operations.backup import backup, dump, store
from portal.operations.backup import restore as restoring
from portal.operations.backup.backup import back_up
from portal.operations.backup.erasure_replay import Replayed, replay
from portal.operations.backup.manifest import HEAD, MAGIC, Backup
from portal.operations.backup.postgresql_address import BackupError
from portal.operations.backup.restore import RestoreRequest, lacks_only_replay, restore
from portal.operations.restore_check import RESTORING, look
from portal.operations.schema.migrate import downgrade, upgrade
from portal.operations.schema.model_registry import Base
from portal.operations.schema.version import KEYRING, MAIN, is_newest
from portal.platform.core.database import open_engine
from portal.platform.core.ids import CustomerId
from portal.platform.encryption.crypto import new_master_text
from portal.platform.encryption.models import PersonKey, Secret
from portal.platform.runtime import Runtime, assemble
from portal.self_service.profile.service import change_profile
from tests.databases import PostgresqlStock, tools
from tests.world import NOON, PASSWORD, Person, World, act

TRAIL = {"audit_entry", "audit_gap", "audit_link", "audit_waiting"}


@pytest.fixture
def world(world: World) -> World:
    """A portal that knows where the programs of its PostgreSQL are."""
    if kind(world) == "postgresql":
        settings = replace(world.parts.settings, postgresql_tools=str(tools()))
        world.parts = replace(world.parts, settings=settings)
    return world


@pytest.fixture
def folder(world: World) -> Path:
    return world.instance / "copies"


@pytest.fixture
def renewed() -> Iterator[list[Runtime]]:
    """Parts that take the place of the first ones in a test; what was lost is there again after."""
    made: list[Runtime] = []
    yield made
    for parts in made:
        upgrade(parts.keyring.engine, KEYRING)
        upgrade(parts.sessions.engine, MAIN)
        parts.sessions.engine.dispose()
        parts.keyring.engine.dispose()


def kind(world: World) -> str:
    return world.parts.sessions.engine.dialect.name


def renew(world: World, made: list[Runtime]) -> None:
    """The program is started again."""
    parts = world.parts
    world.parts = assemble(
        parts.settings, parts.register, parts.questions, parts.clock, reference=parts.clock
    )
    world.app.extensions["portal"] = world.parts
    made.append(world.parts)


def copied(world: World, folder: Path) -> Backup:
    return back_up(world.parts, folder, folder / "keyring", lambda _: None)


def put_back(world: World, folder: Path, name: str | None = None) -> Replayed:
    return restore(world.parts, folder, RestoreRequest(name), report=lambda _: None)


def put_back_with_keyring(world: World, folder: Path, keyring_folder: Path) -> Replayed:
    choice = RestoreRequest(keyring_folder=keyring_folder)
    return restore(world.parts, folder, choice, report=lambda _: None)


def move(world: World, person: Person, town: str) -> None:
    """A customer moves to another town."""
    customer = world.read(get_customer, person.customer_id)
    details = replace(customer.details, address_line_1="1 High Street", town=town)
    act(world, person, change_profile, person.customer_id, details, customer.version)


def town_of(world: World, person: Person) -> str:
    return str(world.read(get_customer, person.customer_id).details.town)


def tables_with(world: World, person_id: UUID) -> set[str]:
    """Where the number of a person is in the main database, in whatever column."""
    with world.work() as work:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if isinstance(column.type, Uuid)
            and work.session.execute(select(column).where(column == person_id)).first()
        }


def can_sign_in(world: World, person: Person) -> bool:
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    page = visitor.open("/sign-in/question")
    return page.path == "/sign-in/question" and page.send(answer=person.answer).path == "/account"


def state(world: World) -> tuple[dict[str, int], str | None]:
    return world.rows(), world.parts.keyring.read_note(RESTORING)


# ------------------------------------------------------------------------------ putting back


def test_what_was_changed_after_the_backup_is_as_it_was(world: World, folder: Path) -> None:
    person = world.customer()
    move(world, person, "Exampleton")
    copied(world, folder)
    move(world, person, "Otherton")
    newcomer = world.customer("newcomer@example.com")
    put_back(world, folder)
    assert town_of(world, person) == "Exampleton"
    assert tables_with(world, newcomer.id) == set()
    assert world.signed_in(person).open("/profile/edit").value("town") == "Exampleton"


def test_whoever_left_after_the_backup_stays_away_and_others_are_well(
    world: World, folder: Path
) -> None:
    leaver, stayer = world.customer(), world.customer("stays@example.com")
    move(world, leaver, "Exampleton")
    move(world, stayer, "Exampleton")
    reference = world.case(stayer)
    world.case(leaver)
    copied(world, folder)
    world.erase(leaver)
    done = put_back(world, folder)
    assert done.people == 1
    assert tables_with(world, leaver.id) <= TRAIL
    assert look(world.parts).is_ready
    assert not can_sign_in(world, leaver)
    assert can_sign_in(world, stayer)
    visitor = world.signed_in(stayer)
    assert visitor.open("/profile/edit").value("town") == "Exampleton"
    assert "Where is Exampleton?" in visitor.open(f"/cases/{reference}").text


def test_whoever_left_before_the_backup_is_in_no_copy_of_it(world: World, folder: Path) -> None:
    leaver = world.customer()
    world.erase(leaver)
    copied(world, folder)
    assert put_back(world, folder).people == 0
    assert tables_with(world, leaver.id) <= TRAIL
    assert look(world.parts).is_ready


def test_the_portal_does_not_start_between_the_data_and_the_replay(
    world: World, folder: Path
) -> None:
    leaver = world.customer()
    copied(world, folder)
    world.erase(leaver)
    assert look(world.parts).is_ready
    seen = []
    restore(world.parts, folder, RestoreRequest(), report=lambda _: seen.append(look(world.parts)))
    assert [state.is_ready for state in seen] == [False]
    assert seen[0].is_restoring
    assert look(world.parts).is_ready


def test_a_restore_that_died_is_finished_by_another_one(world: World, folder: Path) -> None:
    leaver, stayer = world.customer(), world.customer("stays@example.com")
    copied(world, folder)
    world.erase(leaver)
    entries = world.rows()["audit_entry"]

    def die(_: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        restore(world.parts, folder, RestoreRequest(), report=die)
    assert not look(world.parts).is_ready
    with pytest.raises(BackupError, match="Finish"):
        copied(world, folder)
    put_back(world, folder)
    assert look(world.parts).is_ready
    assert tables_with(world, leaver.id) <= TRAIL
    assert can_sign_in(world, stayer)
    (event,) = world.audit("audit:copy:restored")
    assert 0 < event.facts["entries_lost"] < entries


def test_a_restore_that_died_with_an_empty_database_is_not_called_replayed(
    world: World, folder: Path
) -> None:
    person = world.customer()
    copied(world, folder)
    assert lacks_only_replay(world.parts)
    world.parts.keyring.keep_note(RESTORING, json.dumps({"entries": 40}))
    downgrade(world.parts.sessions.engine, MAIN, "base")
    assert not lacks_only_replay(world.parts)
    put_back(world, folder)
    assert lacks_only_replay(world.parts)
    assert can_sign_in(world, person)
    assert world.audit("audit:copy:restored")[0].facts["entries_lost"] > 30


def test_migrating_does_not_end_a_restore(world: World) -> None:
    world.parts.keyring.keep_note(RESTORING, "1")
    replay(world.parts, is_restored=False, report=lambda _: None)
    assert not look(world.parts).is_ready
    replay(world.parts, is_restored=True, report=lambda _: None)
    assert look(world.parts).is_ready


def seal(world: World) -> None:
    with world.work() as work:
        seal_waiting(work)
    assert note_head(world.parts)


def test_the_trail_says_that_it_was_set_back_and_is_whole(world: World, folder: Path) -> None:
    person = world.customer()
    move(world, person, "Exampleton")
    seal(world)
    copied(world, folder)
    for town in ("Otherton", "Thirdton"):
        move(world, person, town)
    seal(world)
    put_back(world, folder)
    (event,) = world.audit("audit:copy:restored")
    assert event.facts == {"made_at": NOON.isoformat(), "entries_lost": 2}
    seal(world)
    found = verify(world.parts)
    assert found.fault is None
    assert found.sealed == world.rows()["audit_entry"]
    assert len(found.given_up) == 1, "the keyring remembers that something was lost"


def test_an_older_copy_can_be_chosen(world: World, folder: Path) -> None:
    person = world.customer()
    move(world, person, "Exampleton")
    first = copied(world, folder)
    move(world, person, "Otherton")
    world.clock.move(hours=1)
    copied(world, folder)
    put_back(world, folder)
    assert town_of(world, person) == "Otherton"
    put_back(world, folder, first.file.name)
    assert town_of(world, person) == "Exampleton"


def given_name(world: World, part: Path, schema: str) -> Backup:
    """A file becomes a copy in two files, as before, with everything in its manifest."""
    file, (size, sha256), mark = (
        part.with_suffix(""),
        store.measure(part, 0),
        backup.mark(world.parts),
    )
    copy = Backup(file, NOON, kind(world), size, sha256, schema, erasures=0, keyring=mark)
    copy = replace(copy, seal=backup.seal(world.parts, copy))
    facts = {**json.loads(copy.facts), "seal": copy.seal}
    part.rename(file)
    file.with_suffix(".json").write_text(json.dumps(facts, indent=2) + "\n")
    return copy


def taken_out(world: World, part: Path, *, of_keyring: bool = False) -> Path:
    """What a database holds, as it was copied before: not packed."""
    parts = world.parts
    engine = parts.keyring.engine if of_keyring else parts.sessions.engine
    with (
        dump.taken_out(engine, parts.settings.postgresql_tools, is_secret=of_keyring) as taken,
        part.open("wb") as file,
    ):
        shutil.copyfileobj(taken[0], file)
    return part


def test_a_copy_of_an_older_schema_is_migrated(world: World, folder: Path) -> None:
    person = world.customer()
    engine = world.parts.sessions.engine
    store.open_folder(folder)
    part = store.reserve(folder, NOON)
    downgrade(engine, MAIN, "0001")
    taken_out(world, part)
    upgrade(engine, MAIN)
    given_name(world, part, "0001")
    put_back(world, folder)
    assert is_newest(engine, MAIN)
    assert can_sign_in(world, person)
    with pytest.raises(Exception, match="append-only"), world.work() as work:
        work.session.execute(delete(AuditEntry))


def test_backups_in_two_files_of_an_older_release_are_put_back(
    world: World, folder: Path, renewed: list[Runtime]
) -> None:
    person = world.customer()
    for one in (folder, folder / "keyring"):
        store.open_folder(one)
    revision = backup.find_revision(world.parts.keyring.engine) or ""
    part = taken_out(world, store.reserve_keyring(folder / "keyring"), of_keyring=True)
    given_name(world, part, revision)
    revision = backup.find_revision(world.parts.sessions.engine) or ""
    given_name(world, taken_out(world, store.reserve(folder, NOON)), revision)
    assert not any(file.read_bytes().startswith(MAGIC) for file in folder.rglob("*.copy"))
    lose_both(world, renewed)
    put_back_with_keyring(world, folder, folder / "keyring")
    assert can_sign_in(world, person)
    world.clock.move(hours=1)
    copied(world, folder)
    assert [file.name for file in (folder / "keyring").iterdir()] == ["keyring.copy"]


def given_junk(world: World, folder: Path, schema: str) -> Backup:
    """What looks like a copy in everything but what it holds."""
    part = store.reserve(folder, NOON)
    part.write_bytes(b"no database, whatever its manifest says" * 100)
    return given_name(world, part, schema)


def test_a_restore_that_changed_nothing_lets_the_portal_start_again(
    world: World, folder: Path
) -> None:
    person = world.customer()
    good = copied(world, folder)
    bad = given_junk(world, folder, good.schema)
    before = state(world)
    with pytest.raises(BackupError, match="Nothing was changed, and the portal may start again"):
        put_back(world, folder, bad.file.name)
    assert state(world) == before
    assert look(world.parts).is_ready
    assert can_sign_in(world, person)


def test_a_restore_that_changed_nothing_leaves_the_note_of_the_one_before(
    world: World, folder: Path
) -> None:
    good = copied(world, folder)
    bad = given_junk(world, folder, good.schema)
    world.parts.keyring.keep_note(RESTORING, json.dumps({"entries": 40}))
    with pytest.raises(BackupError, match="run the same again"):
        put_back(world, folder, bad.file.name)
    assert not look(world.parts).is_ready
    put_back(world, folder, good.file.name)
    assert look(world.parts).is_ready


def test_a_restore_that_left_the_database_empty_says_how_to_go_on(
    world: World, folder: Path
) -> None:
    person = world.customer()
    good = copied(world, folder)
    bad = given_junk(world, folder, "0001")
    if kind(world) == "sqlite":  # which puts back what it had
        return
    with pytest.raises(BackupError, match=r"the portal does not start on it.*--copy NAME"):
        put_back(world, folder, bad.file.name)
    assert world.parts.keyring.read_note(RESTORING)
    assert not lacks_only_replay(world.parts)
    put_back(world, folder, good.file.name)
    assert look(world.parts).is_ready
    assert can_sign_in(world, person)


# ---------------------------------------------------------------------- copies that will not do


def flip(copy: Backup) -> None:
    held = bytearray(copy.file.read_bytes())
    held[(HEAD + len(held)) // 2] ^= 1
    copy.file.write_bytes(held)


def cut(copy: Backup) -> None:
    copy.file.write_bytes(copy.file.read_bytes()[:-1])


def give_head(copy: Backup, head: bytes) -> None:
    copy.file.write_bytes(head.ljust(HEAD) + copy.file.read_bytes()[HEAD:])


def swap_manifest(copy: Backup) -> None:
    earlier = min(copy.file.parent.glob("portal-*.copy"))
    assert earlier != copy.file
    give_head(copy, earlier.read_bytes()[:HEAD])


def facts_of(copy: Backup) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(copy.file.read_bytes()[len(MAGIC) : HEAD])
    return facts


def rewrite(copy: Backup, **facts: object) -> None:
    give_head(copy, MAGIC + json.dumps({**facts_of(copy), **facts}).encode())


Spoil = Callable[[Backup], object]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "one byte": (flip, "was changed"),
    "cut": (cut, "bytes"),
    "the manifest of another": (swap_manifest, "manifest says|was changed"),
    "another kind": (lambda copy: rewrite(copy, kind="oracle"), "copy of oracle"),
    "newer": (lambda copy: rewrite(copy, schema="9999"), "newer program"),
    "another day": (lambda copy: rewrite(copy, made_at=NOON.isoformat()), "copy was changed"),
    "other rows": (lambda copy: rewrite(copy, rows={}), "copy was changed"),
    "packed by whom": (lambda copy: rewrite(copy, packing="rar"), "does not know"),
    "another keyring": (lambda copy: rewrite(copy, keyring="00"), "another keyring"),
    "nothing said": (lambda copy: give_head(copy, MAGIC + b"{}"), "cannot be read"),
    "no manifest": (lambda copy: give_head(copy, b""), "no copy called"),
    "no copy": (lambda copy: copy.file.unlink(), "no copy called"),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT.keys())
def test_a_copy_that_will_not_do_is_refused_and_nothing_changes(
    world: World, folder: Path, spoil: Spoil, said: str
) -> None:
    copied(world, folder)
    person = world.customer()
    world.clock.move(hours=1)
    copy = copied(world, folder)
    move(world, person, "Exampleton")
    before = state(world)
    spoil(copy)
    with pytest.raises(BackupError, match=said) as refusal:
        put_back(world, folder, copy.file.name)
    assert str(folder) not in str(refusal.value)
    assert state(world) == before
    assert town_of(world, person) == "Exampleton"


def test_without_a_copy_there_is_nothing_to_put_back(world: World, folder: Path) -> None:
    with pytest.raises(BackupError, match="There is no copy"):
        put_back(world, folder)


def test_a_copy_made_with_another_keyring_is_refused(
    world: World, folder: Path, renewed: list[Runtime]
) -> None:
    world.customer()
    copied(world, folder)
    with world.parts.keyring.engine.begin() as connection:
        connection.execute(delete(Secret))
    renew(world, renewed)
    with pytest.raises(BackupError, match="--with-keyring"):
        put_back(world, folder)
    world.parts.keyring.prepare()
    before = state(world)
    with pytest.raises(BackupError, match="another keyring"):
        put_back(world, folder)
    assert state(world) == before


# ------------------------------------------------------------------------------ the keyring


def unpacked(file: Path) -> bytes:
    """What is in a file, and what is packed in it."""
    heap, raw = io.BytesIO(), file.read_bytes()
    if raw.startswith(MAGIC):
        backup.opened(store.read_backup(file), [])(heap)
    return raw + heap.getvalue()


def held_in(folder: Path, key: bytes) -> list[str]:
    """The files in which the bytes of a key are, as SQLite or as PostgreSQL writes them."""
    return sorted(
        file.name
        for file in folder.rglob("*")
        if file.is_file()
        and any(spelling in unpacked(file) for spelling in (key, key.hex().encode()))
    )


def wrapped_key(world: World, person: Person) -> bytes:
    with world.parts.keyring.engine.connect() as connection:
        query = select(PersonKey.wrapped).where(PersonKey.id == person.id)
        return bytes(connection.execute(query).scalar_one())


def test_of_the_keyring_there_is_one_copy_without_the_keys_of_those_who_left(
    world: World, folder: Path
) -> None:
    leaver, stayer = world.customer(), world.customer("stays@example.com")
    key, other = wrapped_key(world, leaver), wrapped_key(world, stayer)
    copied(world, folder)
    assert held_in(folder, key) == ["keyring.copy"]
    with (folder / "keyring" / "keyring.copy").open("rb") as old:
        world.erase(leaver)
        for _ in range(2):
            world.clock.move(hours=1)
            copied(world, folder)
        left = old.read()
    assert held_in(folder, key) == []
    assert held_in(folder, other) == ["keyring.copy"]
    assert left.count(0) == len(left) > 0, "its bytes were overwritten before it was let go"
    assert [file.name for file in (folder / "keyring").iterdir()] == ["keyring.copy"]
    assert len(list(folder.glob("portal-*.copy"))) == 3


def test_a_copy_of_the_keyring_that_was_left_half_written_is_gone(
    world: World, folder: Path
) -> None:
    half = folder / "keyring" / "keyring.copy.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half a key")
    with half.open("rb") as old:
        copied(world, folder)
        assert old.read() == bytes(10)
    assert not half.exists()


def test_the_keyring_needs_a_folder_of_its_own(world: World, folder: Path) -> None:
    with pytest.raises(BackupError, match="of its own"):
        back_up(world.parts, folder, folder, lambda _: None)
    assert not folder.exists()


def lose_keyring(world: World, made: list[Runtime]) -> None:
    downgrade(world.parts.keyring.engine, KEYRING, "base")
    renew(world, made)


def lose_both(world: World, made: list[Runtime]) -> None:
    downgrade(world.parts.sessions.engine, MAIN, "base")
    lose_keyring(world, made)


@pytest.mark.parametrize("lose", [lose_keyring, lose_both])
def test_a_lost_keyring_comes_back_with_its_copy(
    world: World, folder: Path, renewed: list[Runtime], lose: Callable[[World, list[Runtime]], None]
) -> None:
    leaver, stayer = world.customer(), world.customer("stays@example.com")
    world.erase(leaver)
    copied(world, folder)
    lose(world, renewed)
    with pytest.raises(BackupError, match="--with-keyring"):
        put_back(world, folder)
    put_back_with_keyring(world, folder, folder / "keyring")
    assert look(world.parts).is_ready
    assert can_sign_in(world, stayer)
    assert not can_sign_in(world, leaver)
    assert world.parts.keyring.ledger.count() == 1


def test_whoever_registers_during_a_backup_is_readable_or_not_there(
    world: World, folder: Path, renewed: list[Runtime]
) -> None:
    world.customer()
    newcomers = iter(("one@example.com", "two@example.com"))

    def register(_: str) -> None:
        world.customer(next(newcomers))

    back_up(world.parts, folder, folder / "keyring", register)
    lose_both(world, renewed)
    put_back_with_keyring(world, folder, folder / "keyring")
    with world.work() as work:
        ids = list(work.session.scalars(select(CustomerRow.id)))
        assert [get_customer(work, CustomerId(one)).details.given_name for one in ids] == [
            "Rowan"
        ] * len(ids)
    assert ids


def test_an_interrupted_restore_of_both_is_finished_in_the_same_way(
    world: World, folder: Path, renewed: list[Runtime]
) -> None:
    person = world.customer()
    copied(world, folder)
    lose_both(world, renewed)

    def die(_: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        restore(world.parts, folder, RestoreRequest(keyring_folder=folder / "keyring"), report=die)
    renew(world, renewed)
    assert not look(world.parts).is_ready
    put_back_with_keyring(world, folder, folder / "keyring")
    assert look(world.parts).is_ready
    assert can_sign_in(world, person)


@pytest.mark.nightly
@pytest.mark.parametrize("at", ["_refuse_other_keyring", "_begin", "_put_main_back"])
def test_a_restore_that_died_when_the_keyring_was_back_is_finished_in_the_same_way(
    world: World, folder: Path, renewed: list[Runtime], at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver, person = world.customer(), world.customer("stays@example.com")
    world.erase(leaver)
    copied(world, folder)
    lose_both(world, renewed)

    def die(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(restoring, at, die)
        with pytest.raises(ZeroDivisionError):
            put_back_with_keyring(world, folder, folder / "keyring")
    renew(world, renewed)
    put_back_with_keyring(world, folder, folder / "keyring")
    assert look(world.parts).is_ready
    assert can_sign_in(world, person)
    assert world.parts.keyring.ledger.count() == 1


def test_a_restore_with_another_master_key_is_run_again_with_the_right_one(
    world: World, folder: Path, renewed: list[Runtime]
) -> None:
    person = world.customer()
    copied(world, folder)
    lose_both(world, renewed)
    right = world.parts.settings
    world.parts = replace(world.parts, settings=replace(right, master_key=new_master_text()))
    renew(world, renewed)
    with pytest.raises(BackupError, match="PORTAL_MASTER_KEY"):
        put_back_with_keyring(world, folder, folder / "keyring")
    world.parts = replace(world.parts, settings=right)
    renew(world, renewed)
    put_back_with_keyring(world, folder, folder / "keyring")
    assert can_sign_in(world, person)


def test_a_keyring_in_use_is_not_replaced(world: World, folder: Path) -> None:
    world.customer()
    copied(world, folder)
    leaver = world.customer("leaves@example.com")
    world.erase(leaver)
    before = state(world)
    with pytest.raises(BackupError, match="is older than the database"):
        put_back_with_keyring(world, folder, folder / "keyring")
    assert state(world) == before
    assert world.parts.keyring.ledger.count() == 1


def test_a_keyring_with_keys_and_no_ledger_is_not_replaced_either(
    world: World, folder: Path
) -> None:
    copied(world, folder)
    person = world.customer()
    with pytest.raises(BackupError, match="in use"):
        put_back_with_keyring(world, folder, folder / "keyring")
    assert can_sign_in(world, person)


def test_an_old_copy_of_the_keyring_does_not_bring_back_who_left(
    world: World, folder: Path, renewed: list[Runtime]
) -> None:
    leaver = world.customer()
    copied(world, folder)
    old = world.instance / "old keyring"
    shutil.copytree(folder / "keyring", old)
    world.erase(leaver)
    world.clock.move(hours=1)
    copied(world, folder)
    lose_both(world, renewed)
    with pytest.raises(BackupError, match="older than the database"):
        put_back_with_keyring(world, folder, old)
    assert not is_newest(world.parts.keyring.engine, KEYRING), "nothing was touched"
    put_back_with_keyring(world, folder, folder / "keyring")
    assert not can_sign_in(world, leaver)


@pytest.mark.parametrize(
    "name",
    [
        "one byte",
        "newer",
        *(
            pytest.param(one, marks=pytest.mark.nightly)
            for one in ("cut", "another kind", "nothing said")
        ),
    ],
)
def test_a_copy_of_the_keyring_that_will_not_do_is_refused(
    world: World, folder: Path, renewed: list[Runtime], name: str
) -> None:
    world.customer()
    copied(world, folder)
    spoil, said = SPOILT[name]
    spoil(store.read_backup(folder / "keyring" / "keyring.copy"))
    lose_both(world, renewed)
    with pytest.raises(BackupError, match=said):
        put_back_with_keyring(world, folder, folder / "keyring")
    assert not is_newest(world.parts.keyring.engine, KEYRING), "nothing was touched"


def test_with_an_old_keyring_nothing_is_put_back(world: World, folder: Path) -> None:
    leaver = world.customer()
    first = copied(world, folder)
    parts = world.parts
    old = shutil.copy(folder / "keyring" / "keyring.copy", world.instance / "old.copy")
    fill = backup.opened(store.read_backup(Path(old)), [])
    world.erase(leaver)
    tools = parts.settings.postgresql_tools
    dump.put_back(parts.keyring.engine, fill, tools, is_secret=True)
    before = state(world)
    with pytest.raises(BackupError, match="keyring is older"):
        put_back(world, folder, first.file.name)
    assert state(world) == before


# ------------------------------------------------------------------------------ the folder


def test_a_copy_is_for_its_owner_alone_and_one_file(world: World, folder: Path) -> None:
    world.customer()
    copy = copied(world, folder)
    names = {file.name for file in folder.iterdir()}
    assert names == {copy.file.name, "keyring"}
    assert copy.file.name == "portal-20261123T120000Z.copy"
    for one in (folder, folder / "keyring"):
        assert one.stat().st_mode & 0o777 == 0o700
        assert all(f.stat().st_mode & 0o777 == 0o600 for f in one.iterdir() if f.is_file())
    facts = facts_of(copy)
    assert facts["bytes"] == copy.file.stat().st_size - HEAD
    assert facts["kind"] == kind(world)


def test_backups_go_when_the_receipts_say_so(world: World, folder: Path) -> None:
    kept = timedelta(days=world.parts.settings.backups_kept_days)
    first = copied(world, folder)
    half = folder / "portal-20261123T120000Z-2.copy.part"
    bare = folder / "portal-20261123T115959Z.copy"
    other = folder / "portal-notes.txt"
    for file in (half, bare, other):
        file.write_bytes(b"x")
    world.clock.move(seconds=kept.total_seconds() - 1)
    copied(world, folder)
    assert first.file.exists()
    assert not half.exists(), "nobody writes it any more"
    assert not bare.exists()
    world.clock.move(seconds=1)
    said: list[str] = []
    back_up(world.parts, folder, folder / "keyring", said.append)
    assert not first.file.exists()
    assert other.exists()
    assert f"Deleted: {first.file.name}" in said
    assert len(list(folder.glob("portal-*.copy"))) == 2


def test_old_copies_go_also_while_a_restore_is_interrupted(world: World, folder: Path) -> None:
    first = copied(world, folder)
    world.clock.move(hours=1)
    second = copied(world, folder)
    world.clock.move(days=world.parts.settings.backups_kept_days)
    world.parts.keyring.keep_note(RESTORING, json.dumps({"entries": 0}))
    with pytest.raises(BackupError, match="Finish that first"):
        copied(world, folder)
    assert not first.file.exists()
    assert second.file.exists(), "the newest is what is being put back"


def test_old_copies_go_also_where_a_copy_could_not_be_tried(world: World, folder: Path) -> None:
    first = copied(world, folder)
    world.clock.move(hours=1)
    copied(world, folder)
    world.clock.move(days=world.parts.settings.backups_kept_days)

    def refuse() -> None:
        raise BackupError("There is no secret key")

    for keyring_folder, check in ((folder / "keyring", refuse), (folder, lambda: None)):
        first.file.touch()
        with pytest.raises(BackupError):
            back_up(world.parts, folder, keyring_folder, lambda _: None, check)
        assert not first.file.exists()


def test_the_newest_copy_never_goes(world: World, folder: Path) -> None:
    copied(world, folder)
    world.clock.move(hours=1)
    newest = copied(world, folder)
    store.prune(folder, NOON + timedelta(days=4000), timedelta(days=1), lambda _: None)
    assert {file for file in folder.iterdir() if file.is_file()} == {newest.file}


def test_two_backups_in_one_second_are_two_copies(world: World, folder: Path) -> None:
    person = world.customer()
    move(world, person, "Exampleton")
    first = copied(world, folder)
    move(world, person, "Otherton")
    second = copied(world, folder)
    assert first.file != second.file
    put_back(world, folder)
    assert town_of(world, person) == "Otherton"
    put_back(world, folder, first.file.name)
    assert town_of(world, person) == "Exampleton"


# ------------------------------------------------------------------------------ while it runs


def test_a_backup_among_writers_loses_nothing_that_was_written_before(
    world: World, folder: Path
) -> None:
    written: list[str] = []
    faults: list[Exception] = []
    enough, stop = threading.Event(), threading.Event()
    person = world.customer()

    def write() -> None:
        visitor = world.signed_in(person)
        try:
            while not stop.is_set():
                written.append(world.case(person))
                assert visitor.open("/account").path == "/account"
                if len(written) > 2:
                    enough.set()
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is the finding
            faults.append(fault)
            enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    enough.wait(60)
    before = set(written)
    copied(world, folder)
    stop.set()
    writer.join()
    assert faults == []
    put_back(world, folder)
    with world.work() as work:
        there = set(work.session.scalars(select(CaseRow.reference)))
    assert before <= there <= set(written)
    assert len(before) > 2


# ------------------------------------------------------------------------------ SQLite


def test_a_copy_of_sqlite_has_no_journal_and_is_sound(world: World, folder: Path) -> None:
    if kind(world) != "sqlite":
        return
    world.customer()
    plain = world.instance / "plain.db"
    with plain.open("wb") as file:
        backup.opened(copied(world, folder), [])(file)
    with sqlite3.connect(plain) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


# ------------------------------------------------------------------------------ PostgreSQL


def pretend(folder: Path, words: str) -> str:
    """A folder with a pg_dump that is a script."""
    folder.mkdir()
    script = folder / "pg_dump"
    script.write_text(f"#!/bin/sh\n{words}\n")
    script.chmod(0o700)
    return str(folder)


@pytest.mark.postgresql
def test_the_password_is_not_among_the_words_of_a_command(
    postgresql_stock: PostgresqlStock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_MASTER_KEY", "nobody else's business")
    said = tmp_path / "said"
    scripts = pretend(tmp_path / "bin", f'echo "words: $@" >> {said}\nenv >> {said}')
    url = postgresql_stock.engines[0].url.set(password="umbrellas", port=None)
    engine = open_engine(url.render_as_string(hide_password=False))
    with dump.taken_out(engine, scripts, is_secret=False) as (stream, _):
        assert stream.read() == b""
    engine.dispose()
    told = said.read_text()
    words = [line for line in told.splitlines() if line.startswith("words: ")]
    assert "--format=custom" in words[-1]
    assert "umbrellas" not in " ".join(words)
    assert "PGPASSWORD=umbrellas" in told
    assert f"PGHOST={url.query['host']}" in told
    assert "PGDATABASE=main" in told
    assert "nobody else's business" not in told


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("exit 3", "pg_dump ended with code 3"),
        ("echo 'pg_dump (PostgreSQL) 9.6.1'", "version 9 and the server"),
    ],
)
def test_a_program_that_fails_is_named(
    postgresql_stock: PostgresqlStock, tmp_path: Path, words: str, said: str
) -> None:
    scripts = pretend(tmp_path / "bin", words)
    engine = postgresql_stock.engines[0]
    with (
        pytest.raises(BackupError, match=said),
        dump.taken_out(engine, scripts, is_secret=False) as (stream, _),
    ):
        stream.read()


@pytest.mark.postgresql
def test_a_program_that_is_missing_is_named(
    postgresql_stock: PostgresqlStock, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="PORTAL_POSTGRESQL_TOOLS"):
        dump.check_taking(postgresql_stock.engines[0], str(tmp_path))


@pytest.mark.postgresql
def test_a_failed_backup_leaves_nothing_behind(world: World, folder: Path) -> None:
    if kind(world) != "postgresql":
        return
    scripts = pretend(world.instance / "bin", "exit 3")
    settings = replace(world.parts.settings, postgresql_tools=scripts)
    world.parts = replace(world.parts, settings=settings)
    with pytest.raises(BackupError):
        copied(world, folder)
    assert [file for file in folder.rglob("*") if file.is_file()] == []


def test_somebody_reads_of_which_time_looks_at_their_data_are_lost(
    world: World, folder: Path
) -> None:
    person = world.customer()
    reference = world.case(person)
    copied(world, folder)
    world.clock.move(days=1)
    world.at_the_desk().open(f"/staff/cases/{reference}")
    world.deliver()
    put_back(world, folder)
    world.clock.move(minutes=10)
    text = world.signed_in(person).open("/your-data/looked").text
    assert "we had to go back to a backup, and lost them" in text
    assert "Nobody has opened anything" not in text
