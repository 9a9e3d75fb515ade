"""What people had with the first tables is theirs with the newest, and with the first again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, MetaData, Table, Uuid, insert, select, text

from portal.desk.cases.queries import list_own_cases
from portal.erasure.cancellation.service import finish
from portal.identity.accounts.queries import find_customer, list_registrations
from portal.identity.accounts.rules import CustomerKind, Details
from portal.identity.contact_index.queries import count_unindexed
from portal.identity.credentials.rules import QUESTIONS
from portal.operations.backup.erasure_replay import replay
from portal.operations.data_inventory import HELD
from portal.operations.restore_check import look
from portal.operations.schema.migrate import downgrade, migrate, upgrade
from portal.operations.schema.version import KEYRING, MAIN
from portal.platform.core.clock import Clock
from portal.platform.core.database import Moment
from portal.platform.core.ids import CustomerId
from portal.platform.core.sealing import place
from portal.platform.encryption import crypto
from portal.platform.encryption.crypto import MasterKey
from portal.platform.runtime import Runtime, assemble
from portal.self_service.email_change.service import index_waiting
from tests.conftest import SETTINGS
from tests.databases import MASTER, PostgresqlStock
from tests.world import NOON

FIRST = "0001"
OLD = {
    MAIN: "customer registration case_file audit_entry cancellation_underway",
    KEYRING: "erasure",
}
CHANGED = {"erasure": {"id"}}
"""Columns that are made anew on the way down."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runtime]:
    """A pair of empty databases, and the program of today."""
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path / name}.db" for name in ("main", "keyring")]
    else:
        stock: PostgresqlStock = request.getfixturevalue("postgresql_stock")
        admin = stock.engines[0].execution_options(isolation_level="AUTOCOMMIT")
        names = ("old_main", "old_keyring")
        with admin.connect() as connection:
            for name in names:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                connection.execute(text(f"CREATE DATABASE {name}"))
        urls = [stock.urls[0].replace("/main?", f"/{name}?") for name in names]
    clock: Clock = lambda: NOON  # noqa: E731
    settings = replace(SETTINGS, instance=tmp_path, database_url=urls[0], keyring_url=urls[1])
    made = assemble(settings, HELD, QUESTIONS, clock, reference=clock)
    yield made
    made.sessions.engine.dispose()
    made.keyring.engine.dispose()


class OldPortal:
    """Writes rows as the first version did: tables as they were, sealed with real keys."""

    def __init__(self, parts: Runtime) -> None:
        self.main, self.keyring = parts.sessions.engine, parts.keyring.engine
        upgrade(self.keyring, KEYRING, FIRST)
        upgrade(self.main, MAIN, FIRST)
        self.master, self.lookup = MasterKey.from_text(MASTER), crypto.new_key()
        wrapped = self.master.wrap(self.lookup, "lookup")
        self.put(self.keyring, "secret", name="lookup", wrapped=wrapped)

    def put(self, engine: Engine, name: str, /, **values: Any) -> None:
        table = reflect(engine, name)
        with engine.begin() as connection:
            connection.execute(insert(table).values(values))

    def add_customer(self, email: str) -> CustomerId:
        customer_id, key = CustomerId(uuid4()), crypto.new_key()
        wrapped = self.master.wrap(key, f"person_key:{customer_id}")
        self.put(self.keyring, "person_key", id=customer_id, wrapped=wrapped)
        words = Details("Rowan", "Example", email, CustomerKind.RESIDENTIAL).words()
        cipher = AESGCM(key)
        self.put(
            self.main, "customer", id=customer_id, version=1, registered_at=NOON,
            email_hash=crypto.keyed_hash(self.lookup, "email", email),
            sealed=crypto.seal(cipher, place("customer", customer_id), words),
        )  # fmt: skip
        self.put(
            self.main, "registration", id=uuid4(), customer_id=customer_id, service="broadband",
            registered_at=NOON,
        )  # fmt: skip
        case_id = uuid4()
        sealed = crypto.seal(
            cipher, place("case_file", case_id), {"name": "Rowan Example", "email": email}
        )
        self.put(
            self.main, "case_file", id=case_id, reference=f"PC-{case_id.hex[:4].upper()}-222",
            person_id=customer_id, customer_id=customer_id, sealed=sealed, topic="other",
            service="", status="new", received_at=NOON, due_on=NOON.date(), version=1,
        )  # fmt: skip
        self.put(
            self.main, "audit_entry", id=uuid4(), occurred_at=NOON, facts={"services": []},
            name="account:customer:registered", actor_kind="system", subject_id=customer_id,
        )  # fmt: skip
        return customer_id

    def erase(self, person_id: UUID, at: datetime) -> None:
        person_hash = crypto.keyed_hash(self.lookup, "erased person", str(person_id))
        self.put(self.keyring, "erasure", id=uuid4(), person_hash=person_hash, erased_at=at)
        keys = reflect(self.keyring, "person_key")
        with self.keyring.begin() as connection:
            connection.execute(keys.delete().where(keys.c.id == person_id))


