"""A later time of an address that is theirs only from a moment on is so too."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
compatible_from = "0012"

EARLIER = (
    " FROM contact_mark AS earlier WHERE earlier.customer_id = contact_mark.customer_id"
    " AND earlier.channel = contact_mark.channel AND earlier.value_hash = contact_mark.value_hash"
    " AND earlier.tenure < contact_mark.tenure"
)


def upgrade() -> None:
    """Apply."""
    op.execute(
        f"UPDATE contact_mark SET theirs_from = (SELECT min(earlier.theirs_from){EARLIER})"  # noqa: S608  # our own words
        " WHERE channel = 'email' AND tenure > 1 AND theirs_from IS NULL"
        f" AND EXISTS (SELECT 1{EARLIER})"
        f" AND NOT EXISTS (SELECT 1{EARLIER} AND earlier.theirs_from IS NULL)"
    )


def downgrade() -> None:
    """Take nothing back: the release before reads the same column."""
