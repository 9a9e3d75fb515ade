"""The queue is read by lane, by kind and by who has it, and stays quick with many cases.

And colleagues keep the filters they use often under a name.
"""

from alembic import op

from portal.operations.schema.steps import create_index

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None
compatible_from = "0012"

OPEN, CLOSED = "status <> 'closed'", "status = 'closed'"
INDEXES = {
    "ix_case_file_ours": (["due_on", "id"], f"{OPEN} AND status <> 'waiting'"),
    "ix_case_file_open_status": (["status", "due_on", "id"], OPEN),
    "ix_case_file_open_topic": (["topic", "due_on", "id"], OPEN),
    "ix_case_file_open_received": (["received_at", "id"], OPEN),
    "ix_case_file_closed_topic": (["topic", "due_on", "id"], CLOSED),
    "ix_case_file_closed_received": (["received_at", "id"], CLOSED),
    "ix_case_file_closed_by": (["assigned_to", "due_on", "id"], CLOSED),
}


def upgrade() -> None:
    """Apply; each index is built beside the pages, and skipped where it is there."""
    for name, (columns, where) in INDEXES.items():
        create_index(name, "case_file", columns, where=where)


def downgrade() -> None:
    """Take back."""
    for name in INDEXES:
        op.drop_index(name, "case_file")
