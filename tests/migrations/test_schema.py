"""Migrations: up and down, equal to the tables, once for many who start at the same time."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from portal.operations.schema.migrate import downgrade, upgrade
from portal.operations.schema.model_registry import Base, KeyringBase
from portal.operations.schema.version import KEYRING, MAIN, is_newest
from portal.platform.core.database import open_engine
from tests.databases import PostgresqlStock

METADATA = {MAIN: Base.metadata, KEYRING: KeyringBase.metadata}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        stock: PostgresqlStock = request.getfixturevalue("postgresql_stock")
        url = stock.urls[0].replace("/main?", "/empty?")
        admin = stock.engines[0].execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS empty WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE empty"))
        engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("branch", [MAIN, KEYRING])
def test_the_newest_schema_is_what_the_tables_say(empty: Engine, branch: str) -> None:
    assert not is_newest(empty, branch)
    upgrade(empty, branch)
    assert is_newest(empty, branch)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA[branch]) == []


@pytest.mark.parametrize("branch", [MAIN, KEYRING])
def test_every_migration_can_be_undone_and_done_again(empty: Engine, branch: str) -> None:
    upgrade(empty, branch)
    downgrade(empty, branch, "base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    upgrade(empty, branch)
    assert is_newest(empty, branch)


def test_upgrading_twice_changes_nothing(empty: Engine) -> None:
    upgrade(empty, MAIN)
    upgrade(empty, MAIN)
    assert is_newest(empty, MAIN)


def test_of_several_who_start_at_once_one_migrates_and_the_others_wait(empty: Engine) -> None:
    faults: list[Exception] = []

    def start() -> None:
        try:
            upgrade(empty, MAIN)
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is the finding
            faults.append(fault)

    crowd = [threading.Thread(target=start) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert faults == []
    assert is_newest(empty, MAIN)
