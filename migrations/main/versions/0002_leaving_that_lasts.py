"""Leaving that lasts: seven days, erasures carried out, holds, purges, the sealed audit trail."""

import sqlalchemy as sa
from alembic import op

from portal.operations.schema.steps import create_index, has_column

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("audit_entry", "audit_link")


def upgrade() -> None:
    """Apply."""
    if not has_column("customer", "leaves_at"):
        _change()
    create_index("ix_case_entry_actor_id", "case_entry", ["actor_id"])
    create_index("ix_case_file_link_ends_at", "case_file", ["link_ends_at"])
    create_index("ix_case_file_person_id", "case_file", ["person_id"])
    create_index("ix_customer_leaves_at", "customer", ["leaves_at"])
    create_index("ix_try_count_name_hash", "try_count", ["name_hash"])


def downgrade() -> None:
    """Undo; what only the newer tables know is lost: holds, links of the chain, runs of a purge."""
    _allow_changes()
    op.drop_index("ix_try_count_name_hash", "try_count")
    op.drop_index("ix_customer_leaves_at", "customer")
    op.drop_column("customer", "leaves_at")
    op.drop_index("ix_case_file_person_id", "case_file")
    op.drop_index("ix_case_file_link_ends_at", "case_file")
    for name in ("skip_asked_by", "reminded_at", "link_ends_at"):
        op.drop_column("case_file", name)
    op.drop_index("ix_case_entry_actor_id", "case_entry")
    for name in ("counts", "kept", "suppressed", "traces"):
        op.drop_column("cancellation_underway", name)
    for name in ("purge_run", "legal_hold", "erasure_applied", "audit_waiting", "audit_link"):
        op.drop_table(name)


def _change() -> None:
    op.create_table(
        "audit_link",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_link_entry_id")),
    )
    op.create_table(
        "audit_waiting",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_waiting")),
    )
    op.execute("INSERT INTO audit_waiting (entry_id) SELECT id FROM audit_entry")
    _forbid_changes()
    op.create_table(
        "erasure_applied",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_erasure_applied")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    for name in ("case_id", "customer_id", "person_id"):
        op.create_index(f"ix_legal_hold_{name}", "legal_hold", [name])
    op.create_table(
        "purge_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_run")),
    )
    for name in ("traces", "suppressed", "kept"):
        empty = sa.Column(name, sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        op.add_column("cancellation_underway", empty)
    op.add_column("cancellation_underway", sa.Column("counts", sa.JSON(), nullable=True))
    op.add_column("case_file", sa.Column("link_ends_at", MOMENT, nullable=True))
    op.add_column("case_file", sa.Column("reminded_at", MOMENT, nullable=True))
    op.add_column("case_file", sa.Column("skip_asked_by", sa.Uuid(), nullable=True))
    op.add_column("customer", sa.Column("leaves_at", MOMENT, nullable=True))


def _forbid_changes() -> None:
    """Make the audit trail append-only, whoever asks: nothing in it is changed or deleted."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER")
    op.execute("DROP FUNCTION refuse_change()")
