"""Keys remember since when nobody has seen that a committed row needs them."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column, create_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
compatible_from = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply: the keys that are there count as used."""
    add_column("person_key", sa.Column("unsettled_since", MOMENT, nullable=True))
    create_index(
        "ix_person_key_unsettled_since",
        "person_key",
        ["unsettled_since"],
        where="unsettled_since IS NOT NULL",
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_person_key_unsettled_since", "person_key")
    op.drop_column("person_key", "unsettled_since")
