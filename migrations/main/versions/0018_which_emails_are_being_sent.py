"""Which emails are being sent at this moment, so that none is sent twice."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("letter", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("letter", "claimed_until")
