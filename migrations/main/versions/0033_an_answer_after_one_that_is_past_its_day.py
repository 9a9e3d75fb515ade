"""An answer may be given again while one that is past its day is still there.

The purge has not come yet, or a legal hold keeps it: the day of deletion tells the two apart.
"""

from alembic import op

from portal.operations.schema.steps import create_index

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
compatible_from = "0012"

TABLE, OLD, NEW = "survey_answer", "uq_survey_answer_customer_id", "ix_survey_answer_once"
KEY = ["customer_id", "survey", "version", "place"]
ONLY_THE_LAST = """
    DELETE FROM survey_answer WHERE EXISTS (
        SELECT 1 FROM survey_answer AS later
        WHERE later.customer_id = survey_answer.customer_id
        AND later.survey = survey_answer.survey
        AND later.version = survey_answer.version
        AND later.place = survey_answer.place
        AND later.ends_on > survey_answer.ends_on
    )
"""


def upgrade() -> None:
    """Apply. On PostgreSQL the index is built beside the pages."""
    create_index(NEW, TABLE, [*KEY, "ends_on"], unique=True)
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(OLD, type_="unique")


def downgrade() -> None:
    """Take back: of answers to one question stays the last."""
    op.execute(ONLY_THE_LAST)
    with op.batch_alter_table(TABLE) as table:
        table.create_unique_constraint(OLD, KEY)
    op.drop_index(NEW, TABLE)
