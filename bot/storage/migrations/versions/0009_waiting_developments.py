"""Developments the desk is not told of yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_waiting_developments"
down_revision = "0008_notices_are_deliveries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("developments", sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False))
