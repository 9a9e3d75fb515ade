"""Which colleague may not have a case: it asks about a look of theirs."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("case_file", sa.Column("kept_from", sa.Uuid, nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("case_file", "kept_from")
