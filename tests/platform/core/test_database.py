import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from portal.consent.marketing.models import MarketingChoices
from portal.consent.marketing.queries import get_choices
from portal.consent.marketing.service import save_choices
from portal.identity.accounts.models import CustomerRow, RegistrationRow
from portal.identity.accounts.rules import AlreadyRegisteredError, Service
from portal.platform.core.constraints import unless_taken
from portal.platform.core.database import Base
from portal.platform.core.errors import StaleError
from portal.platform.core.work import SYSTEM, open_reading
from portal.platform.encryption.doomed import DoomedKey
from portal.platform.encryption.sealing import Vault
from tests.consent.marketing.steps import EVERY_CHOICE
from tests.world import World

THREADS, ROUNDS = 8, 50


def registration(world: World, customer_id: object, service: str) -> RegistrationRow:
    return RegistrationRow(customer_id=customer_id, service=service, registered_at=world.clock())


def add(world: World, row: Base, fault: Exception | None = None) -> None:
    """Write a row in a transaction of its own, which may come to grief."""
    with world.work() as work:
        work.session.add(row)
        work.session.flush()
        if fault:
            raise fault


def add_unless_taken(world: World, row: Base, column: str) -> None:
    with world.work() as work, unless_taken(work, type(row), column, AlreadyRegisteredError()):
        work.session.add(row)


def test_what_is_there_already_is_refused_in_the_words_of_the_room(world: World) -> None:
    world.customer()
    with pytest.raises(AlreadyRegisteredError):
        world.customer()
    assert world.rows()["customer"] == 1


def test_a_pair_that_is_there_already_is_refused_by_either_column(world: World) -> None:
    person = world.customer(services=(Service.MOBILE,))
    for column in ("customer_id", "service"):
        with pytest.raises(AlreadyRegisteredError):
            add_unless_taken(world, registration(world, person.id, Service.MOBILE), column)
    assert world.rows()["registration"] == 1


def test_another_broken_rule_is_not_taken_for_the_one_that_was_asked_about(world: World) -> None:
    person = world.customer()
    with world.work() as work:
        row = work.session.get_one(CustomerRow, person.id)
        taken = CustomerRow(
            id=uuid4(), email_hash=row.email_hash, sealed=b"x", registered_at=world.clock()
        )
    with pytest.raises(IntegrityError):
        add_unless_taken(world, taken, "sealed")


def test_a_registration_of_nobody_is_an_error_and_no_refusal(world: World) -> None:
    with pytest.raises(IntegrityError):
        add_unless_taken(world, registration(world, uuid4(), Service.MOBILE), "service")


def test_a_refused_value_is_not_in_the_text_of_the_error(world: World) -> None:
    with pytest.raises(IntegrityError) as caught:
        add(world, registration(world, uuid4(), "zyxq secret"))
    assert "zyxq secret" not in str(caught.value)


def test_a_moment_without_its_zone_is_refused(world: World) -> None:
    naive = datetime(2026, 11, 23, 12)  # noqa: DTZ001  # that is the point
    with pytest.raises(StatementError, match="needs its zone"):
        add(world, DoomedKey(id=uuid4(), doomed_at=naive))
    assert world.rows()["doomed_key"] == 0


def test_a_moment_of_any_zone_comes_back_as_the_same_moment_in_utc(world: World) -> None:
    moment = datetime(2026, 7, 1, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with world.work() as work:
        work.session.add(DoomedKey(id=uuid4(), doomed_at=moment))
    with world.work() as work:
        kept = work.session.scalars(select(DoomedKey.doomed_at)).one()
        found = work.session.scalars(select(DoomedKey).where(DoomedKey.doomed_at == moment)).all()
    assert (kept, kept.tzinfo) == (moment, UTC)
    assert len(found) == 1


def test_whatever_is_done_while_only_reading_is_undone(world: World) -> None:
    parts = world.parts
    is_refused = parts.sessions.engine.dialect.name == "postgresql"
    refusal = pytest.raises(DBAPIError, match="read-only") if is_refused else nullcontext()
    with (
        refusal,
        open_reading(parts.sessions, SYSTEM, parts.clock, Vault(parts.keyring)) as work,
    ):
        work.session.add(DoomedKey(id=uuid4(), doomed_at=work.now))
        work.session.flush()
    assert world.rows()["doomed_key"] == 0


def test_a_fault_in_the_middle_undoes_the_whole(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        add(world, DoomedKey(id=uuid4(), doomed_at=world.clock()), ZeroDivisionError())
    assert world.rows()["doomed_key"] == 0


def test_eight_writers_at_once_lose_nothing_of_what_they_saved(world: World) -> None:
    customer_id = world.customer().customer_id
    faults: list[Exception] = []

    def turn_on_and_off(number: int) -> None:
        saved = 0
        while saved < ROUNDS:
            try:
                with world.work() as work:
                    now = get_choices(work, customer_id)
                    wanted = now.agreed ^ {EVERY_CHOICE[number]}
                    save_choices(work, customer_id, wanted, now.version)
                saved += 1
            except (StaleError, OperationalError):
                continue  # somebody was quicker, or the database is busy: look again
            except Exception as error:  # noqa: BLE001  # told below, in the test's own thread
                faults.append(error)
                return

    writers = [threading.Thread(target=turn_on_and_off, args=(one,)) for one in range(THREADS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert faults == []
    with world.work() as work:
        row = work.session.get_one(MarketingChoices, customer_id)
        assert (row.version, row.agreed) == (THREADS * ROUNDS, [])
    assert world.rows()["choice_change"] == THREADS * ROUNDS
