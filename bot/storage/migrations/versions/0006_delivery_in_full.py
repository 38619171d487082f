"""Held conversations and why, pauses Slack asked for, what was folded into a catch-up message, unfinished requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_delivery_in_full"
down_revision = "0005_health_of_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("deliveries", sa.Column("turn", sa.BigInteger(), nullable=True))
    op.add_column("deliveries", sa.Column("folded_into", sa.BigInteger(), nullable=True))
    op.add_column("deliveries", sa.Column("body", sa.JSON(), nullable=True))
    op.create_index(op.f("ix_deliveries_folded_into"), "deliveries", ["folded_into"], unique=False)

    op.create_table(
        "pauses",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_pauses")),
    )
    op.create_table(
        "holds",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("obstacle", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_probe_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivery", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_holds")),
    )

    op.add_column("inbound", sa.Column("body", sa.JSON(), nullable=True))
    op.add_column("inbound", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("inbound", sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("inbound", sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("inbound", sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True))
    unfinished = sa.text("owner IS NOT NULL")
    op.create_index(
        "ix_inbound_unfinished",
        "inbound",
        ["leased_until"],
        unique=False,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
