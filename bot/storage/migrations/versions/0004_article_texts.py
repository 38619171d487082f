"""What was read of an article on its own page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_article_texts"
down_revision = "0003_kinds_of_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    # Not in a batch: on SQLite that drops and copies the table, which what refers to it forbids.
    op.add_column("items", sa.Column("text", sa.Text(), server_default="", nullable=False))
    op.add_column("revisions", sa.Column("text", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "article_texts",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_article_texts_item_items")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_article_texts")),
    )
