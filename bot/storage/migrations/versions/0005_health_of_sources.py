"""How each source is doing, beyond its last answer; and notices for whoever runs this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_health_of_sources"
down_revision = "0004_article_texts"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    for column in (
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("newest_at", _MOMENT, nullable=True),
        sa.Column("silence_s", sa.Float(), nullable=True),
        sa.Column("silences", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("clock_lags", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("clock_ahead_s", sa.Float(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("unchanged_since", _MOMENT, nullable=True),
        sa.Column("entries", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("moved_at", _MOMENT, nullable=True),
        sa.Column("moving_to", sa.Text(), nullable=True),
        sa.Column("moving_seen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("moving_since", _MOMENT, nullable=True),
        sa.Column("unwanted", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
    ):
        op.add_column("sources", column)
    # Since when they have failed nobody wrote down; they have at least since their last look.
    op.execute("UPDATE sources SET failing_since = last_polled_at WHERE problem IS NOT NULL")

    op.create_table(
        "source_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("attempted_at", _MOMENT, nullable=True),
        sa.Column("not_before", _MOMENT, nullable=True),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_source_notices_key")),
    )
    open_ones = sa.text("state IN ('pending', 'sending')")
    op.create_index(
        "ix_source_notices_open",
        "source_notices",
        ["conversation", "id"],
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
