"""What became of a disclosure after two colleagues agreed, and from which copy of a form it is."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column
from portal.platform.core.database import Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("disclosure", sa.Column("given_on", sa.Date, nullable=True))
    add_column("disclosure", sa.Column("taken_back_at", Moment, nullable=True))
    add_column("disclosure", sa.Column("once_digest", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """Take back."""
    for name in ("once_digest", "taken_back_at", "given_on"):
        op.drop_column("disclosure", name)
