"""No page looks through a whole table: how each statement is carried out, at 100,000 rows."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, text

from bench.crowd import Crowd, fill
from portal.desk.queue.rules import QueueSort, View
from portal.identity.credentials.rules import QUESTIONS
from portal.identity.staff_accounts.rules import Role
from portal.operations.data_inventory import HELD
from portal.platform.core.database import open_to_migrate
from portal.platform.runtime import assemble
from tests.conftest import SETTINGS
from tests.databases import PostgresqlStock, SqliteStock, prepare
from tests.pages import Visitor
from tests.world import MovedClock, Person, World

MANY = 100_000
BIG = frozenset(
    {"customer", "credential", "registration", "contact_mark", "choice_change", "case_file"}
    | {"case_entry", "letter", "marketing_choices"}
)
PARTIAL = frozenset(
    {"ix_case_file_open", "ix_case_file_ours"}
    | {f"ix_case_file_open_{one}" for one in ("by", "status", "topic", "received")}
)
"""Indexes of some rows, few however many there are: these may be read from end to end."""
OF_THE_QUEUE = (*sorted(PARTIAL), "ix_case_file_due_on")


@dataclass
class Crowded:
    """A portal with a crowd, a customer who can sign in and a colleague who has."""

    world: World
    person: Person
    desk: Visitor


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def big(
    request: pytest.FixtureRequest, one_app: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crowded]:
    """Made once: nothing that is tried on it changes what matters."""
    folder = tmp_path_factory.mktemp("big")
    if request.param == "sqlite":
        sqlite_stock: SqliteStock = request.getfixturevalue("sqlite_stock")
        main, keyring = sqlite_stock.fresh(folder)
    else:
        main, keyring = _new_pair(request.getfixturevalue("postgresql_stock"))
    settings = replace(SETTINGS, instance=folder, database_url=main, keyring_url=keyring)
    clock = MovedClock()
    parts = assemble(settings, HELD, QUESTIONS, clock)
    world = World(one_app, parts, clock)
    colleague = world.colleague(role=Role.ADMINISTRATOR)
    person = world.customer()
    world.case(person)
    patient = open_to_migrate(parts.sessions.engine, 5)
    fill(patient, Crowd(MANY, MANY, MANY, colleague.id))
    patient.dispose()
    one_app.extensions["portal"] = parts
    yield Crowded(world, person, world.at_the_desk(colleague))
    parts.sessions.engine.dispose()
    parts.keyring.engine.dispose()


def _new_pair(stock: PostgresqlStock) -> tuple[str, str]:
    admin = stock.engines[0].execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in ("big_main", "big_keyring"):
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
    main, keyring = (
        stock.urls[0].replace("/main?", f"/{name}?") for name in ("big_main", "big_keyring")
    )
    prepare(main, keyring)
    return main, keyring


@pytest.fixture
def crowded(big: Crowded) -> Crowded:
    big.world.app.extensions["portal"] = big.world.parts
    return big


class Plans:
    """How the statements of a page were carried out, where that is bad."""

    def __init__(self) -> None:
        self.bad: list[str] = []
        self.seen = 0

    def look(
        self, connection: Connection, cursor: Any, statement: str, values: Any, *_: object
    ) -> None:
        """Ask for the plan of a statement, with its values, on the same connection."""
        if not statement.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            return
        self.seen += 1
        find = _full_reads if connection.dialect.name == "postgresql" else _full_reads_of_file
        self.bad += [
            f"{one}: {' '.join(statement.split())}" for one in find(cursor, statement, values)
        ]


def _full_reads(cursor: Any, statement: str, values: Any) -> list[str]:
    with cursor.connection.cursor() as other:
        other.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        (found,) = other.fetchone()
    plan = json.loads(found) if isinstance(found, str) else found
    return list(_walk(plan[0]["Plan"], is_limited=False))


def _walk(node: dict[str, Any], *, is_limited: bool) -> Iterator[str]:
    """Give the reads of a big table from end to end, but by an index that a limit cuts short."""
    kind, table = node["Node Type"], node.get("Relation Name", "")
    index = node.get("Index Name", "")
    is_limited = (is_limited or kind == "Limit") and kind != "Sort"
    if table in BIG and kind in {"Seq Scan", "Index Scan", "Index Only Scan"}:
        is_short = "Index Cond" in node or index in PARTIAL or (bool(index) and is_limited)
        if not is_short:
            yield f"{kind} of {table} by {index or 'nothing'}"
    for below in node.get("Plans", ()):
        yield from _walk(below, is_limited=is_limited)


def _full_reads_of_file(cursor: Any, statement: str, values: Any) -> list[str]:
    asked = f"EXPLAIN QUERY PLAN {statement} -- {uuid4()}"  # one that is kept is not planned anew
    rows = cursor.connection.execute(asked, values).fetchall()
    sorted_in = {parent for _, parent, _, one in rows if "TEMP B-TREE FOR ORDER BY" in one}
    is_cut = " LIMIT " in statement
    return [
        one
        for _, parent, _, one in rows
        if _is_long(one.split(), is_limited=is_cut and parent not in sorted_in)
    ]


def _is_long(words: list[str], *, is_limited: bool) -> bool:
    if words[0] != "SCAN" or words[1] not in BIG:
        return False
    index = words[words.index("INDEX") + 1] if "INDEX" in words else ""
    return not (index in PARTIAL or (index and is_limited))


def watch(engine: Engine, do: Callable[[], object]) -> Plans:
    plans = Plans()
    event.listen(engine, "before_cursor_execute", plans.look)
    try:
        do()
    finally:
        event.remove(engine, "before_cursor_execute", plans.look)
    return plans


DESK = [
    "/staff",
    *(f"/staff/cases?view={view}" for view in View),
    *(
        f"/staff/cases?view={view}&sort={sort}&order={order}"
        for view in (View.OPEN, View.CLOSED)
        for sort in QueueSort
        for order in ("up", "down")
    ),
    "/staff/cases?view=open&after=ours_2026-11-25_00000000-0000-0000-0000-000000000000",
    "/staff/cases?view=closed&after=all_2025-06-01_00000000-0000-0000-0000-000000000000",
    "/staff/cases?view=closed&before=all_2025-06-01_00000000-0000-0000-0000-000000000000",
    "/staff/cases?view=closed&topic=complaint&assigned=nobody",
    "/staff/cases?view=open&topic=complaint&status=new",
    "/staff/colleagues",
]
OWN = [
    *("/account", "/profile", "/preferences", "/preferences/directories", "/cases", "/security"),
    *("/account/activity", "/your-data", "/your-data/messages", "/your-data/looked"),
]


def test_no_page_of_the_desk_looks_through_a_whole_table(crowded: Crowded) -> None:
    desk = crowded.desk

    def look() -> None:
        for path in DESK:
            assert desk.client.get(path).status_code == 200, path
        for typed in (crowded.person.email, "P-000186A0", "nobody@example.com"):
            desk.open("/staff/cases").send("/staff/cases", q=typed)

    plans = watch(crowded.world.parts.sessions.engine, look)
    assert plans.seen > 4 * len(DESK)
    assert plans.bad == []


def test_no_page_of_a_customer_looks_through_a_whole_table(crowded: Crowded) -> None:
    visitor = crowded.world.signed_in(crowded.person)

    def look() -> None:
        for path in OWN:
            assert visitor.client.get(path).status_code == 200, path
        visitor.open("/preferences").send(choices=["offers:email"])

    plans = watch(crowded.world.parts.sessions.engine, look)
    assert plans.seen > 2 * len(OWN)
    assert plans.bad == []


def test_the_worker_looks_through_no_whole_table_to_see_what_is_due(crowded: Crowded) -> None:
    worker = crowded.world.worker()
    worker.do_all()
    plans = watch(crowded.world.parts.sessions.engine, worker.rounds.look)
    assert plans.seen > 5
    assert plans.bad == []


def test_signing_in_and_writing_to_us_look_through_no_whole_table(crowded: Crowded) -> None:
    def look() -> None:
        crowded.world.signed_in(crowded.person)
        crowded.world.visitor().open("/contact").send(
            name="Vis Itor", email="visitor@example.org", topic="other", message="Where?"
        )

    plans = watch(crowded.world.parts.sessions.engine, look)
    assert plans.seen > 10
    assert plans.bad == []


def test_without_its_index_the_queue_would_be_noticed(crowded: Crowded) -> None:
    """A test that cannot fail shows nothing: the index is dropped, looked without, and put back."""
    engine = crowded.world.parts.sessions.engine
    desk = crowded.desk
    drops = [f"DROP INDEX {name}" for name in OF_THE_QUEUE]
    with engine.connect() as connection:
        was = _definitions(connection)
    _say(engine, drops)
    try:
        plans = watch(engine, lambda: desk.open("/staff/cases?view=open").form("/staff/cases"))
        assert [one for one in plans.bad if "case_file" in one]
    finally:
        _say(engine, was)


def _definitions(connection: Connection) -> list[str]:
    query = (
        "SELECT indexdef FROM pg_indexes WHERE indexname IN {}"
        if connection.dialect.name == "postgresql"
        else "SELECT sql FROM sqlite_master WHERE name IN {}"
    )
    return list(connection.scalars(text(query.format(OF_THE_QUEUE))))


def _say(engine: Engine, statements: list[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
