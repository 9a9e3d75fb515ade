"""Corrections that customers ask for: before, after, and what was decided."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_table
from portal.platform.core.database import Moment

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    if has_table("correction"):
        return
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("customer_id", sa.Uuid, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("decided_at", Moment, nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.UniqueConstraint("case_id"),
    )
    for name in ("customer_id", "decided_at"):
        op.create_index(f"ix_correction_{name}", "correction", [name])


def downgrade() -> None:
    """Take back."""
    op.drop_table("correction")
