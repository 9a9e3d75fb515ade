"""Which mailbox an address is, where several are looked up alike, and since when it is somebody's.

Of before, nobody knows it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    op.add_column("case_file", sa.Column("mailbox", sa.LargeBinary(), nullable=True))
    op.add_column("contact_mark", sa.Column("began_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact_mark", sa.Column("mailbox", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("contact_mark", "mailbox")
    op.drop_column("contact_mark", "began_at")
    op.drop_column("case_file", "mailbox")
