"""What came of it: every row but for random ids, moments and ciphertext; emails; keys."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Table

from portal.operations.schema.model_registry import Base, KeyringBase
from portal.platform.core.sealing import place
from portal.platform.core.work import Work
from portal.platform.runtime import Runtime
from tests.interleavings.facts import Facts

Row = tuple[str, tuple[tuple[str, object], ...]]
Rows = Counter[Row]
"""Rows of all tables by the table's name; as often as they are there."""

NOT_COMPARED = frozenset({"audit_waiting", "audit_link"})
"""The trail on its way to its seals, in whatever order."""
COUNTED_ALONG = frozenset(
    {
        ("erasure", "number"),
        ("erasure_applied", "number"),
        ("announcement", "number"),
        ("known_customer", "last_number"),
        ("try_count", "last_at"),
        ("try_count", "blocked_until"),
        ("authenticator", "last_step"),
    }
)
"""Columns that are moments, or numbers given in the order of coming."""
DRAWN = frozenset({"reference", "receipt", "value"})
"""Columns whose text is drawn at random, or signed."""
NAMED_APART = frozenset({"customer", "staff_member", "case_file"})
"""Of these rows it matters which one another row speaks of."""
TRACES = frozenset({"try_count", "audit_entry"})
CHALLENGE = ("purpose", "passkey-challenge")
"""What a refusal leaves behind: a counted try, a line in the trail, a challenge that is used up."""
FAILED, REFUSED, KILLED = "FAILED", "refused", "killed"
"""How what a verb said begins where it said nothing: a fault, a refusal, the end of its process."""
DENIALS = ("right=False", "done=False", "[False, ")
OPENED = {"customer": "id", "letter": "person_id", "directory_entries": "customer_id"}
"""Tables whose documents are looked into, by the column that says whose key opens them."""
A_UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
ERASED_ROWS = re.compile(r'"rows": \d+')
"""How many went with somebody; emails that came between are among them."""
A_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ][\d:.+]+")


def databases(parts: Runtime) -> Iterable[tuple[Engine, list[Table]]]:
    """Yield each database with its tables, but for the secrets of the installation."""
    yield parts.sessions.engine, Base.metadata.sorted_tables
    tables = [one for one in KeyringBase.metadata.sorted_tables if one.name != "secret"]
    yield parts.keyring.engine, tables


def name_known(parts: Runtime, facts: Facts) -> None:
    """Give every id and keyed hash of a scene a name that is the same after every run."""
    facts.names = {}
    for engine, tables in databases(parts):
        with engine.connect() as connection:
            for table in sorted(tables, key=lambda one: one.name not in NAMED_APART):
                query = table.select().order_by(*table.primary_key.columns)
                for number, row in enumerate(connection.execute(query).mappings()):
                    suffix = f"#{number}" if table.name in NAMED_APART else ""
                    for column, value in row.items():
                        if isinstance(value, UUID) or str(column).endswith("hash"):
                            facts.names.setdefault(value, f"{table.name}.{column}{suffix}")


def look(
    parts: Runtime, facts: Facts, sent: Iterable[tuple[str, str]], only: frozenset[str] | None
) -> Rows:
    """Return the rows of the tables named, or of all, and the emails sent."""
    found: Rows = Counter(("sent", (("to", to), ("subject", words))) for to, words in sent)
    with parts.reading() as work:
        for engine, tables in databases(parts):
            with engine.connect() as connection:
                for table in tables:
                    if table.name in NOT_COMPARED or (only is not None and table.name not in only):
                        continue
                    rows = connection.execute(table.select()).mappings().all()
                    if table.name in OPENED:
                        work.vault.fetch({row[OPENED[table.name]] for row in rows})
                    found.update((table.name, _plain(work, facts, table.name, row)) for row in rows)
    return found


def _plain(
    work: Work, facts: Facts, table: str, row: Mapping[Any, Any]
) -> tuple[tuple[str, object], ...]:
    cells = [
        (str(column), _cell(facts, table, str(column), value))
        for column, value in row.items()
        if column != "id" or value in facts.names
    ]
    return (*cells, *_unsealed(work, table, row))


def _cell(facts: Facts, table: str, column: str, value: object) -> object:
    if isinstance(value, UUID) or (isinstance(value, bytes) and column.endswith("hash")):
        return facts.names.get(value, "*")
    if value is not None and ((table, column) in COUNTED_ALONG or isinstance(value, datetime)):
        return "t"
    if isinstance(value, bytes):
        return "…"
    if isinstance(value, str):
        return "s" if column in DRAWN else _tidy(value)
    return _tidy(json.dumps(value, sort_keys=True)) if isinstance(value, (dict, list)) else value


def _unsealed(work: Work, table: str, row: Mapping[Any, Any]) -> tuple[tuple[str, object], ...]:
    """Return what matters of a sealed document, or that nobody can open it."""
    if row.get("sealed") is None:
        return ()
    if table == "customer":
        words = work.vault.find(row["id"], place(table, row["id"]), row["sealed"])
        return (("details", tuple(sorted(words.items())) if words else "gone"),)
    if table == "letter":
        words = work.vault.find(row["person_id"], place(table, row["id"]), row["sealed"])
        return (("to", words["to"] if words else "gone"),)
    if table == "directory_entries":
        me = row["customer_id"]
        words = work.vault.find(me, place(table, me), row["sealed"])
        return (("entries", _tidy(str(words["numbers"])) if words else "gone"),)
    return (("sealed", "has words"),)


def _tidy(words: str) -> str:
    return ERASED_ROWS.sub('"rows": n', A_MOMENT.sub("t", A_UUID.sub("*", words)))


def spell(value: object) -> str:
    """Return what a verb said, without what is drawn at random."""
    if isinstance(value, str):
        return "words" if value else "''"
    if value is None or isinstance(value, (bool, int)):
        return repr(value)
    if isinstance(value, (UUID, datetime, date)):
        return type(value).__name__
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(spell(one) for one in value)}]"
    if is_dataclass(value):
        told = ", ".join(f"{one.name}={spell(getattr(value, one.name))}" for one in fields(value))
        return f"{type(value).__name__}({told})"
    return type(value).__name__


def says_no(said: str) -> bool:
    """Tell whether a verb did nothing, by what it said."""
    return (
        said == "False" or said.startswith((REFUSED, FAILED)) or any(no in said for no in DENIALS)
    )


def without_traces(rows: Rows) -> Rows:
    """Return the rows without what refusals leave behind."""
    return Counter(
        {
            (table, cells): number
            for (table, cells), number in rows.items()
            if table not in TRACES and CHALLENGE not in cells
        }
    )


def differences(before: Rows, after: Rows) -> str:
    """Say what `after` has and `before` lacks (+), and the other way round (-)."""
    lines = [f"- {_brief(row)}" for row in sorted((before - after).elements(), key=str)]
    lines += [f"+ {_brief(row)}" for row in sorted((after - before).elements(), key=str)]
    return "\n      ".join(lines[:14]) or "only in what was said"


def _brief(row: Row) -> str:
    table, cells = row
    told = (f"{name}={value!s:.70}" for name, value in cells if value not in (None, "t", "…", "*"))
    return f"{table} {' '.join(told)}"[:260]
