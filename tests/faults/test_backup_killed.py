"""kill -9 in the middle of a backup: of the keyring there is one whole copy, always."""

import secrets
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal.operations.backup import store
from portal.operations.backup.backup import back_up
from portal.operations.backup.manifest import Backup
from portal.operations.backup.packing import GZIP
from portal.operations.backup.postgresql_address import BackupError
from portal.operations.backup.store import FORMER, KEYRING
from tests.commands import COPIES
from tests.faults.copying import back_up_and_die, publish_and_die, reserve_and_die
from tests.operations.backup.test_backup import held_in, put_back_with_keyring, renew, wrapped_key
from tests.world import NOON, World

MOST = 400
"""Steps; far more than there are."""
OLD, NEW = b"old keys " * 5000, b"new keys " * 6000


@pytest.fixture(params=["sqlite"])
def world(world: World) -> World:
    """Here it is the folder that counts."""
    return world


def prepared(folder: Path, held: bytes) -> tuple[Path, Backup]:
    """A copy that lacks only its manifest and its name."""
    part = store.reserve_keyring(folder)
    with store.writing(part) as stream:
        stream.write(held)
    size, sha256 = store.measure(part)
    facts = {"schema": "0002", "erasures": 0, "keyring": "00", "packing": GZIP}
    return part, Backup(folder / KEYRING, NOON, "sqlite", size, sha256, **facts)  # type: ignore[arg-type]  # of several types


def in_two_files(folder: Path) -> None:
    """The copy that there is was made by a release before this one."""
    copy = replace(store.read_backup(folder / KEYRING), packing="")
    file = folder / KEYRING
    file.write_bytes(file.read_bytes()[8192:])
    file.with_suffix(".json").write_text(
        copy.facts.removesuffix("}") + ', "seal": ""}', encoding="utf-8"
    )


def held(folder: Path) -> bytes:
    """What the one copy holds; it is whole."""
    copy = store.read_backup(folder / KEYRING)
    store.check(copy, "sqlite")
    return copy.file.read_bytes()[copy.start :]


def kill(target: Callable[..., None], *arguments: object) -> bool:
    """Let a process do something and be killed; tell whether it was."""
    child = COPIES.Process(target=target, args=arguments)
    child.start()
    child.join(60)
    assert child.exitcode in {0, -signal.SIGKILL}
    return child.exitcode != 0


@pytest.mark.parametrize("before", [lambda _: None, in_two_files], ids=["one file", "two files"])
def test_killed_at_any_step_there_is_one_whole_copy_of_the_keyring(
    tmp_path: Path, before: Callable[[Path], None]
) -> None:
    found = set()
    for step in range(1, MOST):
        folder = tmp_path / str(step)
        folder.mkdir()
        store.publish_only(*prepared(folder, OLD))
        before(folder)
        was_killed = kill(publish_and_die, *prepared(folder, NEW), step)
        now = held(folder)
        assert now in {OLD, NEW}, step
        found.add(now)
        store.publish_only(*prepared(folder, NEW))  # as the next night
        assert held(folder) == NEW
        assert [file.name for file in folder.iterdir()] == [KEYRING], step
        if not was_killed:
            break
    else:
        raise AssertionError("it was killed each time")
    assert found == {OLD, NEW}
    assert step > 30, "there are steps at which it was killed"


def test_what_a_killed_backup_left_of_the_former_copy_is_shredded_by_the_next(
    tmp_path: Path,
) -> None:
    store.publish_only(*prepared(tmp_path, NEW))
    (tmp_path / FORMER).write_bytes(OLD)
    with (tmp_path / FORMER).open("rb") as left:
        store.publish_only(*prepared(tmp_path, NEW))
        assert left.read() == bytes(len(OLD))
    assert not (tmp_path / FORMER).exists()


def test_the_only_copy_by_another_name_is_not_shredded(tmp_path: Path) -> None:
    store.publish_only(*prepared(tmp_path, OLD))
    (tmp_path / FORMER).hardlink_to(tmp_path / KEYRING)
    assert kill(publish_and_die, *prepared(tmp_path, NEW), 12)
    assert held(tmp_path) == OLD


def test_of_two_backups_into_one_folder_one_is_refused(tmp_path: Path) -> None:
    with (
        store.alone(tmp_path),
        pytest.raises(BackupError, match="Another backup"),
        store.alone(tmp_path),
    ):
        pass
    with store.alone(tmp_path):
        pass


def test_what_three_killed_backups_left_goes_and_what_one_is_writing_stays(tmp_path: Path) -> None:
    for _ in range(3):
        assert kill(reserve_and_die, tmp_path)
    left = sorted(file.name for file in tmp_path.iterdir())
    assert len(left) == 3
    with store.reserved(tmp_path, NOON) as part, store.reserved(tmp_path, NOON) as other:
        assert store.clear(tmp_path) == left
        assert sorted(tmp_path.iterdir()) == sorted([part, other])
        store.prune(tmp_path, NOON, timedelta(days=1), lambda _: None)
        assert part.exists()
    assert len(store.clear(tmp_path)) == 2


def test_a_backup_whose_file_was_cleared_before_it_was_locked_takes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve, cleared = store.reserve, list[str]()

    def reserve_slowly(folder: Path, made_at: datetime) -> Path:
        part = reserve(folder, made_at)
        if not cleared:
            cleared.extend(store.clear(folder))
        return part

    monkeypatch.setattr(store, "reserve", reserve_slowly)
    with store.reserved(tmp_path, NOON) as part:
        assert cleared == [part.name]
        assert part.exists()
        assert store.clear(tmp_path) == []


def test_a_backup_killed_anywhere_can_be_put_back_and_keeps_no_key_of_who_left(
    world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    leaver, stayer = world.customer(), world.customer("stays@example.com")
    key = wrapped_key(world, leaver)
    back_up(world.parts, folder, folder / "keyring", lambda _: None)
    world.erase(leaver)
    for step in (first + secrets.randbelow(10) for first in range(1, 120, 10)):
        world.clock.move(seconds=2)
        kill(back_up_and_die, world.parts.settings, world.clock(), folder, step)
        store.check(store.read_backup(folder / "keyring" / KEYRING), "sqlite")
        store.check(store.find_backup(folder, None), "sqlite")
    world.clock.move(seconds=2)
    back_up(world.parts, folder, folder / "keyring", lambda _: None)
    assert held_in(folder, key) == []
    assert not list(folder.rglob("*.part")), "what was half-written is gone the same night"
    assert sorted(file.name for file in (folder / "keyring").iterdir()) == [KEYRING]
    for name in ("portal.db", "keyring.db", "main.db"):
        for file in world.instance.glob(f"{name}*"):
            file.unlink()
    renew(world, [])
    put_back_with_keyring(world, folder, folder / "keyring")
    assert world.signed_in(stayer).open("/account").path == "/account"
