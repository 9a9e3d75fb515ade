"""Room for a no to one purpose among those whom not to contact."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
compatible_from = "0002"

CONTACTS = sa.table(
    "suppression",
    sa.column("kind", sa.String()),
    sa.column("value_hash", sa.LargeBinary()),
    sa.column("since", sa.DateTime(timezone=True)),
)
OF_ONE_PURPOSE = CONTACTS.c.kind.contains(":")


def upgrade() -> None:
    """Apply."""
    _set_length(20, 50)


def downgrade() -> None:
    """Take back: a no to one purpose becomes one to every purpose by its channel."""
    connection = op.get_bind()
    for kind, value_hash, since in connection.execute(sa.select(CONTACTS).where(OF_ONE_PURPOSE)):
        contact = {"kind": kind.partition(":")[2], "value_hash": value_hash}
        known = sa.select(CONTACTS).filter_by(**contact)
        if connection.execute(known).first() is None:
            connection.execute(sa.insert(CONTACTS).values(**contact, since=since))
    connection.execute(sa.delete(CONTACTS).where(OF_ONE_PURPOSE))
    _set_length(50, 20)


def _set_length(before: int, after: int) -> None:
    with op.batch_alter_table("suppression") as table:
        table.alter_column(
            "kind",
            existing_type=sa.String(length=before),
            type_=sa.String(length=after),
            existing_nullable=False,
        )
