"""What the desk and detection put right: mergers, tracks, what was not new, reports that moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    # Not in a batch: on SQLite that drops and copies the table, which the reports of its developments forbid.
    op.add_column("developments", sa.Column("merged_into", sa.Text(), nullable=True))
    op.add_column("developments", sa.Column("not_new", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("developments", sa.Column("tracks_fixed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_developments_follows"), "developments", ["follows"], unique=False)
    op.create_index(op.f("ix_developments_merged_into"), "developments", ["merged_into"], unique=False)

    op.add_column("reports", sa.Column("moved_to", sa.Text(), nullable=True))
    op.add_column("reports", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reports", sa.Column("said", sa.Text(), nullable=True))

    op.add_column("feedback", sa.Column("other", sa.Text(), nullable=True))
    op.create_index(op.f("ix_feedback_at"), "feedback", ["at"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("negotiation", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("development", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=True),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["development"], ["developments.id"], name=op.f("fk_corrections_development_developments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_negotiation_at"), "corrections", ["negotiation", "at"], unique=False)
    op.create_index(op.f("ix_corrections_development"), "corrections", ["development"], unique=False)
    op.create_index(op.f("ix_corrections_other"), "corrections", ["other"], unique=False)
    _carry_out_what_was_said()


def _carry_out_what_was_said() -> None:
    """Judgements of the first version were only shown; now a card that shows one says it was carried out."""
    connection = op.get_bind()
    development, tracks = sa.column("development", sa.Text()), sa.column("tracks", sa.JSON())
    verdict, number = sa.column("verdict", sa.Text()), sa.column("id", sa.BigInteger())
    feedback = sa.table("feedback", development, verdict, tracks, number)
    developments = sa.table(
        "developments", sa.column("id"), sa.column("not_new", sa.Boolean()), sa.column("tracks_fixed", sa.Boolean())
    )
    on_tracks = sa.table("development_tracks", sa.column("development"), sa.column("track"), sa.column("position"))
    for row in connection.execute(sa.select(feedback).order_by(number)).all():
        this = developments.c.id == row.development
        if row.verdict == "not_new":
            connection.execute(developments.update().where(this).values(not_new=True))
        elif row.tracks:
            connection.execute(on_tracks.delete().where(on_tracks.c.development == row.development))
            rows = [
                {"development": row.development, "track": track, "position": at} for at, track in enumerate(row.tracks)
            ]
            connection.execute(on_tracks.insert(), rows)
            connection.execute(developments.update().where(this).values(tracks_fixed=True))
