"""Other systems are told to erase somebody, and a receipt waits for what they say."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column, has_table
from portal.platform.core.database import Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    if not has_table("connector_erasure"):
        op.create_table(
            "connector_erasure",
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("system", sa.String(40), nullable=False),
            sa.Column("sealed", sa.LargeBinary, nullable=True),
            sa.Column("asked_at", Moment, nullable=False),
            sa.Column("next_try_at", Moment, nullable=True),
            sa.Column("tries", sa.Integer, nullable=False),
            sa.Column("confirmed_at", Moment, nullable=True),
            sa.Column("given_up_at", Moment, nullable=True),
            sa.Column("erased", sa.Integer, nullable=False),
            sa.Column("kept", sa.JSON, nullable=False),
        )
        for name in ("next_try_at", "confirmed_at", "given_up_at"):
            op.create_index(f"ix_connector_erasure_{name}", "connector_erasure", [name])
    column = sa.Column("told_systems", sa.JSON, nullable=False, server_default="[]")
    add_column("cancellation_underway", column)


def downgrade() -> None:
    """Take back."""
    op.drop_column("cancellation_underway", "told_systems")
    op.drop_table("connector_erasure")
