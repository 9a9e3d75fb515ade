"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(
        "ix_audit_entry_subject_id", "audit_entry", ["subject_id", "occurred_at"], unique=False
    )
    op.create_table(
        "cancellation_underway",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("last_letter_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_cancellation_underway")),
    )
    op.create_table(
        "credential",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_customer_email_hash")),
    )
    op.create_table(
        "doomed_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("doomed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doomed_key")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_person_id"), "letter", ["person_id"], unique=False)
    op.create_index("ix_letter_state", "letter", ["state", "due_at"], unique=False)
    op.create_table(
        "one_use_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_use_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_use_token_token_hash")),
    )
    op.create_index(
        op.f("ix_one_use_token_expires_at"), "one_use_token", ["expires_at"], unique=False
    )
    op.create_index(
        "ix_one_use_token_subject_id", "one_use_token", ["subject_id", "purpose"], unique=False
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_before_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_session_last_seen_at"), "sign_in_session", ["last_seen_at"], unique=False
    )
    op.create_index(
        op.f("ix_sign_in_session_owner_id"), "sign_in_session", ["owner_id"], unique=False
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_staff_member_email_hash")),
    )
    op.create_table(
        "try_count",
        sa.Column("guarded", sa.String(length=30), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("guarded", "name_hash", name=op.f("pk_try_count")),
    )
    op.create_table(
        "unconfirmed_registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unconfirmed_registration")),
    )
    op.create_index(
        op.f("ix_unconfirmed_registration_created_at"),
        "unconfirmed_registration",
        ["created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_unconfirmed_registration_email_hash"),
        "unconfirmed_registration",
        ["email_hash"],
        unique=False,
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("once_hash", sa.LargeBinary(), nullable=True),
        sa.Column("topic", sa.String(length=30), nullable=False),
        sa.Column("service", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["staff_member.id"], name=op.f("fk_case_file_assigned_to_staff_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("once_hash", name=op.f("uq_case_file_once_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_file_reference")),
    )
    op.create_index(op.f("ix_case_file_closed_at"), "case_file", ["closed_at"], unique=False)
    op.create_index(
        "ix_case_file_customer_id", "case_file", ["customer_id", "received_at"], unique=False
    )
    op.create_index("ix_case_file_due_on", "case_file", ["due_on", "id"], unique=False)
    op.create_index(op.f("ix_case_file_email_hash"), "case_file", ["email_hash"], unique=False)
    op.create_table(
        "choice_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_choice_change_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice_change")),
    )
    op.create_index(
        "ix_choice_change_customer_id", "choice_change", ["customer_id", "changed_at"], unique=False
    )
    op.create_table(
        "marketing_choices",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_marketing_choices_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_marketing_choices")),
    )
    op.create_table(
        "profile_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_profile_change_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_change")),
    )
    op.create_index(
        "ix_profile_change_customer_id",
        "profile_change",
        ["customer_id", "changed_at"],
        unique=False,
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=30), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_registration_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("customer_id", "service", name=op.f("uq_registration_customer_id")),
    )
    op.create_table(
        "remembered_browser",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name=op.f("fk_remembered_browser_customer_id_customer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_browser")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_remembered_browser_token_hash")),
    )
    op.create_index(
        op.f("ix_remembered_browser_customer_id"),
        "remembered_browser",
        ["customer_id"],
        unique=False,
    )
    op.create_table(
        "case_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case_file.id"],
            name=op.f("fk_case_entry_case_id_case_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entry")),
    )
    op.create_index("ix_case_entry_case_id", "case_entry", ["case_id", "happened_at"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_case_entry_case_id", table_name="case_entry")
    op.drop_table("case_entry")
    op.drop_index(op.f("ix_remembered_browser_customer_id"), table_name="remembered_browser")
    op.drop_table("remembered_browser")
    op.drop_table("registration")
    op.drop_index("ix_profile_change_customer_id", table_name="profile_change")
    op.drop_table("profile_change")
    op.drop_table("marketing_choices")
    op.drop_index("ix_choice_change_customer_id", table_name="choice_change")
    op.drop_table("choice_change")
    op.drop_index(op.f("ix_case_file_email_hash"), table_name="case_file")
    op.drop_index("ix_case_file_due_on", table_name="case_file")
    op.drop_index("ix_case_file_customer_id", table_name="case_file")
    op.drop_index(op.f("ix_case_file_closed_at"), table_name="case_file")
    op.drop_table("case_file")
    op.drop_index(
        op.f("ix_unconfirmed_registration_email_hash"), table_name="unconfirmed_registration"
    )
    op.drop_index(
        op.f("ix_unconfirmed_registration_created_at"), table_name="unconfirmed_registration"
    )
    op.drop_table("unconfirmed_registration")
    op.drop_table("try_count")
    op.drop_table("staff_member")
    op.drop_index(op.f("ix_sign_in_session_owner_id"), table_name="sign_in_session")
    op.drop_index(op.f("ix_sign_in_session_last_seen_at"), table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_index("ix_one_use_token_subject_id", table_name="one_use_token")
    op.drop_index(op.f("ix_one_use_token_expires_at"), table_name="one_use_token")
    op.drop_table("one_use_token")
    op.drop_index("ix_letter_state", table_name="letter")
    op.drop_index(op.f("ix_letter_person_id"), table_name="letter")
    op.drop_table("letter")
    op.drop_table("doomed_key")
    op.drop_table("customer")
    op.drop_table("credential")
    op.drop_table("cancellation_underway")
    op.drop_index("ix_audit_entry_subject_id", table_name="audit_entry")
    op.drop_table("audit_entry")
