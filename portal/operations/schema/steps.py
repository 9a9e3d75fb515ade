"""Steps of migrations: each in a transaction, rows rewritten in batches, pages not held up.

On PostgreSQL long steps run outside any transaction, so that a migration that was killed is half
done: each step here does nothing where it is done already, and the next run continues. On SQLite,
where one writes at a time and the schema is part of a transaction, it is done or not.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context, op
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, TextClause, inspect, text

from portal.operations.schema.lock import Report

BATCH = 20_000
"""Rows that are rewritten at once: some tenths of a second, in which others wait for a row."""
COMPATIBLE_FROM = "compatible_from"
"""Beside the revision: the oldest revision whose program may run on this schema."""


def run(tables: MetaData) -> None:
    """Run migrations on the given connection, each in a transaction of its own."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=tables,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
        on_version_apply=_note_compatible_from,
    )
    context.run_migrations()


def find_compatible_from(scripts: ScriptDirectory, revision: str) -> str:
    """Return the oldest revision whose program may run on the schema of `revision`.

    A revision that only adds what older programs need not know names it in `compatible_from`;
    without that it is the revision itself.
    """
    said = (_said_by(one) for one in scripts.iterate_revisions(revision, "base"))
    return max(said)


def _said_by(script: Script) -> str:
    return str(getattr(script.module, COMPATIBLE_FROM, script.revision))


def _note_compatible_from(
    ctx: MigrationContext, step: object, heads: Collection[str], run_args: object
) -> None:
    """Write the mark into the row of the revision, in the transaction of the migration."""
    del step, run_args
    if not heads:
        return
    connection, table = ctx.connection, ctx.version_table
    if connection is None:
        raise TypeError("A migration needs a connection")
    if COMPATIBLE_FROM not in {one["name"] for one in inspect(connection).get_columns(table)}:
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {COMPATIBLE_FROM} VARCHAR(32)"))
    scripts = ScriptDirectory.from_config(context.config)
    oldest = find_compatible_from(scripts, max(heads))
    connection.execute(text(f"UPDATE {table} SET {COMPATIBLE_FROM} = :oldest"), {"oldest": oldest})  # noqa: S608  # our own names


def has_column(table: str, column: str) -> bool:
    """Tell whether the column exists, as it may after an interrupted migration."""
    return column in {one["name"] for one in inspect(op.get_bind()).get_columns(table)}


def add_column(table: str, column: Column[Any]) -> None:
    """Add a column, unless it exists after an interrupted migration.

    A revision that also builds an index commits half-way, so it may be begun twice.
    """
    if not has_column(table, column.name):
        op.add_column(table, column)


def has_table(table: str) -> bool:
    """Tell whether the table exists, as it may after an interrupted migration."""
    return inspect(op.get_bind()).has_table(table)


def create_index(
    name: str, table: str, columns: list[str], *, where: str = "", unique: bool = False
) -> None:
    """Create an index of a table with rows, which pages read and write meanwhile.

    An interrupted `CREATE INDEX CONCURRENTLY` leaves an invalid index, which is built again
    (PostgreSQL's manual, CREATE INDEX, "Building Indexes Concurrently").
    """
    condition = text(where) if where else None
    if not _is_postgresql():
        op.create_index(name, table, columns, unique=unique, sqlite_where=condition)
        return
    with _outside_transactions() as connection:
        query = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
        is_valid = connection.scalar(query, {"name": name})
        if is_valid:
            return
        connection.execute(text("SET lock_timeout = 0"))  # it waits, and nobody waits for it
        try:
            if is_valid is not None:
                op.drop_index(name, table, postgresql_concurrently=True)
            _report(f"building the index {name}")
            op.create_index(
                name,
                table,
                columns,
                unique=unique,
                postgresql_concurrently=True,
                postgresql_where=condition,
            )
        finally:
            if not connection.invalidated:
                connection.execute(text("RESET lock_timeout"))


def rewrite(table: str, key: str, statement: str) -> None:
    """Run a statement on all rows of a table, batch by batch in the order of a key.

    `{range}` in it becomes the condition on the key. On PostgreSQL every batch is committed at
    once, so the statement must be harmless when repeated.
    """
    after, done = None, 0
    with _outside_transactions() as connection:
        while True:
            bounds = {"after": after} if done else {}
            begins = [f"{table}.{key} > :after"] if done else []
            upto = connection.scalar(_next_end(table, key, begins), {"most": BATCH - 1, **bounds})
            ends = [f"{table}.{key} <= :upto"] if upto is not None else []
            bounds |= {"upto": upto} if upto is not None else {}
            condition = " AND ".join([*begins, *ends]) or "1 = 1"
            connection.execute(text(statement.format(range=condition)), bounds)
            if upto is None:
                return
            after, done = upto, done + BATCH
            _report(f"{table}: {done:,} rows")


def _next_end(table: str, key: str, begins: list[str]) -> TextClause:
    """Return the query for the last key of the next full batch; no row when less is left."""
    where = f"WHERE {begins[0]}" if begins else ""
    return text(f"SELECT {key} FROM {table} {where} ORDER BY {key} LIMIT 1 OFFSET :most")  # noqa: S608  # our own names


@contextmanager
def _outside_transactions() -> Iterator[Connection]:
    """Commit each statement by itself on PostgreSQL; on SQLite all are one transaction."""
    if not _is_postgresql():
        yield op.get_bind()
        return
    with op.get_context().autocommit_block():
        yield op.get_bind()


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _report(words: str) -> None:
    report: Report = context.config.attributes["report"]
    report(words)
