"""Of which times lines of the audit trail are missing, and why.

Until now a search did not say which messages it had listed.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_table
from portal.platform.core.database import Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    if has_table("audit_gap"):
        return
    gaps = op.create_table(
        "audit_gap",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("began_at", Moment, nullable=True),
        sa.Column("ended_at", Moment, nullable=False),
    )
    entries = sa.table("audit_entry", sa.column("name"), sa.column("occurred_at", Moment))
    searched = entries.c.name == "cases:queue:searched"
    last = op.get_bind().scalar(sa.select(sa.func.max(entries.c.occurred_at)).where(searched))
    if last is not None:
        op.execute(sa.insert(gaps).values(id=uuid4(), why="searches", ended_at=last))


def downgrade() -> None:
    """Take back."""
    op.drop_table("audit_gap")
