"""`staff add`, `invite`, `role`, `close`, `list` and `demo-code`, as somebody at a terminal."""

import re
from pathlib import Path

import pytest

from portal.identity.credentials.rules import QUESTIONS
from portal.identity.mfa.rules import STEP_SECONDS, code_at
from portal.identity.one_time_tokens.queries import find_token_subject
from portal.identity.one_time_tokens.rules import TokenPurpose
from portal.operations import demo_data
from portal.operations.data_inventory import HELD
from portal.platform.core.clock import utc_clock
from portal.platform.runtime import assemble
from portal.platform.settings import read_settings
from tests.commands import REAL, run

WITHOUT_KEYS = {"PORTAL_SECRET_KEY": "", "PORTAL_MASTER_KEY": ""}


def is_alive(instance: Path, address: str) -> bool:
    """Tell whether the invitation at an address would open anything."""
    parts = assemble(read_settings({**REAL, "PORTAL_INSTANCE": str(instance)}), HELD, QUESTIONS)
    with parts.work() as work:
        token = address.rpartition("/")[2]
        found = find_token_subject(work, TokenPurpose.JOIN_DESK, token) is not None
    parts.close()
    return found


def add(instance: Path, email: str, *words: str) -> str:
    """Add a colleague; the address of the invitation."""
    told = run(instance, "staff", "add", email, "--name", "Sam Agent", *words)
    assert (told.returncode, told.stderr) == (0, "")
    assert "once, for 10 minutes" in told.stdout
    found = re.match(r"https://privacy\.example\.com/staff/join/[\w-]{43}\n", told.stdout)
    assert found, told.stdout
    return found[0].strip()


def test_a_colleague_is_added_once_and_the_invitation_is_printed(instance: Path) -> None:
    address = add(instance, "sam@example.com", "--role", "senior")
    assert is_alive(instance, address)
    second = run(instance, "staff", "add", "SAM@example.com", "--name", "Sam")
    assert second.returncode == 1
    assert "already" in second.stderr
    assert is_alive(instance, address)


@pytest.mark.parametrize(
    "words", [["nobody", "--name", "X"], ["sam@example.com", "--name", " "], ["sam@example.com"]]
)
def test_wrong_usage_adds_nobody(instance: Path, words: list[str]) -> None:
    assert run(instance, "staff", "add", *words).returncode == 2
    assert run(instance, "staff", "list").stdout == ""


def test_a_colleague_is_invited_again_given_a_role_and_closed(instance: Path) -> None:
    old = add(instance, "sam@example.com")
    add(instance, "kit@example.com")
    told = run(instance, "staff", "invite", "sam@example.com")
    new = told.stdout.splitlines()[0]
    assert (is_alive(instance, old), is_alive(instance, new)) == (False, True)
    assert "senior agent" in run(instance, "staff", "role", "sam@example.com", "senior").stdout
    listed = run(instance, "staff", "list").stdout.splitlines()
    assert [line.split()[:3] for line in sorted(listed)] == [
        ["kit@example.com", "agent", "invited"],
        ["sam@example.com", "senior", "invited"],
    ]
    myself = run(instance, "staff", "close", "sam@example.com", "--hand-to", "sam@example.com")
    assert myself.returncode == 1
    early = run(instance, "staff", "close", "sam@example.com", "--hand-to", "kit@example.com")
    assert early.returncode == 1
    assert "has not joined yet" in early.stderr
    closed = run(instance, "staff", "close", "sam@example.com")
    assert closed.stdout == "Closed. Open cases handed over: 0.\n"
    assert not is_alive(instance, new)
    assert "sam" not in run(instance, "staff", "list").stdout


@pytest.mark.parametrize("words", [["invite"], ["role"], ["close"]])
def test_whoever_is_not_at_the_desk_is_not_found(instance: Path, words: list[str]) -> None:
    more = ["agent"] if words == ["role"] else []
    told = run(instance, "staff", *words, "nobody@example.com", *more)
    assert told.returncode == 1
    assert "Nobody with this address" in told.stderr
    assert "nobody@example.com" not in told.stderr


def test_the_demonstration_has_an_administrator_who_stays(tmp_path: Path) -> None:
    assert run(tmp_path, "demo", "--load-only", **WITHOUT_KEYS).returncode == 0
    keys = {
        f"PORTAL_{name.upper()}": (tmp_path / name).read_text().strip()
        for name in ("secret_key", "master_key")
    } | {"PORTAL_DEMONSTRATION": "1"}
    listed = run(tmp_path, "staff", "list", **keys).stdout
    assert len(listed.splitlines()) == len(demo_data.STAFF) == 3
    for words in (["close", "alex@example.com"], ["role", "alex@example.com", "agent"]):
        told = run(tmp_path, "staff", *words, **keys)
        assert told.returncode == 1
        assert "This is the only administrator" in told.stderr


def test_the_code_of_a_made_up_colleague_is_printed(tmp_path: Path) -> None:
    told = run(tmp_path, "demo-code", "sam@example.com", PORTAL_DEMONSTRATION="1")
    now = int(utc_clock().timestamp()) // STEP_SECONDS
    near = {code_at(demo_data.AUTHENTICATOR, now - step) + "\n" for step in range(3)}
    assert told.stdout in near
    other = run(tmp_path, "demo-code", "rowan@example.com", PORTAL_DEMONSTRATION="1")
    assert (other.returncode, other.stdout) == (1, "")


@pytest.mark.parametrize("settings", [{}, WITHOUT_KEYS])
def test_outside_the_demonstration_there_is_no_such_code(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    if settings == {}:  # keys of its own beside what a demonstration left behind
        (tmp_path / "master_key").write_text("left behind")
    told = run(tmp_path, "demo-code", "sam@example.com", **settings)
    assert (told.returncode, told.stdout) == (1, "")
    assert "not the demonstration" in told.stderr
