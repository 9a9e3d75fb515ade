"""Ready-made replies of the desk, in versions."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_table
from portal.platform.core.database import Moment

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    if not has_table("canned_reply"):
        op.create_table(
            "canned_reply",
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("newest", sa.Integer, nullable=False),
            sa.Column("uses", sa.Integer, nullable=False),
            sa.Column("retired_at", Moment, nullable=True),
            sa.Column("retired_by", sa.Uuid, nullable=True),
        )
    if not has_table("canned_reply_version"):
        op.create_table(
            "canned_reply_version",
            sa.Column("reply_id", sa.Uuid, sa.ForeignKey("canned_reply.id"), primary_key=True),
            sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("title", sa.String(80), nullable=False),
            sa.Column("topics", sa.JSON, nullable=False),
            sa.Column("text", sa.Text, nullable=False),
            sa.Column("published_at", Moment, nullable=False),
            sa.Column("published_by", sa.Uuid, nullable=False),
        )


def downgrade() -> None:
    """Take back."""
    for name in ("canned_reply_version", "canned_reply"):
        op.drop_table(name)
