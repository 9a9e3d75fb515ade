"""The number of the portal whose database this is, which its keyring keeps as well."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply; the number itself is made when both databases are migrated."""
    op.create_table(
        "installation",
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_installation")),
    )


def downgrade() -> None:
    """Undo; the keyring keeps the number."""
    op.drop_table("installation")
