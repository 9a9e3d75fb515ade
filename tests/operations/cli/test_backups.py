"""The commands about copies, as somebody at a terminal runs them."""

import json
from pathlib import Path

import pyrage
import pytest

from portal.identity.credentials.rules import QUESTIONS
from portal.operations.backup.manifest import MAGIC
from portal.operations.data_inventory import HELD
from portal.operations.restore_check import RESTORING
from portal.platform.runtime import Runtime, assemble
from portal.platform.settings import read_settings
from tests.commands import REAL, run

STAMP = "portal-20200101T000000Z"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A portal with one colleague."""
    run(tmp_path, "migrate")
    assert add(tmp_path, "sam") == 0
    return tmp_path


def add(instance: Path, name: str) -> int:
    words = ("staff", "add", f"{name}@example.com", "--name", name)
    return run(instance, *words).returncode


def parts_of(instance: Path) -> Runtime:
    settings = read_settings({**REAL, "PORTAL_INSTANCE": str(instance)})
    return assemble(settings, HELD, QUESTIONS)


def note(instance: Path, value: str) -> None:
    parts = parts_of(instance)
    parts.keyring.keep_note(RESTORING, value)
    parts.close()


def backed_up(instance: Path) -> Path:
    folder = instance / "copies"
    assert run(instance, "backup", str(folder)).returncode == 0
    return folder


def newest(folder: Path) -> Path:
    return max(folder.glob("portal-*.copy"))


def test_a_backup_says_what_it_wrote_what_went_and_what_must_not_be_kept(instance: Path) -> None:
    folder = instance / "copies"
    folder.mkdir()
    for ending in ("copy", "json"):
        (folder / f"{STAMP}.{ending}").write_text("{}")
    told = run(instance, "backup", str(folder))
    assert (told.returncode, told.stderr) == (0, "")
    assert f"Written: {newest(folder).name}" in told.stdout
    assert "Written: keyring.copy" in told.stdout
    assert f"Deleted: {STAMP}.copy" in told.stdout
    assert f"keep {folder / 'keyring'} out of" in told.stdout
    assert (folder / "keyring" / "keyring.copy").exists()


def test_the_copy_of_the_keyring_goes_where_it_is_told_to(instance: Path) -> None:
    elsewhere = instance / "elsewhere"
    words = ("backup", str(instance / "copies"), "--keyring", str(elsewhere))
    assert run(instance, *words).returncode == 0
    assert {file.name for file in elsewhere.iterdir()} == {"keyring.copy"}
    assert not (instance / "copies" / "keyring").exists()


def test_what_was_added_after_the_backup_is_gone_after_the_restore(instance: Path) -> None:
    folder = backed_up(instance)
    assert add(instance, "kit") == 0
    told = run(instance, "restore", str(folder), "--yes")
    assert (told.returncode, told.stderr) == (0, "")
    assert f"{newest(folder).name} is put back." in told.stdout
    assert "Deleted again: 0 people" in told.stdout
    assert add(instance, "sam") == 1, "there is such an account already"
    assert add(instance, "kit") == 0, "there is none any more"


def test_a_restore_asks_first(instance: Path) -> None:
    folder = backed_up(instance)
    assert add(instance, "kit") == 0
    told = run(instance, "restore", str(folder), typed="n\n")
    assert told.returncode == 1
    assert "Go on?" in told.stdout
    assert add(instance, "kit") == 1, "nothing was put back"
    assert run(instance, "restore", str(folder), typed="y\n").returncode == 0
    assert add(instance, "kit") == 0


def test_a_damaged_copy_is_refused_in_one_line_and_another_one_can_be_chosen(
    instance: Path,
) -> None:
    first = newest(backed_up(instance))
    folder = backed_up(instance)
    copy = max(set(folder.glob("portal-*.copy")) - {first})
    copy.write_bytes(copy.read_bytes()[:-1])
    told = run(instance, "restore", str(folder), "--copy", copy.name, "--yes")
    assert told.returncode == 1
    assert told.stderr.startswith(f"Error: {copy.name} has ")
    assert len(told.stderr.splitlines()) == 1
    assert run(instance, "restore", str(folder), "--copy", first.name, "--yes").returncode == 0


def test_without_a_copy_a_restore_ends_with_one(instance: Path) -> None:
    told = run(instance, "restore", str(instance / "nowhere"), "--yes")
    assert (told.returncode, told.stderr) == (1, "Error: There is no copy\n")


@pytest.mark.parametrize("words", [["backup"], ["restore"], ["backup", "folder", "--fast"]])
def test_wrong_usage_ends_with_two(tmp_path: Path, words: list[str]) -> None:
    assert run(tmp_path, *words).returncode == 2


def test_a_folder_that_cannot_be_written_is_named(instance: Path) -> None:
    told = run(instance, "backup", str(instance / "portal.db" / "copies"))
    assert told.returncode == 1
    assert "copies" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_after_both_disks_are_lost_the_copies_are_enough(instance: Path) -> None:
    folder = backed_up(instance)
    for name in ("portal.db", "keyring.db"):
        for file in instance.glob(f"{name}*"):
            file.unlink()
    told = run(instance, "restore", str(folder), "--yes")
    assert told.returncode == 1
    assert "--with-keyring" in told.stderr
    keyring = str(folder / "keyring")
    told = run(instance, "restore", str(folder), "--with-keyring", keyring, "--yes")
    assert (told.returncode, told.stderr) == (0, "")
    assert add(instance, "sam") == 1, "they are there"
    assert add(instance, "kit") == 0


def test_another_master_key_is_named_and_not_shown(instance: Path) -> None:
    folder = backed_up(instance)
    other = run(instance, "keys", "new").stdout.strip()
    told = run(instance, "restore", str(folder), "--yes", PORTAL_MASTER_KEY=other)
    assert told.returncode == 1
    assert "PORTAL_MASTER_KEY" in told.stderr
    assert other not in told.stdout + told.stderr
    assert run(instance, "backup", str(folder), PORTAL_MASTER_KEY=other).returncode == 1


def test_no_secret_is_printed(instance: Path) -> None:
    folder = str(instance / "copies")
    told = [
        run(instance, "backup", folder),
        run(instance, "restore", folder, "--yes"),
        run(instance, "replay"),
    ]
    said = "".join(one.stdout + one.stderr for one in told)
    assert [one.returncode for one in told] == [0, 0, 0]
    assert not any(REAL[f"PORTAL_{name}"] in said for name in ("MASTER_KEY", "SECRET_KEY"))


def test_an_interrupted_restore_keeps_the_portal_from_starting_until_it_is_finished(
    instance: Path,
) -> None:
    folder = backed_up(instance)
    note(instance, json.dumps({"entries": 1}))
    for words in (["serve"], ["worker"], ["backup", str(folder)]):
        told = run(instance, *words)
        assert told.returncode == 1, words
        assert "Traceback" not in told.stderr
    told = run(instance, "replay")
    assert told.returncode == 1
    assert "restore FOLDER" in told.stderr, "a replay alone would not do"
    assert run(instance, "migrate").returncode == 0
    assert add(instance, "kit") == 1, "migrating does not end it"
    assert run(instance, "restore", str(folder), "--yes").returncode == 0
    assert add(instance, "kit") == 0


def test_when_only_the_replay_is_missing_the_replay_is_enough(instance: Path) -> None:
    note(instance, json.dumps({"entries": 1, "is_back": True}))
    assert add(instance, "kit") == 1
    assert run(instance, "replay").returncode == 0
    assert add(instance, "kit") == 0


def test_a_backup_that_is_tried_says_how_many_rows_came_out_again(instance: Path) -> None:
    folder = instance / "copies"
    told = run(instance, "backup", str(folder), "--verify")
    assert (told.returncode, told.stderr) == (0, "")
    assert f"Verified: {newest(folder).name}, " in told.stdout
    assert "Verified: keyring.copy, " in told.stdout


def test_encrypted_backups_take_a_public_key_and_are_opened_by_the_secret_one(
    instance: Path, tmp_path: Path
) -> None:
    identity, folder = pyrage.x25519.Identity.generate(), str(instance / "copies")
    key = tmp_path / "key"
    key.write_text(f"{identity}\n")
    recipient = str(identity.to_public())
    Path(folder).mkdir()
    for name in (STAMP, STAMP.replace("2020", "2019")):
        (Path(folder) / f"{name}.copy").write_bytes(MAGIC)
    told = run(instance, "backup", folder, "--verify", PORTAL_BACKUP_RECIPIENT=recipient)
    assert [file.name for file in Path(folder).iterdir()] == [f"{STAMP}.copy"], "nothing written"
    assert told.returncode == 1
    assert "--identity" in told.stderr
    words = ("backup", folder, "--verify", "--identity", str(key))
    told = run(instance, *words, PORTAL_BACKUP_RECIPIENT=recipient)
    assert (told.returncode, told.stderr) == (0, "")
    assert add(instance, "kit") == 0
    told = run(instance, "restore", folder, "--yes")
    assert told.returncode == 1
    assert "is encrypted. Give the file of the secret key with --identity" in told.stderr
    told = run(instance, "restore", folder, "--yes", "--identity", str(key))
    assert (told.returncode, told.stderr) == (0, "")
    assert str(identity) not in told.stdout
    assert add(instance, "kit") == 0, "there is none any more"
