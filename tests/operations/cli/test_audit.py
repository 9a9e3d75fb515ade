"""The commands that look after the audit trail, as somebody at a terminal runs them."""

import re
import sqlite3
from pathlib import Path

import pytest

from portal.governance.audit.chain import note_head, seal_waiting
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.data_inventory import HELD
from portal.platform.runtime import assemble
from portal.platform.settings import read_settings
from tests.commands import REAL, run


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A portal in whose audit trail three entries are sealed."""
    run(tmp_path, "migrate")
    add(tmp_path, "sam")
    assert run(tmp_path, "staff", "invite", "sam@example.com").returncode == 0
    seal(tmp_path)
    return tmp_path


def add(instance: Path, name: str) -> None:
    words = ("staff", "add", f"{name}@example.com", "--name", name)
    assert run(instance, *words).returncode == 0


def seal(instance: Path) -> None:
    parts = assemble(read_settings({**REAL, "PORTAL_INSTANCE": str(instance)}), HELD, QUESTIONS)
    with parts.work() as work:
        seal_waiting(work)
    note_head(parts)
    parts.close()


def tamper(instance: Path, *statements: str) -> None:
    """Write to the file of the main database, with the triggers out of the way."""
    connection = sqlite3.connect(instance / "portal.db")
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.execute(triggers).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def newest_seal(told: str) -> str:
    found = re.search(r"^Newest seal: (3:[0-9a-f]{64})$", told, re.MULTILINE)
    assert found, told
    return found[1]


def test_a_trail_that_is_whole_ends_with_zero_and_tells_its_newest_seal(instance: Path) -> None:
    add(instance, "robin")
    told = run(instance, "audit", "verify")
    assert (told.returncode, told.stderr) == (0, "")
    assert "Sealed: 3. Waiting: 2." in told.stdout
    again = run(instance, "audit", "verify", "--seal", newest_seal(told.stdout))
    assert again.returncode == 0


def test_a_changed_entry_ends_with_one_and_its_place_on_standard_error(instance: Path) -> None:
    tamper(
        instance,
        "UPDATE audit_entry SET name = 'staff:member:thanked'"
        " WHERE id = (SELECT entry_id FROM audit_link WHERE position = 2)",
    )
    told = run(instance, "audit", "verify")
    assert told.returncode == 1
    assert re.search(r"position 2, entry [0-9a-f-]{36}: ", told.stderr)
    assert "Sealed: 1." in told.stdout


def test_a_cut_end_is_found_and_an_older_copy_goes_on_when_somebody_says_so(instance: Path) -> None:
    outside = newest_seal(run(instance, "audit", "verify").stdout)
    tamper(
        instance,
        "DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE position > 1)",
        "DELETE FROM audit_link WHERE position > 1",
    )
    told = run(instance, "audit", "verify")
    assert told.returncode == 1
    assert "position 2: the end of the chain is gone" in told.stderr
    assert run(instance, "audit", "go-on", typed="n\n").returncode == 1
    assert run(instance, "audit", "verify").returncode == 1
    assert run(instance, "audit", "go-on", "--yes").returncode == 0
    told = run(instance, "audit", "verify")
    assert told.returncode == 0
    assert f"Given up: {outside}" in told.stdout
    assert run(instance, "audit", "verify", "--seal", outside).returncode == 1


@pytest.mark.parametrize("seal", ["3", "3:abc", "x:00", f"0:{'0' * 64}"])
def test_a_seal_that_is_none_is_wrong_usage(tmp_path: Path, seal: str) -> None:
    assert run(tmp_path, "audit", "verify", "--seal", seal).returncode == 2


def test_a_database_that_needs_migrating_is_refused(tmp_path: Path) -> None:
    told = run(tmp_path, "audit", "verify")
    assert told.returncode == 1
    assert "python -m portal migrate" in told.stderr


def test_sqlite_has_no_role_to_give_anything_to(tmp_path: Path) -> None:
    told = run(tmp_path, "migrate", "--grant-to", "portal")
    assert told.returncode == 1
    assert "PostgreSQL" in told.stderr
    assert "Traceback" not in told.stderr
    assert run(tmp_path, "audit", "verify").returncode == 1, "nothing was migrated"
