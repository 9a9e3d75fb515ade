"""What `/readyz` says of each part: the truth at this moment, and nothing that is secret."""

import shutil
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, text

from portal.erasure.cancellation.models import AppliedErasure
from portal.operations import health
from portal.operations.health import TICK, note_tick
from portal.operations.restore_check import RESTORING
from portal.platform.core.database import open_engine
from portal.platform.encryption.crypto import MasterKeys, new_master_text
from tests.governance.audit.test_role import ROLE, limited, server
from tests.statements import listening
from tests.world import World

__all__ = ["limited", "server"]
PARTS = {"main", "keyring", "schema", "key", "copy", "disk", "worker"}


@pytest.fixture(autouse=True)
def looks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept from one question to the next, and nobody is waited for."""
    monkeypatch.setattr(health, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(health, "LOOK_AGAIN_SECONDS", 0)


def ask(world: World) -> tuple[int, dict[str, str]]:
    """The status, and the parts that are not well."""
    answer = world.visitor().client.get("/readyz")
    found = dict(answer.json or {})
    assert found.pop("status") == ("ready" if answer.status_code == 200 else "not ready")
    return answer.status_code, {part: state for part, state in found.items() if state != "ok"}


def test_a_portal_that_is_well_says_so_of_every_part(world: World) -> None:
    note_tick(world.parts)
    answer = world.visitor().client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready"} | dict.fromkeys(PARTS, "ok")


def test_a_keyring_that_another_master_key_opens_is_told(world: World) -> None:
    note_tick(world.parts)
    world.parts.keyring.masters = MasterKeys.from_text(new_master_text())
    assert ask(world) == (503, {"key": "does-not-open"})


def test_a_schema_of_another_release_is_told(world: World) -> None:
    with world.parts.sessions.engine.begin() as connection:
        was = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        assert ask(world) == (503, {"schema": "schema"})
    finally:
        with world.parts.sessions.engine.begin() as connection:
            put_back = text("UPDATE alembic_version SET version_num = :was")
            connection.execute(put_back, {"was": was})


def test_an_old_copy_under_a_running_portal_is_told(world: World) -> None:
    note_tick(world.parts)
    world.erase(world.customer())
    assert ask(world) == (200, {})
    with world.work() as work:
        work.session.execute(delete(AppliedErasure))
    assert ask(world) == (503, {"copy": "old-copy"})


def test_a_keyring_that_is_an_old_copy_is_told(world: World) -> None:
    note_tick(world.parts)
    with world.work() as work:
        work.session.add(AppliedErasure(number=1, applied_at=work.now))
    assert ask(world) == (503, {"copy": "keyring-is-older"})


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("database", ["main", "keyring"])
def test_a_file_that_takes_no_changes_is_told_and_people_read_so(
    world: World, database: str
) -> None:
    note_tick(world.parts)
    person = world.customer()
    engine = world.parts.sessions.engine if database == "main" else world.parts.keyring.engine

    def forbid(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "connect", forbid)
    engine.dispose()
    assert ask(world) == (503, {database: "read-only"})
    visitor = world.visitor()
    if database == "main":
        form = visitor.open("/sign-in")
        page = form.send(status=503, email=person.email, password=person.password)
        assert "save anything right now" in page.text
    event.remove(engine, "connect", forbid)
    assert ask(world) == (200, {})
    assert world.signed_in(person).open("/account").path == "/account"


def test_that_a_copy_is_being_put_back_is_told(world: World) -> None:
    note_tick(world.parts)
    world.parts.keyring.keep_note(RESTORING, "{}")
    assert ask(world) == (503, {"copy": "being-put-back"})


def test_a_disk_without_room_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    note_tick(world.parts)
    free = shutil.disk_usage(world.instance).free
    monkeypatch.setattr(health, "LEAST_ROOM", free * 2)
    assert ask(world) == (503, {"disk": "disk-full"})


def test_a_silent_worker_is_told_and_pages_go_on(world: World) -> None:
    assert ask(world) == (200, {"worker": "silent"}), "there was none ever"
    note_tick(world.parts)
    assert ask(world) == (200, {})
    world.clock.move(minutes=2)
    assert ask(world) == (200, {})
    world.clock.move(minutes=2)
    assert ask(world) == (200, {"worker": "silent"})


def test_a_worker_notes_that_it_lives_once_a_minute_and_not_in_the_main_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(world) as heard:
        note_tick(world.parts)
        first = world.parts.keyring.read_note(TICK)
        world.clock.now += timedelta(seconds=30)
        note_tick(world.parts)
        assert world.parts.keyring.read_note(TICK) == first
        monkeypatch.setattr(health, "TICK_EVERY_SECONDS", 0.0)
        note_tick(world.parts)
        assert world.parts.keyring.read_note(TICK) == world.clock().isoformat()
    assert heard.main == []


def test_an_answer_is_kept_for_a_few_seconds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)
    note_tick(world.parts)
    first = ask(world)
    with listening(world) as heard:
        assert ask(world) == first
    assert heard.main == heard.keyring == []


@pytest.mark.parametrize("verb", ["SELECT", "INSERT", "UPDATE", "DELETE"])
@pytest.mark.parametrize("database", ["main", "keyring"])
def test_a_role_without_its_rights_is_told(limited: World, database: str, verb: str) -> None:
    note_tick(limited.parts)
    assert ask(limited) == (200, {})
    take_away(limited, database, f"{verb} ON {'letter' if database == 'main' else 'note'}")
    assert ask(limited) == (503, {database: "rights-missing"})


def test_a_role_that_may_number_no_erasure_is_told(limited: World) -> None:
    note_tick(limited.parts)
    take_away(limited, "keyring", "USAGE ON ALL SEQUENCES IN SCHEMA public")
    assert ask(limited) == (503, {"keyring": "rights-missing"})


def take_away(limited: World, database: str, right: str) -> None:
    """Take one right from the role that the portal runs as."""
    url = "database_url" if database == "main" else "keyring_url"
    owner = getattr(limited.parts.settings, url).replace(ROLE, "postgres")
    engine = open_engine(owner)
    with engine.begin() as connection:
        connection.execute(text(f"REVOKE {right} FROM {ROLE}"))
    engine.dispose()


def test_nothing_secret_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.parts.keyring.keep_note(RESTORING, "hush")
    answer = world.visitor().client.get("/readyz")
    said = answer.text + capsys.readouterr().err
    settings = world.parts.settings
    for secret in ("hush", settings.master_key, settings.database, str(world.instance)):
        assert secret not in said
