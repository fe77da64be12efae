"""The law library."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from examapp.store.migrations.append_only import guard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "law_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_law_uploads_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_law_uploads_public_id")),
    )
    op.create_table(
        "law_visits",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_law_visits_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_law_visits")),
    )
    op.create_table(
        "article_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_article_notes_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_article_notes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_notes")),
        sa.UniqueConstraint(
            "user_id", "edition_id", "key", name=op.f("uq_article_notes_user_id_edition_id_key")
        ),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('article', 'preamble', 'point', 'annex')", name=op.f("ck_articles_kind")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_articles_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("edition_id", "key", name=op.f("uq_articles_edition_id_key")),
        sa.UniqueConstraint("edition_id", "position", name=op.f("uq_articles_edition_id_position")),
    )
    op.create_table(
        "edition_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("old_edition_id", sa.Integer(), nullable=False),
        sa.Column("new_edition_id", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["new_edition_id"],
            ["editions.id"],
            name=op.f("fk_edition_changes_new_edition_id_editions"),
        ),
        sa.ForeignKeyConstraint(
            ["old_edition_id"],
            ["editions.id"],
            name=op.f("fk_edition_changes_old_edition_id_editions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_changes")),
        sa.UniqueConstraint(
            "old_edition_id",
            "new_edition_id",
            name=op.f("uq_edition_changes_old_edition_id_new_edition_id"),
        ),
    )
    with op.batch_alter_table("edition_changes", schema=None) as batch_op:
        batch_op.create_index("ix_edition_changes_new_edition_id", ["new_edition_id"], unique=False)

    op.create_table(
        "hold_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("cites", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'propose') = (answers IS NULL)", name=op.f("ck_hold_decisions_answers")
        ),
        sa.CheckConstraint(
            "kind IN ('propose', 'confirm', 'refuse')", name=op.f("ck_hold_decisions_kind")
        ),
        sa.CheckConstraint(
            "(revision_id IS NULL) <> (section_id IS NULL)",
            name=op.f("ck_hold_decisions_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["answers"],
            ["hold_decisions.id"],
            name=op.f("fk_hold_decisions_answers_hold_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["item_revisions.id"],
            name=op.f("fk_hold_decisions_revision_id_item_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name=op.f("fk_hold_decisions_section_id_sections")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_hold_decisions_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_decisions")),
        sa.UniqueConstraint("answers", name=op.f("uq_hold_decisions_answers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hold_decisions_public_id")),
    )
    with op.batch_alter_table("hold_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_hold_decisions_revision_id", ["revision_id"], unique=False)
        batch_op.create_index("ix_hold_decisions_section_id", ["section_id"], unique=False)

    op.create_table(
        "law_headings",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_law_headings_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("edition_id", "position", name=op.f("pk_law_headings")),
    )
    op.create_table(
        "pool_withdrawals",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_pool_withdrawals_edition_id_editions")
        ),
        sa.ForeignKeyConstraint(
            ["exam_id"], ["exams.id"], name=op.f("fk_pool_withdrawals_exam_id_exams")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["item_revisions.id"],
            name=op.f("fk_pool_withdrawals_revision_id_item_revisions"),
        ),
        sa.PrimaryKeyConstraint("exam_id", "revision_id", name=op.f("pk_pool_withdrawals")),
    )
    op.create_table(
        "article_changes",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("old_key", sa.Text(), nullable=True),
        sa.Column("new_key", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('unchanged', 'renumbered', 'typographical', 'cross-reference', 'modified',"
            " 'added', 'removed', 'split', 'merged')",
            name=op.f("ck_article_changes_kind"),
        ),
        sa.CheckConstraint(
            "old_key IS NOT NULL OR new_key IS NOT NULL", name=op.f("ck_article_changes_keys")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["edition_changes.id"],
            name=op.f("fk_article_changes_change_id_edition_changes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("change_id", "position", name=op.f("pk_article_changes")),
    )
    with op.batch_alter_table("article_changes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_article_changes_change_id_old_key", ["change_id", "old_key"], unique=False
        )

    op.create_table(
        "citation_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_edition_id", sa.Integer(), nullable=False),
        sa.Column("from_cite", sa.Text(), nullable=False),
        sa.Column("to_edition_id", sa.Integer(), nullable=False),
        sa.Column("to_cite", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(revision_id IS NULL) <> (section_id IS NULL)",
            name=op.f("ck_citation_moves_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["hold_decisions.id"],
            name=op.f("fk_citation_moves_decision_id_hold_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["from_edition_id"],
            ["editions.id"],
            name=op.f("fk_citation_moves_from_edition_id_editions"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["item_revisions.id"],
            name=op.f("fk_citation_moves_revision_id_item_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name=op.f("fk_citation_moves_section_id_sections")
        ),
        sa.ForeignKeyConstraint(
            ["to_edition_id"],
            ["editions.id"],
            name=op.f("fk_citation_moves_to_edition_id_editions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation_moves")),
    )
    with op.batch_alter_table("citation_moves", schema=None) as batch_op:
        batch_op.create_index("ix_citation_moves_revision_id", ["revision_id"], unique=False)
        batch_op.create_index("ix_citation_moves_section_id", ["section_id"], unique=False)

    _editions()
    _laws()
    _section_citations()
    _practice()
    _search()
    guard("hold_decisions", "citation_moves", "pool_withdrawals")


def _editions() -> None:
    empty = sa.text("'{}'")
    none = sa.text("'[]'")
    with op.batch_alter_table("editions") as batch_op:
        batch_op.add_column(
            sa.Column("effective_assumed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("instrument", sa.JSON(), nullable=False, server_default=empty)
        )
        batch_op.add_column(sa.Column("news", sa.JSON(), nullable=False, server_default=empty))
        batch_op.add_column(sa.Column("known_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("text_digest", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("source", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("history", sa.JSON(), nullable=False, server_default=none))
        batch_op.add_column(sa.Column("oddities", sa.JSON(), nullable=False, server_default=none))
        batch_op.add_column(sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("imported_by", sa.Integer(), nullable=True))
    # When the platform learned of them was not kept; none of them is news.
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    editions = sa.table("editions", sa.column("known_at", sa.DateTime(timezone=True)))
    op.execute(editions.update().values(known_at=long_ago))
    with op.batch_alter_table("editions") as batch_op:
        batch_op.alter_column("known_at", nullable=False)
        batch_op.create_index("ix_editions_effective", ["effective"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_editions_imported_by_users"), "users", ["imported_by"], ["id"]
        )
        batch_op.create_check_constraint(
            op.f("ck_editions_text_imported"), "(text_digest IS NULL) = (imported_at IS NULL)"
        )


def _laws() -> None:
    empty = sa.text("'{}'")
    none = sa.text("'[]'")
    op.add_column("laws", sa.Column("issuer", sa.JSON(), nullable=False, server_default=empty))
    op.add_column("laws", sa.Column("level", sa.Text(), nullable=True))
    op.add_column("laws", sa.Column("posts", sa.JSON(), nullable=False, server_default=none))
    op.add_column("laws", sa.Column("in_force_since", sa.Date(), nullable=True))
    op.add_column("laws", sa.Column("former_codes", sa.JSON(), nullable=False, server_default=none))


def _section_citations() -> None:
    """What sections cite was the newest edition; the file's spelling is made again."""
    op.add_column("section_citations", sa.Column("edition_id", sa.Integer(), nullable=True))
    op.add_column("section_citations", sa.Column("authored", sa.Text(), nullable=True))
    op.execute(
        "UPDATE section_citations SET edition_id = (SELECT editions.id FROM editions"
        " JOIN laws ON laws.id = editions.law_id WHERE laws.code = section_citations.law"
        " ORDER BY editions.adopted DESC LIMIT 1),"
        " authored = law || ':' || article"
        " || CASE WHEN paragraph IS NULL THEN '' ELSE '.' || CAST(paragraph AS TEXT) END"
        " || CASE WHEN item IS NULL THEN '' ELSE '(' || CAST(item AS TEXT) || ')' END"
    )
    with op.batch_alter_table("section_citations") as batch_op:
        batch_op.alter_column("edition_id", nullable=False)
        batch_op.alter_column("authored", nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_section_citations_edition_id_editions"),
            "editions",
            ["edition_id"],
            ["id"],
        )


def _practice() -> None:
    """Practice by a law or for a day of legal publicity."""
    with op.batch_alter_table("practice_runs") as batch_op:
        batch_op.add_column(sa.Column("theme", sa.Text(), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_practice_runs_kind"), type_="check")
    with op.batch_alter_table("practice_runs") as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_practice_runs_kind"), "kind IN ('topic', 'wrong', 'mock', 'theme')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_practice_runs_theme"), "(kind = 'theme') = (theme IS NOT NULL)"
        )


def _search() -> None:
    """Bigrams of every article (store/law_search.py); no table of the models."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE article_search USING fts5("
            "words, content='', detail='none', tokenize='unicode61 remove_diacritics 0')"
        )
        return
    op.execute(
        "CREATE TABLE article_search ("
        "article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,"
        " words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_article_search_words ON article_search USING gin (words)")
