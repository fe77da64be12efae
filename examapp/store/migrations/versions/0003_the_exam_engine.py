"""The exam engine."""

import sqlalchemy as sa
from alembic import op

from examapp.store.migrations.append_only import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "excuses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('make_up', 'exemption')", name=op.f("ck_excuses_kind")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL) "
            "AND (decided_at IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_excuses_decided"),
        ),
        sa.CheckConstraint("decided_by <> user_id", name=op.f("ck_excuses_not_by_oneself")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_excuses_decided_by_users")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_excuses_exam_id_exams")),
        sa.ForeignKeyConstraint(["filed_by"], ["users.id"], name=op.f("fk_excuses_filed_by_users")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_excuses_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_excuses")),
        sa.UniqueConstraint("public_id", name=op.f("uq_excuses_public_id")),
    )
    with op.batch_alter_table("excuses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_excuses_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_excuses_one_open",
            ["exam_id", "user_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL AND withdrawn_at IS NULL"),
        )

    op.create_table(
        "extra_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 0 AND 600", name=op.f("ck_extra_times_minutes")),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_extra_times_exam_id_exams")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["users.id"], name=op.f("fk_extra_times_granted_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_extra_times_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_times")),
    )
    with op.batch_alter_table("extra_times", schema=None) as batch_op:
        batch_op.create_index(
            "ix_extra_times_exam_id_user_id", ["exam_id", "user_id"], unique=False
        )

    op.create_table(
        "item_tallies",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.CheckConstraint('0 <= "right" AND "right" <= seen', name=op.f("ck_item_tallies_right")),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_item_tallies_exam_id_exams")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["item_revisions.id"],
            name=op.f("fk_item_tallies_revision_id_item_revisions"),
        ),
        sa.PrimaryKeyConstraint("exam_id", "revision_id", name=op.f("pk_item_tallies")),
    )
    with op.batch_alter_table("item_tallies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_tallies_revision_id"), ["revision_id"], unique=False
        )

    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("paused_by", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_by", sa.Integer(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "resumed_at IS NULL OR paused_at < resumed_at", name=op.f("ck_pauses_order")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_pauses_exam_id_exams")),
        sa.ForeignKeyConstraint(
            ["paused_by"], ["users.id"], name=op.f("fk_pauses_paused_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["resumed_by"], ["users.id"], name=op.f("fk_pauses_resumed_by_users")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_pauses_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pauses_public_id")),
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index(
            "uq_pauses_one_for_a_unit",
            ["exam_id", "unit_id"],
            unique=True,
            sqlite_where=sa.text("resumed_at IS NULL"),
            postgresql_where=sa.text("resumed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_pauses_one_for_all",
            ["exam_id"],
            unique=True,
            sqlite_where=sa.text("resumed_at IS NULL AND unit_id IS NULL"),
            postgresql_where=sa.text("resumed_at IS NULL AND unit_id IS NULL"),
        )

    op.create_table(
        "prepared_papers",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("try_no", sa.Integer(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_prepared_papers_exam_id_exams")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_prepared_papers_user_id_users")
        ),
        sa.PrimaryKeyConstraint("exam_id", "user_id", "try_no", name=op.f("pk_prepared_papers")),
    )
    with op.batch_alter_table("prepared_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prepared_papers_user_id"), ["user_id"], unique=False)

    op.create_table(
        "roster_entries",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_roster_entries_number")),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_roster_entries_exam_id_exams")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_roster_entries_user_id_users")
        ),
        sa.PrimaryKeyConstraint("exam_id", "number", name=op.f("pk_roster_entries")),
        sa.UniqueConstraint("exam_id", "user_id", name=op.f("uq_roster_entries_exam_id_user_id")),
    )
    with op.batch_alter_table("roster_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_entries_user_id"), ["user_id"], unique=False)

    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 1", name=op.f("ck_slots_capacity")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_slots_window")),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_slots_exam_id_exams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("public_id", name=op.f("uq_slots_public_id")),
    )
    with op.batch_alter_table("slots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slots_exam_id"), ["exam_id"], unique=False)

    op.create_table(
        "slot_bookings",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_slot_bookings_exam_id_exams")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slots.id"], name=op.f("fk_slot_bookings_slot_id_slots")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_slot_bookings_user_id_users")
        ),
        sa.PrimaryKeyConstraint("exam_id", "user_id", name=op.f("pk_slot_bookings")),
    )
    with op.batch_alter_table("slot_bookings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_bookings_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "slot_units",
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slots.id"], name=op.f("fk_slot_units_slot_id_slots"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_slot_units_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("slot_id", "unit_id", name=op.f("pk_slot_units")),
    )
    op.create_table(
        "late_responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("lease_no", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("left_ms", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sittings.id"], name=op.f("fk_late_responses_sitting_id_sittings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_responses")),
        sa.UniqueConstraint(
            "sitting_id", "lease_no", "seq", name=op.f("uq_late_responses_sitting_id_lease_no_seq")
        ),
    )
    op.create_table(
        "presences",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sittings.id"], name=op.f("fk_presences_sitting_id_sittings")
        ),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_presences")),
    )
    op.create_table(
        "late_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_late_decisions_confirmed_by_somebody"),
        ),
        sa.CheckConstraint(
            "confirmed_by <> proposed_by", name=op.f("ck_late_decisions_two_officers")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["users.id"], name=op.f("fk_late_decisions_confirmed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["users.id"], name=op.f("fk_late_decisions_proposed_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sittings.id"], name=op.f("fk_late_decisions_sitting_id_sittings")
        ),
        sa.ForeignKeyConstraint(
            ["upto"], ["late_responses.id"], name=op.f("fk_late_decisions_upto_late_responses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_decisions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_late_decisions_public_id")),
    )
    with op.batch_alter_table("late_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_late_decisions_sitting_id"), ["sitting_id"], unique=False
        )
        batch_op.create_index(
            "uq_late_decisions_one_open",
            ["sitting_id"],
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
        )

    _exams()
    op.add_column("pool_items", sa.Column("ease", sa.Integer(), nullable=True))
    _sittings()
    guard(
        "roster_entries",
        "item_tallies",
        "late_responses",
        "extra_times",
    )


