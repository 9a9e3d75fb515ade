"""A row for each time that an address was somebody’s, where another had it in between.

And the address that a company received, sealed; of before this day nobody knows it.
"""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import create_index, has_column

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = ["customer_id", "channel", "value_hash"]
NEW_KEY = "contact_mark_with_tenure"
SWAP = (
    "DROP CONSTRAINT pk_contact_mark,"
    f" ADD CONSTRAINT pk_contact_mark PRIMARY KEY USING INDEX {NEW_KEY}"
)
ONLY_THE_LAST = """
    DELETE FROM contact_mark WHERE EXISTS (
        SELECT 1 FROM contact_mark AS later
        WHERE later.customer_id = contact_mark.customer_id
        AND later.channel = contact_mark.channel
        AND later.value_hash = contact_mark.value_hash
        AND later.tenure > contact_mark.tenure
    )
"""


def upgrade() -> None:
    """Apply. On PostgreSQL the index of the new key is built beside the pages."""
    if not has_column("contact_mark", "tenure"):
        with op.batch_alter_table("contact_mark") as table:
            table.add_column(sa.Column("tenure", sa.Integer(), server_default="1", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        _set_key([*KEY, "tenure"])
    else:
        create_index(NEW_KEY, "contact_mark", [*KEY, "tenure"], unique=True)
        op.execute(f"ALTER TABLE contact_mark {SWAP}")
    op.add_column("handover", sa.Column("sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take back: of each address or number stays the last time."""
    op.drop_column("handover", "sealed")
    op.execute(ONLY_THE_LAST)
    _set_key(KEY)
    with op.batch_alter_table("contact_mark") as table:
        table.drop_column("tenure")


def _set_key(columns: list[str]) -> None:
    with op.batch_alter_table("contact_mark") as table:
        table.drop_constraint(op.f("pk_contact_mark"), type_="primary")
        table.create_primary_key(op.f("pk_contact_mark"), columns)
