"""Signing in worth trusting: second steps, sign-ins past, half-filled forms, changes of address."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _create_factors()
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("owner_id", "path", name=op.f("uq_draft_owner_id")),
    )
    op.create_index("ix_draft_kept_at", "draft", ["kept_at"])
    op.create_table(
        "email_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
    )
    op.create_index("ix_email_change_asked_at", "email_change", ["asked_at"])
    op.create_index("ix_email_change_customer_id", "email_change", ["customer_id"])
    op.create_table(
        "sign_in_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("device_mark", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_record")),
        sa.UniqueConstraint("session_id", name=op.f("uq_sign_in_record_session_id")),
    )
    op.create_index("ix_sign_in_record_happened_at", "sign_in_record", ["happened_at"])
    op.create_index("ix_sign_in_record_owner_id", "sign_in_record", ["owner_id", "happened_at"])
    with op.batch_alter_table("remembered_browser") as table:
        table.drop_constraint("fk_remembered_browser_customer_id_customer", type_="foreignkey")
        table.drop_index("ix_remembered_browser_customer_id")
        table.alter_column("customer_id", new_column_name="owner_id")
        table.add_column(sa.Column("series_hash", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("used_at", MOMENT, nullable=True))
        table.create_unique_constraint("uq_remembered_browser_series_hash", ["series_hash"])
    op.create_index("ix_remembered_browser_owner_id", "remembered_browser", ["owner_id"])
    with op.batch_alter_table("sign_in_session") as table:
        table.add_column(sa.Column("proved_at", MOMENT, nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("sign_in_session") as table:
        table.drop_column("proved_at")
    op.drop_index("ix_remembered_browser_owner_id", "remembered_browser")
    with op.batch_alter_table("remembered_browser") as table:
        table.drop_constraint("uq_remembered_browser_series_hash", type_="unique")
        table.drop_column("used_at")
        table.drop_column("sealed")
        table.drop_column("series_hash")
        table.alter_column("owner_id", new_column_name="customer_id")
    with op.batch_alter_table("remembered_browser") as table:
        table.create_foreign_key(
            "fk_remembered_browser_customer_id_customer", "customer", ["customer_id"], ["id"]
        )
    op.create_index("ix_remembered_browser_customer_id", "remembered_browser", ["customer_id"])
    for name in ("sign_in_record", "email_change", "draft"):
        op.drop_table(name)
    for name in ("recovery_code", "passkey", "authenticator"):
        op.drop_table(name)


def _create_factors() -> None:
    op.create_table(
        "authenticator",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("credential_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_passkey_credential_hash")),
    )
    op.create_index("ix_passkey_owner_id", "passkey", ["owner_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index("ix_recovery_code_owner_id", "recovery_code", ["owner_id"])
