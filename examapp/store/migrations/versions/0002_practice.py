"""Practice: runs, cards, and what was taken up."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice_cards",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("right_in_row", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint("right_in_row >= 0", name=op.f("ck_practice_cards_right_in_row")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_practice_cards_item_id_items")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_practice_cards_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "item_id", name=op.f("pk_practice_cards")),
    )
    with op.batch_alter_table("practice_cards", schema=None) as batch_op:
        batch_op.create_index(
            "ix_practice_cards_user_id_due_on", ["user_id", "due_on"], unique=False
        )

    op.create_table(
        "practice_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("exam_id", sa.Integer(), nullable=True),
        sa.Column("spec", sa.JSON(), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=True),
        sa.Column("right", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'mock') = (exam_id IS NOT NULL)", name=op.f("ck_practice_runs_exam")
        ),
        sa.CheckConstraint(
            "(kind = 'topic') = (topic IS NOT NULL)", name=op.f("ck_practice_runs_topic")
        ),
        sa.CheckConstraint(
            "kind IN ('topic', 'wrong', 'mock')", name=op.f("ck_practice_runs_kind")
        ),
        sa.CheckConstraint(
            "(handed_in_at IS NULL) = (asked IS NULL)", name=op.f("ck_practice_runs_handed_in")
        ),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_practice_runs_exam_id_exams")
        ),
        sa.ForeignKeyConstraint(
            ["topic"], ["topics.code"], name=op.f("fk_practice_runs_topic_topics")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_practice_runs_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_runs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practice_runs_public_id")),
    )
    with op.batch_alter_table("practice_runs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_practice_runs_user_id_drawn_at", ["user_id", "drawn_at"], unique=False
        )

    op.create_table(
        "practice_take_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(check_id IS NULL) <> (sitting_id IS NULL)",
            name=op.f("ck_practice_take_ups_one_source"),
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["checks.id"], name=op.f("fk_practice_take_ups_check_id_checks")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sittings.id"], name=op.f("fk_practice_take_ups_sitting_id_sittings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_take_ups")),
        sa.UniqueConstraint("check_id", name=op.f("uq_practice_take_ups_check_id")),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_practice_take_ups_sitting_id")),
    )
