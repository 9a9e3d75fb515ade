"""What the tests of commands share."""

from pathlib import Path

import pytest

from tests.databases import SqliteStock


@pytest.fixture
def instance(tmp_path: Path, sqlite_stock: SqliteStock) -> Path:
    """A folder with two migrated databases, called as the program calls them."""
    sqlite_stock.fresh(tmp_path)
    (tmp_path / "main.db").rename(tmp_path / "portal.db")
    return tmp_path
