"""Which mailbox an address is, where several are looked up alike, and since when it is somebody's.

And when somebody said no to what was off, and which yes has yet to reach the keyring. Of before
nobody knows any of it, but for the mailboxes of today, which the worker looks up.
"""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column, create_index

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("case_file", sa.Column("mailbox", sa.LargeBinary(), nullable=True))
    add_column("contact_mark", sa.Column("began_at", sa.DateTime(timezone=True), nullable=True))
    add_column("contact_mark", sa.Column("mailbox", sa.LargeBinary(), nullable=True))

    add_column("marketing_choices", sa.Column("noted", sa.JSON(), nullable=True))
    add_column("marketing_choices", sa.Column("lift_at", sa.DateTime(timezone=True), nullable=True))
    create_index(
        "ix_contact_mark_lacks_mailbox",
        "contact_mark",
        ["customer_id"],
        where="mailbox IS NULL AND channel = 'email' AND ended_at IS NULL",
    )
    create_index("ix_marketing_choices_lift_at", "marketing_choices", ["lift_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_marketing_choices_lift_at", "marketing_choices")
    op.drop_column("marketing_choices", "lift_at")
    op.drop_column("marketing_choices", "noted")
    op.drop_index("ix_contact_mark_lacks_mailbox", "contact_mark")
    op.drop_column("contact_mark", "mailbox")
    op.drop_column("contact_mark", "began_at")
    op.drop_column("case_file", "mailbox")
