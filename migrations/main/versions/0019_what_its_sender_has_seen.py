"""Up to which entry the sender of a case has seen it, so that a new reply is told as one."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("case_file", sa.Column("seen_number", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("case_file", "seen_number")
