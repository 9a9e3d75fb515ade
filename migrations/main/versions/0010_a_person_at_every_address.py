"""Former addresses and numbers, a decision that shuts the door, and looks that end soon.

What the marks say of choices is brought into line with the choices themselves: two changes at
once may have parted them. Whoever has changed a number or an address waits for the worker to
note the former ones.
"""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import has_column, rewrite

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SAY_THE_SAME = """
    UPDATE contact_mark SET agreed = (
        SELECT choices.agreed FROM marketing_choices AS choices
        WHERE choices.customer_id = contact_mark.customer_id
    )
    WHERE EXISTS (
        SELECT 1 FROM marketing_choices AS choices
        WHERE choices.customer_id = contact_mark.customer_id
        AND CAST(choices.agreed AS TEXT) <> CAST(contact_mark.agreed AS TEXT)
    )
    AND {range}
"""
SAY_NOTHING = """
    UPDATE contact_mark SET agreed = '[]'
    WHERE CAST(agreed AS TEXT) <> '[]' AND NOT EXISTS (
        SELECT 1 FROM marketing_choices AS choices
        WHERE choices.customer_id = contact_mark.customer_id
    )
    AND {range}
"""
WAIT_FOR_FORMER = """
    INSERT INTO unmarked_customer (customer_id, agreed)
    SELECT customer.id, COALESCE(choices.agreed, '[]') FROM customer
    LEFT JOIN marketing_choices AS choices ON choices.customer_id = customer.id
    WHERE (
        EXISTS (SELECT 1 FROM profile_change WHERE profile_change.customer_id = customer.id)
        OR EXISTS (SELECT 1 FROM email_change WHERE email_change.customer_id = customer.id)
    )
    AND NOT EXISTS (
        SELECT 1 FROM unmarked_customer AS waiting WHERE waiting.customer_id = customer.id
    )
    AND {range}
"""
SHUT = """
    UPDATE customer SET decided_at = (
        SELECT underway.decided_at FROM cancellation_underway AS underway
        WHERE underway.customer_id = customer.id
    )
    WHERE id IN (SELECT customer_id FROM cancellation_underway)
"""
LOOK_SOON = "UPDATE cancellation_underway SET next_look_at = decided_at, looks = 0"


def upgrade() -> None:
    """Apply."""
    if not has_column("contact_mark", "ended_at"):
        _add()
    for statement in (SAY_THE_SAME, SAY_NOTHING):
        rewrite("contact_mark", "customer_id", statement)
    rewrite("customer", "id", WAIT_FOR_FORMER)
    for statement in (SHUT, LOOK_SOON):
        op.execute(statement)
    _rewrite_traces()
    with op.batch_alter_table("cancellation_underway") as table:
        table.alter_column("next_look_at", nullable=False)
        table.alter_column("looks", nullable=False)


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM contact_mark WHERE ended_at IS NOT NULL")
    _plain_traces()
    for table, column in (
        ("cancellation_underway", "looks"),
        ("cancellation_underway", "next_look_at"),
        ("customer", "decided_at"),
        ("contact_mark", "ended_at"),
    ):
        op.drop_column(table, column)


def _add() -> None:
    op.add_column("contact_mark", sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.add_column("customer", sa.Column("decided_at", sa.DateTime(timezone=True)))
    op.add_column("cancellation_underway", sa.Column("next_look_at", sa.DateTime(timezone=True)))
    op.add_column("cancellation_underway", sa.Column("looks", sa.Integer()))


UNDERWAY = sa.table(
    "cancellation_underway",
    sa.column("customer_id", sa.Uuid()),
    sa.column("decided_at", sa.DateTime(timezone=True)),
    sa.column("traces", sa.JSON()),
)
EVER = "1970-01-01T00:00:00+00:00"


def _rewrite_traces() -> None:
    """Say of each trace of a decided erasure from when until when the address was theirs."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(UNDERWAY)).all():
        until = row.decided_at if row.decided_at.tzinfo else row.decided_at.replace(tzinfo=UTC)
        traces = [[code, EVER, until.isoformat()] for code in row.traces]
        here = UNDERWAY.c.customer_id == row.customer_id
        connection.execute(sa.update(UNDERWAY).where(here).values(traces=traces))


def _plain_traces() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(UNDERWAY)).all():
        here = UNDERWAY.c.customer_id == row.customer_id
        traces = [one[0] for one in row.traces]
        connection.execute(sa.update(UNDERWAY).where(here).values(traces=traces))
