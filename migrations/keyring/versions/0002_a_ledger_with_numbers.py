"""A ledger with numbers and receipts; whom not to contact; what must not be forgotten."""

import secrets
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def upgrade() -> None:
    """Apply: the lines of the ledger are numbered in the order in which they were written."""
    op.create_table(
        "note",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_note")),
    )
    op.create_table(
        "suppression",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value_hash", sa.LargeBinary(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "value_hash", name=op.f("pk_suppression")),
    )
    before = _take_out()
    op.create_table(
        "erasure",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("person_hash", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_hash", name=op.f("uq_erasure_person_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_erasure_reference")),
        sqlite_autoincrement=True,
    )
    ledger = _ledger(sa.column("reference", sa.String()))
    _put_back(ledger, [{**row, "reference": _new_reference()} for row in before])


def downgrade() -> None:
    """Undo; receipts and the list of whom not to contact are lost."""
    before = _take_out()
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_hash", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_hash", name=op.f("uq_erasure_person_hash")),
    )
    ledger = _ledger(sa.column("id", sa.Uuid()))
    _put_back(ledger, [{**row, "id": uuid4()} for row in before])
    op.drop_table("suppression")
    op.drop_table("note")


def _ledger(*more: sa.ColumnClause[Any]) -> sa.TableClause:
    moment = sa.column("erased_at", MOMENT)
    return sa.table("erasure", sa.column("person_hash", sa.LargeBinary()), moment, *more)


def _take_out() -> list[dict[str, object]]:
    """Read the ledger, oldest line first, and drop its table."""
    ledger = _ledger()
    query = sa.select(ledger).order_by(ledger.c.erased_at)
    rows: list[dict[str, object]] = [{**row} for row in op.get_bind().execute(query).mappings()]
    op.drop_table("erasure")
    return rows


def _put_back(ledger: sa.TableClause, rows: list[dict[str, object]]) -> None:
    if rows:  # carried out one by one, in this order, which the numbers follow
        op.get_bind().execute(sa.insert(ledger), rows)


def _new_reference() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"ER-{signs[:4]}-{signs[4:8]}-{signs[8:]}"
