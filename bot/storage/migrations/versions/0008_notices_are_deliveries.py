"""Notices about the sources are deliveries like any other; of those, and of other notices, there is no development."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_notices_are_deliveries"
down_revision = "0007_operation"
branch_labels = None
depends_on = None

_KEPT = (
    "key", "conversation", "state", "attempts", "created_at", "attempted_at", "not_before", "sent_at", "ts", "note",
)  # fmt: skip


def upgrade() -> None:
    """Forward."""
    # In a batch: SQLite drops and copies the table for it, which nothing forbids as no other refers to it.
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("development", existing_type=sa.Text(), nullable=True)
        batch.alter_column("revision", existing_type=sa.Integer(), nullable=True)
    # Those that were sent too: their keys keep them from being left again.
    names = ", ".join(_KEPT)
    op.execute(
        f"INSERT INTO deliveries ({names}, action, body) "  # noqa: S608 -- names of our own schema
        f"SELECT {names}, 'sources', facts FROM source_notices ORDER BY id"
    )
    op.drop_table("source_notices")
