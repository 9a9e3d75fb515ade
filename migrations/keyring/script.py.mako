"""${message.rstrip(".")}."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column, create_index, rewrite

revision = "${up_revision}"
down_revision = "${down_revision}"
branch_labels = None
depends_on = None
# A migration that only adds takes the value of the one before it (docs/decisions/0041).
compatible_from = "${up_revision}"


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
