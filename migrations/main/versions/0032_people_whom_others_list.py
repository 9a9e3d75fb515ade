"""Directory entries that other operators gave us, and codes that die of wrong tries."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column
from portal.platform.core.database import Moment

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "listed_person",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number_hash", sa.LargeBinary, nullable=False),
        sa.Column("operator", sa.String(100), nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("corrected_at", Moment, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listed_person"),
        sa.UniqueConstraint("number_hash", name="uq_listed_person_number_hash"),
    )
    op.create_index("ix_listed_person_operator", "listed_person", ["operator", "received_at"])
    op.create_index("ix_listed_person_received_at", "listed_person", ["received_at"])
    add_column("one_use_token", sa.Column("misses", sa.Integer, nullable=True))


def downgrade() -> None:
    """Take back: the entries are lost, and come again with the next lists."""
    op.drop_column("one_use_token", "misses")
    op.drop_table("listed_person")
