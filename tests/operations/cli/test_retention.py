"""`retention show`, `purge`, `keys rotate` and `erasure prove`, as somebody at a terminal."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from portal.governance.retention.rules import read_schedule
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.platform.encryption.crypto import new_master_text
from portal.platform.runtime import assemble
from portal.platform.settings import read_settings
from tests.commands import REAL, run
from tests.conftest import SETTINGS
from tests.databases import MASTER


def test_the_schedule_is_printed_as_customers_read_it(tmp_path: Path) -> None:
    told = run(tmp_path, "retention", "show")
    assert told.returncode == 0
    for line in read_schedule(HELD):
        assert f"{line.category}: {line.rule.what}" in told.stdout
        assert f"Goes {line.rule.text}. {line.rule.basis}" in told.stdout


def test_nothing_is_deleted_without_a_yes(instance: Path) -> None:
    fill(instance)
    counted = run(instance, "purge", "--dry-run")
    assert counted.returncode == 0
    assert re.search(r"3 +unconfirmed", counted.stdout)
    assert "Nothing was deleted" in counted.stdout
    asked = run(instance, "purge")
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    assert re.search(r"3 +unconfirmed", run(instance, "purge", "--dry-run").stdout)
    done = run(instance, "purge", "--yes")
    assert done.returncode == 0
    assert "Deleted: 3 records" in done.stdout
    assert "Nothing has reached its end" in run(instance, "purge", "--yes").stdout


def fill(instance: Path) -> None:
    """Three forms that were sent long ago."""
    from bench.filling import fill_unconfirmed  # noqa: PLC0415  # past the services

    settings = replace(SETTINGS, instance=instance)
    parts = assemble(settings, HELD, QUESTIONS)
    fill_unconfirmed(parts, 3)
    parts.sessions.engine.dispose()
    parts.keyring.engine.dispose()


def test_a_rotation_says_how_many_keys_and_that_the_old_master_can_go(instance: Path) -> None:
    new = new_master_text()
    masters = {"PORTAL_MASTER_KEY": new, "PORTAL_OTHER_MASTER_KEYS": MASTER}
    rotated = run(instance, "keys", "rotate", **masters)
    if "told apart" in rotated.stderr:
        pytest.skip("one in 256: two masters with the same mark, refused as it should be")
    assert rotated.returncode == 0, rotated.stderr
    assert "2 keys are wrapped anew" in rotated.stdout
    assert new not in rotated.stdout
    before = run(instance, "purge", "--dry-run")
    assert before.returncode == 1, "nothing is purged beside a keyring that does not open"
    assert "PORTAL_MASTER_KEY is another one" in before.stderr
    again = run(instance, "keys", "rotate", PORTAL_MASTER_KEY=new)
    assert "0 keys are wrapped anew" in again.stdout


def test_a_master_key_that_opens_nothing_is_told_in_one_line(instance: Path) -> None:
    told = run(instance, "keys", "rotate", PORTAL_MASTER_KEY=new_master_text())
    assert told.returncode == 1
    assert "Traceback" not in told.stderr


def test_a_new_master_key_is_printed_and_is_one(tmp_path: Path) -> None:
    text = run(tmp_path, "keys", "new").stdout.strip()
    assert read_settings({**REAL, "PORTAL_MASTER_KEY": text}).master_key == text
    assert text != MASTER


@pytest.mark.nightly
def test_the_proof_prints_where_it_searched_and_that_nothing_was_found(tmp_path: Path) -> None:
    told = run(tmp_path, "erasure", "prove", "--people", "2")
    assert told.returncode == 0, told.stderr
    for words in ("every file", "opened with every key", "the pages", "erased", "others"):
        assert words in told.stdout
    assert "Nothing of whoever left was found anywhere" in told.stdout
    assert not (tmp_path / "portal.db").exists(), "it makes a portal of its own"
