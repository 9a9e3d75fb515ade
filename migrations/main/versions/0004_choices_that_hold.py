"""Choices that hold: what is asked in versions; how and in which words each choice was made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply; what was chosen so far was chosen in the words of the first version."""
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
    with op.batch_alter_table("choice_change") as table:
        table.add_column(sa.Column("via", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=True))
    op.execute("UPDATE choice_change SET version = 1, via = 'website'")
    op.execute("UPDATE choice_change SET via = 'leaving' WHERE wording = 'leaving'")
    with op.batch_alter_table("choice_change") as table:
        table.drop_column("wording")
        table.alter_column("via", existing_type=sa.String(length=20), nullable=False)
        table.alter_column(
            "version", new_column_name="wording", existing_type=sa.Integer(), nullable=False
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
