"""The portal does not start on an old copy, of the database or of the keyring."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete

from portal.erasure.cancellation.models import AppliedErasure, CancellationUnderway
from portal.erasure.cancellation.service import decide, finish
from portal.operations import startup_checks
from portal.operations.restore_check import RESTORING
from portal.operations.startup_checks import refuse_unready, warn_of_old_holidays
from portal.platform.core.ledger import new_receipt_number
from portal.platform.core.log import set_up
from portal.platform.core.working_days import FRESH, RELEASED_ON
from portal.platform.settings import ROOT, SettingsError
from tests.commands import REAL
from tests.databases import SqliteStock
from tests.world import World


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again at once."""
    monkeypatch.setattr(startup_checks, "LOOK_AGAIN_SECONDS", 0)


def test_it_starts_on_databases_that_fit_together(world: World) -> None:
    refuse_unready(world.parts)
    world.erase(world.customer())
    refuse_unready(world.parts)


def test_a_database_from_before_somebody_left_is_refused(world: World) -> None:
    world.erase(world.customer())
    with world.work() as work:
        work.session.execute(delete(AppliedErasure))
    with pytest.raises(SettingsError, match="portal replay"):
        refuse_unready(world.parts)


def test_a_keyring_that_is_older_than_the_database_is_refused(world: World) -> None:
    with world.work() as work:
        work.session.add(AppliedErasure(number=1, applied_at=work.now))
    with pytest.raises(SettingsError, match="the keyring is older"):
        refuse_unready(world.parts)


def test_while_a_copy_is_put_back_nothing_starts(world: World) -> None:
    world.parts.keyring.keep_note(RESTORING, "{}")
    with pytest.raises(SettingsError, match="portal restore"):
        refuse_unready(world.parts)


def test_an_erasure_that_was_interrupted_is_no_old_copy(world: World) -> None:
    """The worker finishes it, so that it must be able to start."""
    person = world.customer()
    with world.work() as work:
        decide(work, world.parts.context, person.customer_id)
    with world.work() as work:
        assert work.session.get(CancellationUnderway, person.id) is not None
        work.vault.erase_person(person.id, new_receipt_number())
    refuse_unready(world.parts)
    world.clock.move(seconds=11)
    world.deliver()
    refuse_unready(world.parts)
    line = finish(world.parts.work, world.parts.context, person.customer_id)
    assert line is not None
    assert line.reference


def test_the_wsgi_entry_refuses_as_well(tmp_path: Path, sqlite_stock: SqliteStock) -> None:
    sqlite_stock.fresh(tmp_path)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment = {
        **plain,
        **REAL,
        "PORTAL_INSTANCE": str(tmp_path),
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'main.db'}",
        "PORTAL_KEYRING_URL": f"sqlite:///{tmp_path / 'keyring.db'}",
    }
    command = [sys.executable, "-c", "import wsgi"]
    for reason in ("", "the keyring is older", "needs migrating"):
        if reason == "the keyring is older":
            _change(tmp_path / "main.db", "INSERT INTO erasure_applied VALUES (1, '2026-11-23')")
        if reason == "needs migrating":
            _change(tmp_path / "main.db", "UPDATE alembic_version SET version_num = '0001'")
        told = subprocess.run(  # noqa: S603  # our own program
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert (told.returncode != 0) is bool(reason)
        assert reason in told.stderr


def _change(file: Path, statement: str) -> None:
    import sqlite3  # noqa: PLC0415  # past the program

    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(("today", "lines"), [(RELEASED_ON, 0), (RELEASED_ON + 2 * FRESH, 1)])
def test_bank_holidays_that_are_older_than_a_year_are_warned_of(
    capsys: pytest.CaptureFixture[str], today: date, lines: int
) -> None:
    set_up()
    warn_of_old_holidays(today)
    assert capsys.readouterr().err.count('"bank-holidays-old"') == lines
