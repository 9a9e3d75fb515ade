"""Copies packed and encrypted, and tried: what goes in comes out, or nothing is believed."""

import io
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import delete, text

from portal.governance.audit.chain import seal_waiting
from portal.identity.accounts.queries import get_customer
from portal.identity.credentials.models import TryCount
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.backup import backup, dump, store
from portal.operations.backup.manifest import HEAD, Backup
from portal.operations.backup.packing import GZIP, LEVEL, SEALED, pack, read_identities, unpack
from portal.operations.backup.postgresql_address import BackupError
from portal.operations.backup.restore import RestoreRequest, restore
from portal.operations.backup.row_counts import Counted
from portal.operations.backup.verification import refuse_unable, verify
from portal.operations.data_inventory import HELD
from portal.operations.erasure_proof.searching import Needles, search_files
from portal.operations.restore_check import look
from portal.platform.core.database import open_engine
from portal.platform.runtime import assemble
from portal.platform.settings import SettingsError
from tests.conftest import SETTINGS
from tests.databases import PostgresqlStock, tools
from tests.operations.backup.test_backup import (
    copied,
    given_name,
    kind,
    lose_both,
    move,
    taken_out,
    town_of,
    wrapped_key,
)
from tests.world import NOON, World

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())


@pytest.fixture
def world(world: World) -> World:
    """A portal that knows where the programs of its PostgreSQL are."""
    return given(world, postgresql_tools=str(tools()) if kind(world) == "postgresql" else "")


def given(world: World, **settings: object) -> World:
    world.parts = replace(world.parts, settings=replace(world.parts.settings, **settings))  # type: ignore[arg-type]  # of several types
    return world


@pytest.fixture
def folder(world: World) -> Path:
    return world.instance / "copies"


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


# ------------------------------------------------------------------------------ packing


