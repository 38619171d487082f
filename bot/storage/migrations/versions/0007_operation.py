"""What operation needs: items let go of, restores from a backup, and the look back that follows one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_operation"
down_revision = "0006_delivery_in_full"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "forgotten",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("last_listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_forgotten")),
    )
    op.create_index(op.f("ix_forgotten_last_listed_at"), "forgotten", ["last_listed_at"], unique=False)
    op.create_table(
        "restores",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("backed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restores")),
    )
    op.add_column("deliveries", sa.Column("look_from", sa.DateTime(timezone=True), nullable=True))
    # An item may go once no report names it: asked of thousands at a time, and by the foreign keys of each that goes.
    op.create_index(op.f("ix_reports_item"), "reports", ["item"], unique=False)
    moved = sa.text("moved_to IS NOT NULL")
    op.create_index(
        op.f("ix_reports_moved_to"), "reports", ["moved_to"], unique=False, sqlite_where=moved, postgresql_where=moved
    )
    op.create_index(op.f("ix_alerts_item"), "alerts", ["item"], unique=False)
