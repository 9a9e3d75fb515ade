"""What was given to the police, a court or another company."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_table
from portal.platform.core.database import Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    if has_table("disclosure"):
        return
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("customer_id", sa.Uuid, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=True),
        sa.Column("told_from", sa.Date, nullable=True),
        sa.Column("asked_by", sa.Uuid, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("agreed_by", sa.Uuid, nullable=True),
        sa.Column("agreed_at", Moment, nullable=True),
    )
    op.create_index("ix_disclosure_customer_id", "disclosure", ["customer_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("disclosure")
