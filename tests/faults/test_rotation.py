"""The master key is changed under a running portal, with a kill -9 in the middle."""

import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.platform.core.clock import utc_clock
from portal.platform.core.database import open_engine
from portal.platform.encryption.crypto import MasterKey, MasterKeys, new_master_text
from portal.platform.encryption.keyring import Keyring
from portal.platform.encryption.models import PersonKey
from tests.faults.test_processes import (
    PATIENCE_SECONDS,
    ROWAN,
    Browser,
    demonstration_on,
    environment_for,
    free_port,
)

KEYS = 8_000


class Crowd:
    """Customers who look at pages and change their details all the time."""

    def __init__(self, port: int) -> None:
        self.faults: list[Exception] = []
        self.answered = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._visit, args=(port,)) for _ in range(2)]
        for thread in self._threads:
            thread.start()

    def _visit(self, port: int) -> None:
        browser = Browser(port)
        try:
            sign_in(browser)
            while not self._stop.is_set():
                assert ROWAN.details.postcode in browser.get("/profile")
                assert ROWAN.details.given_name in browser.get("/profile/edit")
                browser.send("/preferences/off")
                self.answered += 1
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is the finding
            self.faults.append(fault)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)


def sign_in(browser: Browser) -> None:
    browser.send("/sign-in", email=ROWAN.details.email, password=ROWAN.password)
    assert browser.send("/sign-in/question", answer=ROWAN.answer).endswith("/account")


def rotate(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "portal", "keys", "rotate"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603  # ours


def count_fingerprints(keyring: Keyring) -> dict[bytes, int]:
    with keyring.engine.execution_options(reading=True).connect() as connection:
        fingerprints = [wrapped[:1] for wrapped in connection.scalars(select(PersonKey.wrapped))]
    return {fingerprint: fingerprints.count(fingerprint) for fingerprint in set(fingerprints)}


def wait_until_half_way(keyring: Keyring) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while len(count_fingerprints(keyring)) < 2:
        assert time.monotonic() < end, "the rotation does not begin"


def another_master(before: str) -> str:
    while True:
        text = new_master_text()
        if MasterKey.from_text(text).mark != MasterKey.from_text(before).mark:
            return text


@pytest.mark.nightly
def test_a_rotation_is_killed_goes_on_and_loses_no_request(tmp_path: Path) -> None:
    load = [sys.executable, "-m", "portal", "demo", "--load-only"]
    subprocess.run(load, env=environment_for(tmp_path), check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
    before = (tmp_path / "master_key").read_text().strip()
    after = another_master(before)
    settings = {"PORTAL_MASTER_KEY": after, "PORTAL_OTHER_MASTER_KEYS": before}
    engine = open_engine(f"sqlite:///{tmp_path / 'keyring.db'}", keyring=True)
    keyring = Keyring(engine, MasterKeys.from_text(before), utc_clock)
    fill(keyring)
    port = free_port()
    with demonstration_on(port, tmp_path, **settings):
        crowd = Crowd(port)
        secret = (tmp_path / "secret_key").read_text().strip()
        environment = environment_for(
            tmp_path, PORTAL_DEMONSTRATION="1", PORTAL_SECRET_KEY=secret, **settings
        )
        with rotate(environment) as killed:
            wait_until_half_way(keyring)
            killed.kill()
        assert len(count_fingerprints(keyring)) == 2, "it was killed half-way"
        with rotate(environment) as again:
            assert again.wait(PATIENCE_SECONDS) == 0
        crowd.stop()
        assert crowd.faults == []
        assert crowd.answered > 0
        assert set(count_fingerprints(keyring)) == {MasterKey.from_text(after).mark}
    engine.dispose()
    with demonstration_on(port, tmp_path, PORTAL_MASTER_KEY=after):
        sign_in(Browser(port))


def fill(keyring: Keyring) -> None:
    """Add so many keys that a rotation takes a while."""
    masters = keyring.masters
    rows = [{"id": one, "wrapped": masters.wrap(b"k" * 32, f"person_key:{one}")} for one in
            (uuid4() for _ in range(KEYS))]  # fmt: skip
    with keyring.engine.begin() as connection:
        connection.execute(PersonKey.__table__.insert(), rows)  # type: ignore[attr-defined]  # a Table