def _exams() -> None:
    # Constraints that stand already are named again: SQLite rebuilds the table without them.
    standing = (
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_exams_window")),
        sa.CheckConstraint(
            "published_at IS NULL OR (seed IS NOT NULL AND pool_digest IS NOT NULL)",
            name=op.f("ck_exams_published_with_pool"),
        ),
        sa.CheckConstraint(
            "released_at IS NULL OR published_at IS NOT NULL", name=op.f("ck_exams_released_after")
        ),
    )
    with op.batch_alter_table("exams", table_args=standing) as batch_op:
        batch_op.add_column(
            sa.Column("grace_seconds", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("entry_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("wait_minutes", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("make_up_of", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("make_up_failed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("roster_digest", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("target", sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_exams_make_up_of_exams"), "exams", ["make_up_of"], ["id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_exams_grace_seconds"), "grace_seconds BETWEEN 0 AND 600"
        )
        batch_op.create_check_constraint(
            op.f("ck_exams_entry_minutes"), "entry_minutes IS NULL OR entry_minutes >= 1"
        )
        batch_op.create_check_constraint(op.f("ck_exams_wait_minutes"), "wait_minutes >= 0")


def _sittings() -> None:
    op.add_column("sittings", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sittings", sa.Column("accepts_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE sittings SET accepts_until = deadline")
    standing = (
        sa.CheckConstraint("started_at < deadline", name=op.f("ck_sittings_deadline")),
        sa.CheckConstraint(
            "submitted_at IS NULL OR closed_at IS NOT NULL",
            name=op.f("ck_sittings_submitted_is_closed"),
        ),
    )
    with op.batch_alter_table("sittings", table_args=standing) as batch_op:
        batch_op.alter_column("accepts_until", nullable=False)
        batch_op.drop_index("ix_sittings_due")
        batch_op.create_index(
            "ix_sittings_due",
            ["accepts_until"],
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_check_constraint(
            op.f("ck_sittings_accepts_until"), "deadline <= accepts_until"
        )
