"""From when on an address is somebody's, where whoever had it before has been erased."""

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


def downgrade() -> None:
    """Take back."""
    op.drop_column("contact_mark", "theirs_from")
