"""What two changes at once had parted is brought into line, and old decisions go on."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, Row, insert, select

from portal.operations.schema.migrate import downgrade, upgrade
from portal.operations.schema.version import MAIN
from tests.migrations.test_old_data import reflect
from tests.migrations.test_schema import empty
from tests.world import NOON

__all__ = ["empty"]
BEFORE = "0009"


def put(engine: Engine, name: str, **values: object) -> None:
    table = reflect(engine, name)
    with engine.begin() as connection:
        connection.execute(insert(table).values(values))


def rows(engine: Engine, name: str) -> list[Row[tuple[object, ...]]]:
    table = reflect(engine, name)
    with engine.connect() as connection:
        return list(connection.execute(select(table)).all())


def add_customer(engine: Engine, choices: list[str] | None, marked: list[str]) -> object:
    """Somebody whose choices say one thing, and whose marks another."""
    customer_id = uuid4()
    put(
        engine, "customer", id=customer_id, version=1, registered_at=NOON, sealed=b"-",
        email_hash=customer_id.bytes,
    )  # fmt: skip
    if choices is not None:
        put(
            engine, "marketing_choices", customer_id=customer_id, version=2, agreed=choices,
            made={}, saved_at=NOON,
        )  # fmt: skip
    put(
        engine, "contact_mark", customer_id=customer_id, channel="email",
        value_hash=customer_id.bytes, agreed=marked,
    )  # fmt: skip
    return customer_id


@pytest.mark.parametrize(
    ("choices", "marked"),
    [([], ["offers:email"]), (["offers:email"], []), (None, ["offers:email"]), (["a:b"], ["a:b"])],
)
def test_the_index_says_after_the_update_what_the_choices_say(
    empty: Engine,  # the fixture
    choices: list[str] | None,
    marked: list[str],
) -> None:
    upgrade(empty, MAIN, BEFORE)
    add_customer(empty, choices, marked)
    upgrade(empty, MAIN)
    assert [row.agreed for row in rows(empty, "contact_mark")] == [choices or []]
    assert [row.ended_at for row in rows(empty, "contact_mark")] == [None]


def test_whoever_ever_changed_an_address_waits_for_the_former_ones(
    empty: Engine,  # the fixture
) -> None:
    upgrade(empty, MAIN, BEFORE)
    moved, stayed = (add_customer(empty, ["offers:email"], []) for _ in range(2))
    put(
        empty, "email_change", id=uuid4(), customer_id=moved, sealed=b"-", asked_at=NOON,
        confirmed_at=NOON,
    )  # fmt: skip
    upgrade(empty, MAIN)
    waiting = {row.customer_id: row.agreed for row in rows(empty, "unmarked_customer")}
    assert waiting == {moved: ["offers:email"]}
    assert stayed not in waiting


def test_an_erasure_that_was_decided_before_the_update_lets_nobody_in_and_goes_on(
    empty: Engine,  # the fixture
) -> None:
    upgrade(empty, MAIN, BEFORE)
    leaver, other = add_customer(empty, None, []), add_customer(empty, None, [])
    put(
        empty, "cancellation_underway", customer_id=leaver, last_letter_id=uuid4(),
        decided_at=NOON + timedelta(minutes=1), traces=["ab"], suppressed=[], kept=[],
    )  # fmt: skip
    upgrade(empty, MAIN)
    shut = {row.id: row.decided_at for row in rows(empty, "customer")}
    assert shut == {leaver: NOON + timedelta(minutes=1), other: None}
    (underway,) = rows(empty, "cancellation_underway")
    (trace,) = underway.traces
    assert trace[0] == "ab"
    assert trace[2] == (NOON + timedelta(minutes=1)).isoformat()
    assert (underway.next_look_at, underway.looks) == (underway.decided_at, 0)
    downgrade(empty, MAIN, BEFORE)
    assert [row.traces for row in rows(empty, "cancellation_underway")] == [["ab"]]
