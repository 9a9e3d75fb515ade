"""Surveys, competitions and lifestyle questions, and the answers of customers."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_table
from portal.platform.core.database import Moment

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
compatible_from = "0012"


def upgrade() -> None:
    """Apply."""
    if not has_table("survey"):
        op.create_table(
            "survey",
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("kind", sa.String(20), nullable=False),
            sa.Column("newest", sa.Integer, nullable=False),
            sa.Column("closed_at", Moment, nullable=True),
            sa.Column("closed_by", sa.Uuid, nullable=True),
        )
    if not has_table("survey_version"):
        op.create_table(
            "survey_version",
            sa.Column("survey_id", sa.Uuid, sa.ForeignKey("survey.id"), primary_key=True),
            sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("title", sa.String(80), nullable=False),
            sa.Column("purpose", sa.String(300), nullable=False),
            sa.Column("kept_months", sa.Integer, nullable=False),
            sa.Column("opens_on", sa.Date, nullable=False),
            sa.Column("closes_on", sa.Date, nullable=True),
            sa.Column("questions", sa.JSON, nullable=False),
            sa.Column("note", sa.String(300), nullable=False),
            sa.Column("published_at", Moment, nullable=False),
            sa.Column("published_by", sa.Uuid, nullable=False),
        )
    if not has_table("survey_answer"):
        op.create_table(
            "survey_answer",
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("customer_id", sa.Uuid, sa.ForeignKey("customer.id"), nullable=False),
            sa.Column("survey", sa.Uuid, nullable=False),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("place", sa.Integer, nullable=False),
            sa.Column("sealed", sa.LargeBinary, nullable=False),
            sa.Column("given_at", Moment, nullable=False),
            sa.Column("ends_on", sa.Date, nullable=False),
            sa.UniqueConstraint("customer_id", "survey", "version", "place"),
        )
        op.create_index("ix_survey_answer_ends_on", "survey_answer", ["ends_on"])


def downgrade() -> None:
    """Take back."""
    for name in ("survey_answer", "survey_version", "survey"):
        op.drop_table(name)
