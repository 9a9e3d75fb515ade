"""Secrets of nobody cost as much as anybody's, from the first one on."""

from dataclasses import replace
from pathlib import Path

from portal.operations.app import create_app
from portal.platform.encryption.hashing import Hasher
from tests.conftest import SETTINGS
from tests.databases import SqliteStock


def test_the_web_is_prepared_before_anybody_signs_in(
    tmp_path: Path, sqlite_stock: SqliteStock
) -> None:
    main, keyring = sqlite_stock.fresh(tmp_path)
    app = create_app(replace(SETTINGS, instance=tmp_path, database_url=main, keyring_url=keyring))
    assert app.extensions["portal"].hasher.is_prepared


def test_what_only_hashes_need_not_be_prepared() -> None:
    hasher = Hasher(64, 1)
    known = hasher.hash("a secret")
    assert hasher.verify("a secret", known)
    assert not hasher.is_prepared
    assert not hasher.verify("a secret", None)
    assert not hasher.verify("", "")
    assert hasher.is_prepared
