"""What a colleague had half typed about somebody is sealed with that person's key."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column, create_index

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply.

    What there is by now is sealed with the colleague's key, and nothing says about whom it is.
    """
    add_column("draft", sa.Column("about_id", sa.Uuid, nullable=True))
    create_index("ix_draft_about_id", "draft", ["about_id"])
    op.execute("DELETE FROM draft WHERE path LIKE '/staff/cases/%'")
    op.execute("DELETE FROM draft WHERE path LIKE '/staff/customers/%'")


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM draft WHERE about_id IS NOT NULL")
    op.drop_index("ix_draft_about_id", "draft")
    op.drop_column("draft", "about_id")
