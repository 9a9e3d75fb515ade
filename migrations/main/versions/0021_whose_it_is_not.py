"""What is nobody's stays so, and no customer's id stands beside what may outlive them."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column, create_index, rewrite

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("case_file", sa.Column("nobodys_address", sa.LargeBinary, nullable=True))
    create_index("ix_case_file_nobodys_address", "case_file", ["nobodys_address"])
    add_column("draft", sa.Column("email_hash", sa.LargeBinary, nullable=True))
    create_index("ix_draft_email_hash", "draft", ["email_hash"])
    add_column("marketing_choices", sa.Column("lifted", sa.JSON, nullable=True))
    rewrite(
        "case_entry",
        "id",
        "UPDATE case_entry SET actor_id = NULL"
        " WHERE actor_id IS NOT NULL AND actor_kind <> 'staff' AND {range}",
    )


def downgrade() -> None:
    """Take back."""
    op.execute(
        "UPDATE case_file SET email_hash = nobodys_address WHERE nobodys_address IS NOT NULL"
    )
    op.drop_column("marketing_choices", "lifted")
    op.drop_index("ix_draft_email_hash", "draft")
    op.drop_column("draft", "email_hash")
    op.drop_index("ix_case_file_nobodys_address", "case_file")
    op.drop_column("case_file", "nobodys_address")
