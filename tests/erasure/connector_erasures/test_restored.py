"""An old backup is put back: other systems are told again, and the receipt comes all the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.erasure.connector_erasures.rules import GIVEN_UP_AFTER, PATIENCE
from portal.governance.receipts.rules import ReceiptVerdict
from portal.governance.receipts.service import check_receipt
from portal.operations.backup.backup import back_up
from portal.operations.backup.restore import RestoreRequest, restore
from portal.operations.demo_billing import BillingSystem
from portal.platform.encryption.models import Note
from tests.billing import billing_system, connect, lying
from tests.databases import tools
from tests.erasure.connector_erasures.test_erasing import asked, go, pass_time, receipt_of
from tests.world import Person, World


@pytest.fixture
def world(world: World) -> World:
    """A portal that knows where the programs of its PostgreSQL are."""
    if world.parts.sessions.engine.dialect.name == "postgresql":
        settings = replace(world.parts.settings, postgresql_tools=str(tools()))
        world.parts = replace(world.parts, settings=settings)
    return world


@pytest.fixture
def person(world: World) -> Person:
    return world.customer()


@pytest.fixture
def folder(world: World) -> Path:
    return world.instance / "copies"


def copy(world: World, folder: Path) -> None:
    back_up(world.parts, folder, folder / "keyring", lambda _: None)


def put_back(world: World, folder: Path) -> None:
    restore(world.parts, folder, RestoreRequest(), report=lambda _: None)


@contextmanager
def billing(world: World, person: Person) -> Iterator[BillingSystem]:
    with billing_system(world.instance, world.clock, person.email, calls=3) as system:
        connect(world, system.url)
        yield system


@contextmanager
def away(world: World) -> Iterator[None]:
    with lying(world.clock) as server:
        server.status = 503
        connect(world, server.url)
        yield


def notes(world: World) -> list[str]:
    """What the keyring remembers of other systems."""
    with world.parts.keyring.engine.connect() as connection:
        names = connection.execute(select(Note.name)).scalars()
        return [name for name in names if name.startswith("outside-")]


def test_whoever_was_erased_after_the_backup_is_erased_elsewhere_and_has_a_receipt(
    world: World, person: Person, folder: Path
) -> None:
    world.customer("other@example.com")
    copy(world, folder)
    world.clock.move(minutes=5)
    with away(world):
        go(world, person)
        world.worker().do_all()
        put_back(world, folder)
    assert notes(world)
    assert not receipt_of(world, person)
    assert [row for row in asked(world) if row.next_try_at], "what was to be told is to be told"
    with billing(world, person) as system:
        pass_time(world, timedelta(days=1), 8)
        assert system.erased == {person.email}
    text = receipt_of(world, person)
    assert world.read(check_receipt, text)[0] is ReceiptVerdict.GENUINE
    said = " ".join(text.split())
    assert "Our billing system, confirmed on 23 November 2026, number of records deleted: 4" in said
    assert "Your registrations: 2" in said
    assert world.rows()["customer"] == 1
    assert not notes(world), "nothing is remembered of what is done"


def test_also_whom_the_receipt_says_that_it_has_not_confirmed_yet(
    world: World, person: Person, folder: Path
) -> None:
    copy(world, folder)
    with away(world):
        go(world, person)
        pass_time(world, PATIENCE + timedelta(hours=1))
        first = receipt_of(world, person)
        assert "has not confirmed yet" in " ".join(first.split())
        put_back(world, folder)
    with billing(world, person) as system:
        pass_time(world, timedelta(hours=12))
        assert system.erased == {person.email}
    assert receipt_of(world, person) == first, "the first one stands"
    assert not world.rows()["cancellation_underway"]


def test_what_was_confirmed_after_the_backup_is_not_told_again_with_nothing_in_it(
    world: World, person: Person, folder: Path
) -> None:
    with away(world):
        go(world, person)
        world.worker().do_all()
        copy(world, folder)
    with billing(world, person) as system:
        pass_time(world, timedelta(days=2), 10)
        assert system.erased == {person.email}
        put_back(world, folder)
        pass_time(world, GIVEN_UP_AFTER + timedelta(days=1), 10)
    assert not world.audit("connectors:erasure:abandoned"), "nobody is alarmed"
    assert not [row for row in asked(world) if row.next_try_at]


def test_who_has_been_told_at_once_is_found_again_by_who_they_were_to_us(
    world: World, person: Person, folder: Path
) -> None:
    copy(world, folder)
    with billing(world, person) as system:
        go(world, person)
        pass_time(world, timedelta(hours=1))
        put_back(world, folder)
        assert [row.tries for row in asked(world)] == [0]
        pass_time(world, timedelta(hours=1))
        assert system.erased == {person.email}
    assert not [row for row in asked(world) if row.next_try_at]
    assert not world.rows()["cancellation_underway"]
