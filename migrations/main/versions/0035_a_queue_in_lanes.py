"""The queue is read by lane, by kind and by who has it, and stays quick with many cases.

And colleagues keep the filters they use often under a name.
"""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import create_index
from portal.platform.core.database import Moment

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
compatible_from = "0012"

OPEN, CLOSED = "status <> 'closed'", "status = 'closed'"
INDEXES = {
    "ix_case_file_ours": (["due_on", "id", "status"], f"{OPEN} AND status <> 'waiting'"),
    "ix_case_file_open_by": (["assigned_to", "due_on", "id", "status"], OPEN),
    "ix_case_file_open_status": (["status", "due_on", "id"], OPEN),
    "ix_case_file_open_topic": (["topic", "due_on", "id", "status"], OPEN),
    "ix_case_file_open_received": (["received_at", "id", "status"], OPEN),
    "ix_case_file_closed_by": (["assigned_to", "due_on", "id", "status"], CLOSED),
    "ix_case_file_closed_topic": (["topic", "due_on", "id", "status"], CLOSED),
    "ix_case_file_closed_received": (["received_at", "id", "status"], CLOSED),
}
REPLACED = "ix_case_file_assigned_to"


def upgrade() -> None:
    """Apply; each index is built beside the pages, and skipped where it is there."""
    for name, (columns, where) in INDEXES.items():
        create_index(name, "case_file", columns, where=where)
    op.drop_index(REPLACED, "case_file", if_exists=True)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("said", sa.String(300), nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name="fk_saved_view_staff_id_staff_member"
        ),
        sa.UniqueConstraint("staff_id", "name", name="uq_saved_view_staff_id"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("saved_view")
    create_index(REPLACED, "case_file", ["assigned_to", "due_on", "id"], where=OPEN)
    for name in INDEXES:
        op.drop_index(name, "case_file")
