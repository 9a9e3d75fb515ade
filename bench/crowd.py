"""Fills databases of either kind with a crowd, quickly: rows are made by the database itself.

Their details are noise that no key opens: what counts is how many rows there are, and which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, text

from portal.desk.case_records.rules import Topic

MINE_IN = 4
OPEN_STATES = ("new", "in-progress", "waiting")
"""Of so many open cases one is the colleague’s."""
SPELLINGS = {
    "postgresql": {
        "rows": "(SELECT i FROM generate_series(1, {number}) AS g(i)) AS n",
        "id": "('{kind}' || lpad(to_hex({i}), 31, '0'))::uuid",
        "hash": "decode(md5('{kind}' || {i}), 'hex')",
        "sealed": "decode(repeat(md5({i}::text), 10), 'hex')",
        "moment": "(timestamptz '2024-01-01' + (i % 1000000) * interval '1 minute')",
        "day": "(date '2024-01-31' + i % 694)",
        "soon": "(date '2026-11-20' + i % 30)",
        "yes": "true",
        "hex": "upper(lpad(to_hex(i), 8, '0'))",
        "json": "::json",
    },
    "sqlite": {
        "rows": "(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g"
        " WHERE i < {number}) SELECT i FROM g) AS n",
        "id": "printf('{kind}%031x', {i})",
        "hash": "CAST(printf('{kind}%031x', {i} * 7919) AS BLOB)",
        "sealed": "randomblob(160)",
        "moment": "(datetime('2024-01-01', (i % 1000000) || ' minutes') || '.000000')",
        "day": "date('2024-01-31', (i % 694) || ' days')",
        "soon": "date('2026-11-20', (i % 30) || ' days')",
        "yes": "1",
        "hex": "printf('%08X', i)",
        "json": "",
    },
}


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many of everything; of `open_in` cases one is open, as at a desk that has worked long."""

    customers: int
    cases: int
    emails: int
    colleague: UUID | None
    """Whose some of the open cases are."""
    open_in: int = 50


def fill(engine: Engine, crowd: Crowd) -> None:
    """Add a crowd to a main database, and let PostgreSQL look at it as it does by itself."""
    words = SPELLINGS[engine.dialect.name]
    with engine.begin() as connection:
        for table, number, columns in _list_tables(engine, crowd):
            rows = words["rows"].format(number=number)
            names, values = ", ".join(columns), ", ".join(columns.values())
            connection.execute(text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {rows}"))  # noqa: S608  # our own words
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _list_tables(engine: Engine, crowd: Crowd) -> list[tuple[str, int, dict[str, str]]]:
    """Return of each table how many rows it is to have, and what stands in each column."""
    words = SPELLINGS[engine.dialect.name]

    def spell_id(kind: str, number: str = "i") -> str:
        return words["id"].format(kind=kind, i=number)

    moment, sealed = words["moment"], words["sealed"].format(i="i")
    customer, email = spell_id("c"), words["hash"].format(kind="c", i="i")
    owner = spell_id("c", f"(i * 7 % {crowd.customers} + 1)")
    is_open, turn = f"i % {crowd.open_in} = 0", f"i / {crowd.open_in}"
    return [
        (
            "customer",
            crowd.customers,
            {
                "id": customer, "email_hash": email, "sealed": sealed, "version": "1",
                "registered_at": moment,
            },
        ),
        (
            "credential",
            crowd.customers,
            {"owner_id": customer, "sealed": sealed, "changed_at": moment},
        ),
        (
            "registration",
            crowd.customers,
            {
                "id": spell_id("d"), "customer_id": customer, "service": "'mobile'",
                "registered_at": moment,
            },
        ),
        (
            "contact_mark",
            crowd.customers,
            {
                "customer_id": customer, "channel": "'email'",
                "value_hash": email, "mailbox": email,
                "agreed": f"""(CASE WHEN i <= {crowd.customers // 2} THEN '["offers:email"]'"""
                f" ELSE '[]' END){words['json']}",
            },
        ),
        (
            "choice_change",
            crowd.customers,
            {
                "id": spell_id("b"), "customer_id": customer, "purpose": "'offers'",
                "channel": "'email'", "agreed": words["yes"], "changed_at": moment,
                "actor_kind": "'customer'", "via": "'website'", "wording": "1",
            },
        ),
        (
            "marketing_choices",
            crowd.customers // 2,
            {
                "customer_id": customer, "version": "1", "saved_at": moment,
                "agreed": """'["offers:email"]'""", "made": "'{}'", "refused": "'[]'",
                "noted": "'[]'",
            },
        ),
        (
            "case_file",
            crowd.cases,
            {
                "id": spell_id("e"), "reference": f"'P-' || {words['hex']}", "person_id": owner,
                "customer_id": owner, "sealed": sealed, "topic": _spell_rotation("i", list(Topic)),
                "service": "''",
                "status": f"CASE WHEN {is_open} THEN {_spell_rotation(turn, OPEN_STATES)}"
                " ELSE 'closed' END",
                "assigned_to": _spell_colleague(engine, crowd),
                "received_at": moment,
                "due_on": f"CASE WHEN {is_open} THEN {words['soon']} ELSE {words['day']} END",
                "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE {moment} END", "version": "1",
            },
        ),
        (
            "case_entry",
            crowd.cases,
            {
                "id": spell_id("f"), "case_id": spell_id("e"), "number": "1",
                "step": "'received'", "happened_at": moment, "actor_kind": "'customer'",
            },
        ),
        (
            "letter",
            crowd.emails,
            {
                "id": spell_id("a"), "person_id": owner, "kind": "'welcome'", "state": "'sent'",
                "created_at": moment, "due_at": moment, "tries": "1", "sent_at": moment,
            },
        ),
    ]  # fmt: skip


def _spell_rotation(number: str, words: Sequence[str]) -> str:
    """Spell words that take turns by a number."""
    cases = " ".join(f"WHEN {turn} THEN '{one}'" for turn, one in enumerate(words))
    return f"(CASE ({number}) % {len(words)} {cases} END)"


def _spell_colleague(engine: Engine, crowd: Crowd) -> str:
    """Spell whose a case is: some of the open ones are the colleague’s."""
    if crowd.colleague is None:
        return "NULL"
    is_uuid = engine.dialect.name == "postgresql"
    one = f"'{crowd.colleague}'::uuid" if is_uuid else f"'{crowd.colleague.hex}'"
    return f"CASE WHEN i % {MINE_IN * crowd.open_in} = 0 THEN {one} END"
