"""Sources of every kind, and the hubs that push them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_kinds_of_sources"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("sources", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("sources", sa.Column("layout", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "hubs",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.id"], name=op.f("fk_hubs_source_sources")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_hubs")),
        sa.UniqueConstraint("token", name=op.f("uq_hubs_token")),
    )
    op.create_index(op.f("ix_hubs_next_at"), "hubs", ["next_at"], unique=False)