@pytest.mark.parametrize(
    "recipients", ["", RECIPIENT, f"{RECIPIENT}, {RECIPIENT}"], ids=["nobody", "one", "two"]
)
@pytest.mark.parametrize("size", [0, 1, 1 << 16, 3_000_001])
def test_what_is_packed_comes_out_again_and_nothing_when_it_was_cut(
    recipients: str, size: int
) -> None:
    plain = os.urandom(size // 2) + bytes(size - size // 2)
    packed, out = io.BytesIO(), io.BytesIO()
    how = pack(io.BytesIO(plain), packed, recipients)
    assert how == (SEALED if recipients else GZIP)
    unpack(io.BytesIO(packed.getvalue()), out, how, [IDENTITY])
    assert out.getvalue() == plain
    assert len(packed.getvalue()) < size * 0.6 + 600
    with pytest.raises(BackupError):
        unpack(io.BytesIO(packed.getvalue()[:-1]), io.BytesIO(), how, [IDENTITY])


class Broken:
    """A stream that breaks after so many pieces."""

    def __init__(self, pieces: int, held: bytes = b"") -> None:
        self.left, self.held = pieces, io.BytesIO(held)

    def read(self, size: int) -> bytes:
        self._use()
        return self.held.read(size)

    def write(self, data: bytes, /) -> int:
        self._use()
        return self.held.write(data)

    def _use(self) -> None:
        if self.left == 0:
            raise BackupError("it broke")
        self.left -= 1


def packed(source: Any, target: Any, recipients: str) -> bool:
    """Whether it was packed; if not, it was said."""
    try:
        pack(source, target, recipients)
    except BackupError as fault:
        return "it broke" not in str(fault)
    return True


def unpacked(held: bytes, target: Any, recipients: str) -> bool:
    try:
        unpack(io.BytesIO(held), target, SEALED if recipients else GZIP, [IDENTITY])
    except BackupError as fault:
        return "it broke" not in str(fault)
    return True


@pytest.mark.parametrize("recipients", ["", RECIPIENT], ids=["nobody", "one"])
@pytest.mark.parametrize("size", [1, 5_000, 70_000, 1_000_000])
def test_no_fault_of_a_source_or_of_a_target_is_hidden_by_the_packing(
    recipients: str, size: int
) -> None:
    plain, whole = os.urandom(size), io.BytesIO()
    pack(io.BytesIO(plain), whole, recipients)
    outcomes = set()
    for pieces in range(50):
        source, target, out = Broken(pieces, plain), Broken(pieces), Broken(pieces)
        first, second = io.BytesIO(), io.BytesIO()
        was_read = packed(source, first, recipients)
        was_written = packed(io.BytesIO(plain), target, recipients)
        was_unpacked = unpacked(whole.getvalue(), out, recipients)
        assert not was_read or unpacked(first.getvalue(), second, recipients)
        assert not was_read or second.getvalue() == plain
        second = io.BytesIO()
        assert not was_written or unpacked(target.held.getvalue(), second, recipients)
        assert not was_written or second.getvalue() == plain
        assert not was_unpacked or out.held.getvalue() == plain
        outcomes |= {was_read, was_written, was_unpacked}
    assert outcomes == {True, False}


def test_a_copy_is_smaller_than_what_it_is_of(world: World, folder: Path) -> None:
    world.customer()
    copy = copied(world, folder)
    plain = taken_out(world, world.instance / "plain").stat().st_size
    assert copy.size < plain / 2
    assert 0 < LEVEL <= 9


# ------------------------------------------------------------------------------ encrypted


def test_an_encrypted_copy_is_opened_by_the_secret_key_alone(
    world: World, folder: Path, tmp_path: Path
) -> None:
    person = given(world, backup_recipient=RECIPIENT).customer()
    move(world, person, "Exampleton")
    copy = copied(world, folder)
    move(world, person, "Otherton")
    for file in files_in(folder):
        assert file.read_bytes()[HEAD:].startswith(b"age-encryption.org/v1\n")
        assert store.read_backup(file).packing == SEALED
    key = tmp_path / "key"
    for words, said in (
        (None, "Give the file of the secret key with --identity"),
        (str(pyrage.x25519.Identity.generate()), "No key in the file of --identity opens"),
        ("# public key: nonsense", "holds no secret key"),
        ("AGE-SECRET-KEY-1NONSENSE", "holds no secret key"),
    ):
        key.write_text(words or "")
        with pytest.raises(BackupError, match=said):
            put_back_with(world, folder, key if words else None)
        assert look(world.parts).is_ready
        assert town_of(world, person) == "Otherton"
    key.write_text(f"# created: today\n# public key: {RECIPIENT}\n{IDENTITY}\n")
    put_back_with(world, folder, key)
    assert town_of(world, person) == "Exampleton"
    assert copy.packing == SEALED


def put_back_with(world: World, folder: Path, key: Path | None) -> None:
    choice = RestoreRequest(identities=read_identities(key))
    restore(world.parts, folder, choice, report=lambda _: None)


def test_both_databases_come_back_from_encrypted_copies(world: World, folder: Path) -> None:
    person = given(world, backup_recipient=RECIPIENT).customer()
    copied(world, folder)
    lose_both(world, [])
    choice = RestoreRequest(keyring_folder=folder / "keyring", identities=[IDENTITY])
    restore(world.parts, folder, choice, report=lambda _: None)
    assert world.read(get_customer, person.customer_id).details.given_name == "Rowan"
    world.parts.sessions.engine.dispose()
    world.parts.keyring.engine.dispose()


@pytest.mark.parametrize(
    "recipient",
    ["age1", "rowan@example.com", str(IDENTITY), RECIPIENT[:-1], f"{RECIPIENT},", "x"],
    ids=["cut", "an address", "secret", "one letter less", "and nobody", "x"],
)
def test_what_is_no_public_key_is_refused_at_start_and_not_shown(recipient: str) -> None:
    settings = replace(SETTINGS, backup_recipient=recipient)
    with pytest.raises(SettingsError, match="PORTAL_BACKUP_RECIPIENT") as refusal:
        assemble(settings, HELD, QUESTIONS)
    assert len(recipient) < 5 or recipient not in str(refusal.value)
    both = replace(settings, backup_recipient=f"{RECIPIENT}, {RECIPIENT}")
    assemble(both, HELD, QUESTIONS).close()


def test_a_public_key_with_a_slip_in_it_is_refused_before_anything_is_written(
    world: World, folder: Path
) -> None:
    slip = RECIPIENT[:-1] + ("q" if RECIPIENT[-1] != "q" else "p")
    with pytest.raises(BackupError, match="not a public key"):
        copied(given(world, backup_recipient=slip), folder)
    assert not folder.exists()


# ------------------------------------------------------------------------------ a full disk


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process grows any longer, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("recipient", ["", RECIPIENT], ids=["nobody", "one"])
def test_on_a_full_disk_a_backup_says_so_and_leaves_what_there_was(
    world: World, folder: Path, recipient: str
) -> None:
    given(world, backup_recipient=recipient).customer()
    copied(world, folder)
    before = {file: file.read_bytes() for file in files_in(folder)}
    world.clock.move(hours=1)
    with room_for(HEAD + 100), pytest.raises(BackupError, match=r"not copied: (File too|SQLITE_)"):
        copied(world, folder)
    assert {file: file.read_bytes() for file in files_in(folder)} == before
    assert not list(world.instance.glob("copying-*"))
    copied(world, folder)


def test_on_a_full_disk_a_restore_changes_nothing(world: World, folder: Path) -> None:
    if kind(world) != "sqlite":  # it needs no room here, and streams
        return
    person = world.customer()
    copied(world, folder)
    move(world, person, "Exampleton")
    enough = (world.instance / "keyring.db").stat().st_size + 20_000  # for the note
    with room_for(enough), pytest.raises(BackupError, match="Nothing was changed"):
        put_back_with(world, folder, None)
    assert look(world.parts).is_ready
    assert town_of(world, person) == "Exampleton"


# ------------------------------------------------------------------------------ tried


def tried(world: World, folder: Path, copy: Backup) -> list[str]:
    said: list[str] = []
    verify(world.parts, copy, folder / "keyring", [IDENTITY], said.append)
    return said


@pytest.mark.parametrize("recipient", ["", RECIPIENT], ids=["nobody", "one"])
def test_a_copy_that_is_tried_has_every_row_and_the_end_of_the_trail(
    world: World, folder: Path, recipient: str
) -> None:
    given(world, backup_recipient=recipient).customer()
    with world.work() as work:
        assert seal_waiting(work)
    copy = copied(world, folder)
    rows = world.rows()
    assert {table: copy.counted.rows[table] for table in rows} == rows
    assert copy.counted.head.startswith("1:")
    world.customer("later@example.com")  # what comes after is no fault of the copy
    said = tried(world, folder, copy)
    total = sum(copy.counted.rows.values())
    assert said[0] == f"Verified: {copy.file.name}, {total} rows in {len(copy.counted.rows)} tables"
    assert said[1].startswith("Verified: keyring.copy, ")
    assert not list(world.instance.glob("copying-*"))
    if kind(world) == "postgresql":
        with world.parts.sessions.engine.connect() as connection:
            left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'portal_verify%'"
            assert connection.scalar(text(left)) == 0


def with_rows(world: World, copy: Backup, counted: Counted) -> Backup:
    """The same copy, as if it had been made when the database held something else."""
    copy = replace(copy, counted=counted)
    copy = replace(copy, seal=backup.seal(world.parts, copy))
    copy.file.write_bytes(copy.head + copy.file.read_bytes()[HEAD:])
    return copy


def test_a_copy_that_lacks_a_row_or_an_end_of_the_trail_is_named(
    world: World, folder: Path
) -> None:
    world.customer()
    copy = copied(world, folder)
    more = {**copy.counted.rows, "customer": 2}
    for counted, said in (
        (Counted(more, copy.counted.head), "customer has 1 rows, and should have 2"),
        (Counted({**copy.counted.rows, "gone": 1}), "gone has 0 rows, and should have 1"),
        (Counted(copy.counted.rows, "9:00"), "the audit trail ends elsewhere"),
    ):
        with pytest.raises(BackupError, match=said):
            tried(world, folder, with_rows(world, copy, counted))
    kept = store.read_backup(folder / "keyring" / store.KEYRING)
    with_rows(world, kept, Counted({**kept.counted.rows, "person_key": 7}))
    with pytest.raises(BackupError, match=r"keyring\.copy .* person_key has 1 rows"):
        tried(world, folder, copy)


def test_a_damaged_copy_is_found_when_it_is_tried(world: World, folder: Path) -> None:
    copy = copied(world, folder)
    copy.file.write_bytes(copy.file.read_bytes()[:-1])
    with pytest.raises(BackupError, match="bytes"):
        tried(world, folder, copy)


@pytest.mark.postgresql
def test_a_role_that_may_make_no_database_is_told_what_it_needs(
    postgresql_stock: PostgresqlStock, world: World, folder: Path
) -> None:
    if kind(world) != "postgresql":
        return
    copy = copied(world, folder)
    admin = postgresql_stock.engines[0]
    with admin.begin() as connection:
        connection.execute(text("CREATE ROLE tries_it LOGIN"))
    url = postgresql_stock.urls[0].replace("//postgres@", "//tries_it@")
    sessions = replace_engine(world, url)
    try:
        with pytest.raises(BackupError, match="ALTER ROLE tries_it CREATEDB"):
            refuse_unable(world.parts, [])
        with pytest.raises(BackupError, match="ALTER ROLE tries_it CREATEDB"):
            tried(world, folder, copy)
    finally:
        sessions()
        with admin.begin() as connection:
            connection.execute(text("DROP ROLE tries_it"))


def replace_engine(world: World, url: str) -> Callable[[], None]:
    """Let the portal speak to its main database as another role; return what undoes it."""
    before, engine = world.parts.sessions.engine, open_engine(url)
    world.parts.sessions.engine = engine

    def undo() -> None:
        world.parts.sessions.engine = before
        engine.dispose()

    return undo


# ------------------------------------------------------------------------------ searched


def test_the_proof_finds_a_key_that_is_packed_in_a_copy(world: World, folder: Path) -> None:
    key = wrapped_key(world, world.customer())
    copied(world, folder)
    assert not any(key in file.read_bytes() for file in files_in(folder)), "it is packed"
    assert search_files("copies", [folder], Needles([], []), [key]).keys > 0
    assert search_files("copies", [folder], Needles([], []), [os.urandom(32)]).keys == 0


# ------------------------------------------------------------------------------ of one moment


def test_what_a_manifest_counts_is_of_the_very_moment_of_the_copy(
    world: World, folder: Path
) -> None:
    world.customer()
    engine, tool = world.parts.sessions.engine, world.parts.settings.postgresql_tools
    plain = io.BytesIO()
    with dump.taken_out(engine, tool, is_secret=False) as (stream, counted):
        if kind(world) == "postgresql":  # SQLite has copied by now
            with world.work() as work:
                work.session.execute(delete(TryCount))
            world.customer("later@example.com")
        shutil.copyfileobj(stream, plain)
    assert counted.rows["customer"] == 1
    part = reserve_part(folder)
    part.write_bytes(plain.getvalue())
    copy = replace(given_name(world, part, backup.find_revision(engine) or ""), counted=counted)
    copied(world, folder)
    tried(world, folder, copy)


def reserve_part(folder: Path) -> Path:
    store.open_folder(folder)
    return store.reserve(folder, NOON)


# ------------------------------------------------------------------------------ nothing plain stays


def test_a_plain_file_that_a_killed_backup_left_beside_the_database_goes(
    world: World, folder: Path
) -> None:
    if kind(world) != "sqlite":
        return
    left = world.instance / "copying-left"
    left.mkdir()
    (left / "copy.db").write_bytes(b"plain")
    copied(world, folder)
    assert not list(world.instance.glob("copying-*"))


def test_the_plain_keyring_is_on_no_disk_meanwhile(world: World) -> None:
    engine = world.parts.keyring.engine
    before = set(files_in(world.instance))
    tool = world.parts.settings.postgresql_tools
    with dump.taken_out(engine, tool, is_secret=True) as (stream, _):
        assert set(files_in(world.instance)) <= before
        assert stream.read(5) in {b"SQLit", b"PGDMP"}
        stream.read()
