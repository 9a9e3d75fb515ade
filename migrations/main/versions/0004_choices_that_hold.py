"""Choices that hold: what is asked in versions; how and in which words each choice was made."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_column, rewrite

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
VIA = sa.String(length=20)
LEAVING = "UPDATE choice_change SET via = 'leaving' WHERE wording = 'leaving' AND {range}"


def upgrade() -> None:
    """Apply; what was chosen so far was chosen in the words of the first version."""
    if not has_column("choice_change", "via"):
        _add()
    rewrite("choice_change", "id", LEAVING)
    with op.batch_alter_table("choice_change") as table:
        table.drop_column("wording")
        table.alter_column("via", existing_type=VIA, existing_nullable=False, server_default=None)
        table.alter_column(
            "version",
            new_column_name="wording",
            existing_type=sa.Integer(),
            existing_nullable=False,
            server_default=None,
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("choice_change") as table:
        table.add_column(sa.Column("name", sa.String(length=20), nullable=True))
    op.execute("UPDATE choice_change SET name = '2026-11'")
    op.execute("UPDATE choice_change SET name = 'leaving' WHERE via = 'leaving'")
    with op.batch_alter_table("choice_change") as table:
        table.drop_column("wording")
        table.drop_column("via")
        table.alter_column(
            "name",
            new_column_name="wording",
            existing_type=sa.String(length=20),
            nullable=False,
        )
    with op.batch_alter_table("marketing_choices") as table:
        table.drop_column("made")
    op.drop_table("catalogue_version")


def _add() -> None:
    op.create_table(
        "catalogue_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_catalogue_version")),
    )
    with op.batch_alter_table("marketing_choices") as table:
        table.add_column(sa.Column("made", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("marketing_choices") as table:
        table.alter_column("made", server_default=None)
    with op.batch_alter_table("choice_change") as table:  # a default rewrites no row
        table.add_column(sa.Column("via", VIA, nullable=False, server_default="website"))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
