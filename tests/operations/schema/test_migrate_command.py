"""`migrate` brings databases to a schema, and takes no part in what the worker has to finish."""

import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.erasure.cancellation import service
from portal.erasure.cancellation.models import CancellationUnderway
from portal.erasure.cancellation.rules import When
from portal.erasure.cancellation.service import leave
from portal.identity.accounts.queries import find_customer
from portal.messaging.email.models import EmailState, OutboxEmail
from portal.messaging.email.outbox import queue
from portal.operations.backup.backup import back_up
from portal.operations.backup.restore import RestoreRequest, restore
from portal.operations.startup_checks import refuse_unready
from portal.platform.core.clock import utc_clock
from portal.platform.settings import SettingsError
from tests.commands import run
from tests.databases import tools
from tests.messaging.email.test_transport import EMAIL
from tests.world import Person, World

STEPS = ("_delete_rows", "_look", "_strike_off")
"""After the line of the ledger, which has destroyed the key."""


class DiedError(BaseException):
    """The process was killed."""


def die(*_: object) -> None:
    raise DiedError


@pytest.fixture
def world(world: World) -> World:
    """A portal by this machine's clock, which knows where the programs of its PostgreSQL are."""
    world.clock.now = utc_clock()
    if world.parts.sessions.engine.dialect.name == "postgresql":
        settings = replace(world.parts.settings, postgresql_tools=str(tools()))
        world.parts = replace(world.parts, settings=settings)
    return world


def migrate(world: World) -> None:
    """Run the command, as a release does."""
    settings = world.parts.settings
    told = run(
        world.instance,
        "migrate",
        PORTAL_DEMONSTRATION="1",
        PORTAL_DATABASE_URL=settings.database,
        PORTAL_KEYRING_URL=settings.keyring,
    )
    assert told.returncode == 0, told.stderr


def interrupt(world: World, person: Person, step: str) -> None:
    """An erasure is killed before a step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, step, die)
        with pytest.raises(DiedError):
            leave(world.parts.work, world.parts.context, person.customer_id, When.NOW)


def is_told(world: World, person: Person) -> bool:
    """Whether somebody who has left gets their last email, once, with the receipt in it."""
    world.clock.move(minutes=10)
    emails = [one for one in world.deliver() if one.subject == "Your account is deleted"]
    line = world.parts.keyring.ledger.find(person.id)
    assert line is not None
    return [one.to for one in emails] == [person.email] and line.reference in emails[0].text


def copy_and_put_back(world: World) -> None:
    folder = world.instance / "copies"
    back_up(world.parts, folder, folder / "keyring", lambda _: None)
    restore(world.parts, folder, RestoreRequest(), report=lambda _: None)


def program(world: World, name: str, *words: str) -> None:
    """Run a program of PostgreSQL on the main database."""
    url = world.parts.sessions.engine.url
    where = ("-h", str(url.query["host"]), "-U", "postgres", "-d", str(url.database))
    subprocess.run([str(tools() / name), *where, *words], check=True)  # noqa: S603  # ours


def copy_sqlite(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)
    one.close()
    other.close()


def take_otherwise(world: World, file: Path) -> None:
    """A copy of the main database by other means than ours."""
    engine = world.parts.sessions.engine
    if engine.dialect.name == "sqlite":
        copy_sqlite(Path(str(engine.url.database)), file)
    else:
        program(world, "pg_dump", "-Fc", "-f", str(file))


def put_back_otherwise(world: World, file: Path) -> None:
    engine = world.parts.sessions.engine
    engine.dispose()
    if engine.dialect.name == "sqlite":
        copy_sqlite(file, Path(str(engine.url.database)))
    else:
        program(world, "pg_restore", "--clean", "--if-exists", "-1", str(file))


@pytest.mark.parametrize("step", STEPS)
def test_whoever_was_leaving_when_it_was_interrupted_is_told_also_after_a_migration(
    world: World,
    step: str,
) -> None:
    person = world.customer()
    world.deliver()
    interrupt(world, person, step)
    migrate(world)
    refuse_unready(world.parts)
    assert is_told(world, person)
    refuse_unready(world.parts)


@pytest.mark.parametrize("step", STEPS)
def test_whoever_was_leaving_when_it_was_interrupted_is_told_also_after_a_restore(
    world: World,
    step: str,
) -> None:
    person = world.customer()
    world.deliver()
    interrupt(world, person, step)
    copy_and_put_back(world)
    assert is_told(world, person)
    refuse_unready(world.parts)
    assert not [one for one in world.deliver() if one.to == person.email]


def test_an_erasure_that_was_only_decided_is_told_of_after_a_restore(world: World) -> None:
    person = world.customer()
    world.deliver()
    with world.work() as work:
        service.decide(work, world.parts.context, person.customer_id)
    copy_and_put_back(world)
    assert is_told(world, person)


def test_a_last_email_that_had_not_gone_goes_after_a_restore_and_nothing_else(
    world: World,
) -> None:
    person, other = world.customer(), world.customer("other@example.com")
    world.deliver()
    world.erase(person)
    with world.work() as work:
        queue(work, other.id, EMAIL)
    copy_and_put_back(world)
    assert is_told(world, person)
    with world.work() as work:
        failed = work.session.scalars(
            select(OutboxEmail.person_id).where(OutboxEmail.state == EmailState.FAILED)
        ).all()
    assert failed == [other.id]


@pytest.mark.parametrize("step", STEPS)
def test_whoever_was_told_already_is_not_told_again_by_an_old_copy(world: World, step: str) -> None:
    person = world.customer()
    world.deliver()
    interrupt(world, person, step)
    folder = world.instance / "copies"
    back_up(world.parts, folder, folder / "keyring", lambda _: None)
    assert is_told(world, person)
    restore(world.parts, folder, RestoreRequest(), report=lambda _: None)
    with world.work() as work:
        assert work.session.get(CancellationUnderway, person.id) is None
    world.clock.move(minutes=10)
    assert world.deliver() == []
    refuse_unready(world.parts)


def test_a_migration_does_not_make_an_old_copy_a_new_one(world: World) -> None:
    """It was put back by other means, so `replay` is still to be said: it ends what has passed."""
    leaving, other = world.customer(), world.customer("other@example.com")
    first = leave(world.parts.work, world.parts.context, leaving.customer_id, When.LATER).leaves_at
    file = world.instance / "raw"
    take_otherwise(world, file)
    assert len(world.deliver()) == 1
    world.erase(other)
    world.deliver()
    put_back_otherwise(world, file)
    for _ in range(2):
        with pytest.raises(SettingsError, match="portal replay"):
            refuse_unready(world.parts)
        migrate(world)
    told = run(
        world.instance,
        "replay",
        PORTAL_DEMONSTRATION="1",
        PORTAL_DATABASE_URL=world.parts.settings.database,
        PORTAL_KEYRING_URL=world.parts.settings.keyring,
    )
    assert "Deleted again: 1 people" in told.stdout
    refuse_unready(world.parts)
    assert world.deliver() == [], "what went long ago does not go again"
    assert world.read(find_customer, leaving.customer_id).leaves_at > first, "seven days again"
    assert world.rows()["customer"] == 1
