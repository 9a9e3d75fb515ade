"""What somebody said no to, also where it was off; of choices from before, nobody knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    op.add_column("marketing_choices", sa.Column("refused", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("marketing_choices", "refused")
