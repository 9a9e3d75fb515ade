"""Marks, by which customers are found at a number or an address; whoever is there waits for theirs.

The keys are not here, so the worker makes the marks, in small batches.
"""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_table, rewrite

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


ALL_WAIT = """
    INSERT INTO unmarked_customer (customer_id, agreed)
    SELECT customer.id, coalesce(choices.agreed, '[]') FROM customer
    LEFT JOIN marketing_choices AS choices ON choices.customer_id = customer.id
    WHERE {range} AND NOT EXISTS (
        SELECT 1 FROM unmarked_customer AS waiting WHERE waiting.customer_id = customer.id
    )
"""


def upgrade() -> None:
    """Apply."""
    if not has_table("unmarked_customer"):
        _create()
    rewrite("customer", "id", ALL_WAIT)


def downgrade() -> None:
    """Undo."""
    op.drop_table("unmarked_customer")
    op.drop_table("contact_mark")


def _create() -> None:
    op.create_table(
        "contact_mark",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("value_hash", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_contact_mark_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint(
            "customer_id", "channel", "value_hash", name=op.f("pk_contact_mark")
        ),
    )
    op.create_index("ix_contact_mark_value_hash", "contact_mark", ["value_hash"])
    op.create_table(
        "unmarked_customer",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_unmarked_customer_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_unmarked_customer")),
    )
