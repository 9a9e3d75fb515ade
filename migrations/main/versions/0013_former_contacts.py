"""Marks of what reached a customer once."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("contact_mark", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back: what reached a customer once is nobody's again."""
    op.execute("DELETE FROM contact_mark WHERE ended_at IS NOT NULL")
    op.drop_column("contact_mark", "ended_at")
