"""A desk that stays quick: indexes of the open cases, of whose they are, and of emails by day."""

from alembic import op

from portal.operations.schema.steps import create_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
compatible_from = "0012"

OPEN, CLOSED = "status <> 'closed'", "status = 'closed'"


def upgrade() -> None:
    """Apply; each index is built beside the pages, and skipped where it is there."""
    create_index("ix_case_file_open", "case_file", ["due_on", "id"], where=OPEN)
    create_index(
        "ix_case_file_assigned_to", "case_file", ["assigned_to", "due_on", "id"], where=OPEN
    )
    create_index("ix_case_file_closed", "case_file", ["due_on", "id"], where=CLOSED)
    create_index("ix_letter_created_at", "letter", ["created_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_letter_created_at", "letter")
    for name in ("closed", "assigned_to", "open"):
        op.drop_index(f"ix_case_file_{name}", "case_file")
