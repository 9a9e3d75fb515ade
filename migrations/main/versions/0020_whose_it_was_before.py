"""Whose an address was, where another who had it before or after has been erased."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("contact_mark", sa.Column("theirs_from", sa.DateTime(timezone=True), nullable=True))
    add_column("contact_mark", sa.Column("passed_on", sa.Boolean, nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("contact_mark", "passed_on")
    op.drop_column("contact_mark", "theirs_from")