def reflect(engine: Engine, name: str) -> Table:
    """Read a table as it is, with the types that the driver needs."""
    table = Table(name, MetaData(), autoload_with=engine)
    for column in table.columns:
        if column.name == "id" or column.name.endswith("_id"):
            column.type = Uuid()
        elif column.name.endswith("_at"):
            column.type = Moment()
    return table


def heap(parts: Runtime) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the old tables, without what is made anew on the way down."""
    found = {}
    for engine, branch in ((parts.sessions.engine, MAIN), (parts.keyring.engine, KEYRING)):
        for name in OLD[branch].split():
            table = reflect(engine, name)
            columns = [one for one in table.columns if one.name not in CHANGED.get(name, set())]
            with engine.connect() as connection:
                rows = connection.execute(select(*columns)).all()
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def test_everything_of_the_first_tables_is_there_in_the_newest(parts: Runtime) -> None:
    old = OldPortal(parts)
    rowan, jules = old.add_customer("rowan@example.com"), old.add_customer("jules@example.com")
    gone = [uuid4() for _ in range(3)]
    for number, person_id in enumerate(gone):
        old.erase(person_id, NOON - timedelta(days=number))
    migrate(parts)
    with parts.work() as work:
        for customer_id, email in ((rowan, "rowan@example.com"), (jules, "jules@example.com")):
            customer = find_customer(work, customer_id)
            assert customer is not None
            assert customer.details.email == email
            assert customer.leaves_at is None
            assert [one.name for one in list_registrations(work, customer_id)] == ["Broadband"]
            assert [one.email for one in list_own_cases(work, customer_id, 99)] == [email]
        assert count_unindexed(work) == 2
        assert index_waiting(work, 10) == 2
        assert count_unindexed(work) == 0
    lines = [parts.keyring.ledger.find(person_id) for person_id in reversed(gone)]
    assert [line.number for line in lines if line] == [1, 2, 3], "numbered as they were written"
    assert len({line.reference for line in lines if line}) == 3


def test_the_erasures_of_old_are_carried_out_again_before_the_portal_starts(
    parts: Runtime,
) -> None:
    """Also in a database that is an old copy: the ledger knew, and its rows could not tell."""
    old = OldPortal(parts)
    stays, left = old.add_customer("rowan@example.com"), old.add_customer("jules@example.com")
    old.erase(left, NOON)
    migrate(parts)
    assert look(parts).missing == {1}
    done = replay(parts, is_restored=False, report=lambda _: None)
    assert done.people == 1
    assert look(parts).is_ready
    with parts.work() as work:
        assert find_customer(work, stays) is not None
        assert list_registrations(work, left) == []


def test_down_again_the_first_tables_hold_what_they_held(parts: Runtime) -> None:
    old = OldPortal(parts)
    for name in ("rowan", "jules"):
        old.add_customer(f"{name}@example.com")
    old.put(
        parts.sessions.engine, "cancellation_underway", customer_id=uuid4(), decided_at=NOON,
        last_letter_id=uuid4(),
    )  # fmt: skip
    for _ in range(3):
        old.erase(uuid4(), NOON)
    before = heap(parts)
    migrate(parts)
    downgrade(parts.sessions.engine, MAIN, FIRST)
    downgrade(parts.keyring.engine, KEYRING, FIRST)
    assert heap(parts) == before
    migrate(parts)
    assert len(heap(parts)["customer"]) == 2


def test_a_cancellation_that_the_old_version_left_half_way_is_finished(parts: Runtime) -> None:

    old = OldPortal(parts)
    person = old.add_customer("rowan@example.com")
    old.put(
        parts.sessions.engine, "cancellation_underway", customer_id=person, decided_at=NOON,
        last_letter_id=uuid4(),
    )  # fmt: skip
    migrate(parts)
    line = finish(parts.work, parts.context, person)
    assert line is not None
    found = parts.keyring.ledger.find(person)
    assert found is not None
    assert found.receipt is not None
    assert look(parts).is_ready


def test_a_lost_row_is_noticed(parts: Runtime) -> None:
    old = OldPortal(parts)
    person = old.add_customer("rowan@example.com")
    before = heap(parts)
    table = reflect(parts.sessions.engine, "registration")
    with parts.sessions.engine.begin() as connection:
        connection.execute(table.delete().where(table.c.customer_id == person))
    assert heap(parts) != before
