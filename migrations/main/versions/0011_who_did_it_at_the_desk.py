"""What a colleague did at the desk when they did something in a case."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. What a colleague did before this day is not known any more: roles change."""
    op.add_column("case_entry", sa.Column("actor_role", sa.String(length=30), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("case_entry", "actor_role")
