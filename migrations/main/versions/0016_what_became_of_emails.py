"""What became of an email: why it was not delivered, since when, and to which case it belongs."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column, create_index

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("letter", sa.Column("case_id", sa.Uuid(), nullable=True))
    add_column("letter", sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True))
    add_column("letter", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    add_column("letter", sa.Column("reason", sa.String(30), nullable=True))
    add_column("letter", sa.Column("code", sa.Integer(), nullable=True))
    create_index("ix_letter_case_id", "letter", ["case_id"])
    create_index("ix_try_count_blocked_until", "try_count", ["blocked_until"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_try_count_blocked_until", "try_count")
    op.drop_index("ix_letter_case_id", "letter")
    for name in ("code", "reason", "ended_at", "refused_since", "case_id"):
        op.drop_column("letter", name)
