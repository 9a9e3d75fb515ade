"""In which country each company of the catalogue is, and what protects details there."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import add_column

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    add_column("catalogue_version", sa.Column("places", sa.JSON, nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("catalogue_version", "places")
