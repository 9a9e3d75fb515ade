"""Changes reach other systems: an outbox of announcements."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "known_customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_customer")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_known_customer_customer_id")),
    )
    op.create_table(
        "announcement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("known_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.ForeignKeyConstraint(
            ["known_id"],
            ["known_customer.id"],
            name=op.f("fk_announcement_known_id_known_customer"),
        ),
        sa.UniqueConstraint("known_id", "number", name=op.f("uq_announcement_known_id")),
    )
    for column in ("next_try_at", "delivered_at", "dead_at"):
        op.create_index(f"ix_announcement_{column}", "announcement", [column])


def downgrade() -> None:
    """Take back."""
    op.drop_table("announcement")
    op.drop_table("known_customer")
