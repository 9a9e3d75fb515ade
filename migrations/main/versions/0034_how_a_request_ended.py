"""A case keeps how it ended, by which way it came and for whom somebody asks."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
compatible_from = "0012"

COLUMNS = {"outcome": 30, "channel": 20, "requester": 20}


def upgrade() -> None:
    """Apply."""
    for name, length in COLUMNS.items():
        add_column("case_file", sa.Column(name, sa.String(length)))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("case_file") as table:
        for name in COLUMNS:
            table.drop_column(name)
