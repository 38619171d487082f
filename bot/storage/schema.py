"""The tables. Times are stored in UTC; ids are text made from what they name, so a repeat meets a unique key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.sqlite_times import UtcText

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine


class Moment(TypeDecorator[datetime]):
    """An aware UTC time. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """SQLite has no type for times: they are text."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(UtcText())  # type: ignore[no-untyped-call]  # SQLAlchemy's
        return dialect.type_descriptor(self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Refuse naive times: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r} cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Give back an aware time."""
        return value if value is None else value.astimezone(UTC)


UNDECIDED = text("decided_revision < revision")
OPEN = text("state IN ('pending', 'sending')")
UNADDRESSED = text("addressed_at IS NULL")
UNFINISHED = text("owner IS NOT NULL")
MOVED = text("moved_to IS NOT NULL")
Serial = BigInteger().with_variant(Integer, "sqlite")
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *args: Any, **kwargs: Any) -> Column[str]:
    return Column(name, Text, *args, **{"nullable": False, **kwargs})


sources = Table(
    "sources",
    metadata,
    _text("id", primary_key=True),
    _text("negotiation"),
    Column("position", Integer, nullable=False),
    _text("name"),
    _text("url"),
    _text("language", nullable=True),
    _text("tier"),
    _text("party", nullable=True),
    Column("interval_s", Float, nullable=False),
    Column("enabled", Boolean, nullable=False),
    _text("etag", nullable=True),
    _text("last_modified", nullable=True),
    Column("pace_s", Float, nullable=False),
    Column("next_poll_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("last_polled_at", Moment),
    Column("last_success_at", Moment),
    Column("last_new_at", Moment),
    Column("error_count", Integer, nullable=False, server_default=text("0")),
    _text("problem", nullable=True),
    _text("reason", nullable=True),
    Column("stopped", Boolean, nullable=False, server_default=false()),
    _text("kind", nullable=True),
    Column("layout", JSON(none_as_null=True)),
    Column("failing_since", Moment),
    # Its habits: when its newest came, how long it is silent and learned from how many gaps, how late its dates are.
    Column("newest_at", Moment),
    Column("silence_s", Float),
    Column("silences", Integer, nullable=False, server_default=text("0")),
    Column("clock_lags", JSON, nullable=False, server_default=text("'[]'")),
    Column("clock_ahead_s", Float),
    # Its document: the same bytes since when, and how many entries in it.
    _text("digest", nullable=True),
    Column("unchanged_since", Moment),
    Column("entries", Integer),
    # Where it is polled in place of `url`, and a permanent redirect not believed yet, or not to be.
    _text("address", nullable=True),
    Column("moved_at", Moment),
    _text("moving_to", nullable=True),
    Column("moving_seen", Integer, nullable=False, server_default=text("0")),
    Column("moving_since", Moment),
    _text("unwanted", nullable=True),
    # The notice that told the desk of its trouble, until one tells that it is over.
    _text("told", nullable=True),
    Index(None, "next_poll_at"),
)

hubs = Table(
    "hubs",
    metadata,
    _text("source", ForeignKey("sources.id"), primary_key=True),
    _text("hub"),
    _text("topic"),
    _text("token", unique=True),
    _text("secret"),
    Column("next_at", Moment, nullable=False),
    Column("asked_at", Moment),
    Column("live_until", Moment),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    _text("reason", nullable=True),
    Index(None, "next_at"),
)

items = Table(
    "items",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    _text("id", unique=True),
    _text("negotiation"),
    _text("source"),
    _text("url"),
    _text("canonical_url"),
    _text("outlet"),
    _text("publisher"),
    _text("title"),
    _text("summary"),
    _text("tier"),
    _text("language", nullable=True),
    _text("party", nullable=True),
    _text("credit", nullable=True),
    Column("published", Moment),
    Column("first_seen", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("decided_revision", Integer, nullable=False, server_default=text("0")),
    Column("backfill", Boolean, nullable=False),
    # What was read on its own page; empty until then.
    _text("text", server_default=""),
    Index("ix_items_undecided", "negotiation", "seq", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
    Index(None, "source", "first_seen"),
)

revisions = Table(
    "revisions",
    metadata,
    _text("item", ForeignKey("items.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _text("summary"),
    Column("seen_at", Moment, nullable=False),
    _text("text", server_default=""),
)

article_texts = Table(
    "article_texts",
    metadata,
    _text("item", ForeignKey("items.id"), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("done_at", Moment),
    _text("problem", nullable=True),
    _text("reason", nullable=True),
)

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    _text("negotiation"),
    _text("item", ForeignKey("items.id")),
    Column("revision", Integer, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("first_seen", Moment, nullable=False),
    _text("development", nullable=True),
    Column("body", JSON, nullable=False),
    UniqueConstraint("item", "revision"),
    Index(None, "negotiation", "first_seen"),
    Index(None, "development"),
)

developments = Table(
    "developments",
    metadata,
    _text("id", primary_key=True),
    _text("negotiation"),
    Column("revision", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("last_report_at", Moment, nullable=False),
    Column("parties", JSON, nullable=False),
    Column("people", JSON, nullable=False),
    _text("plover", nullable=True),
    _text("stage", nullable=True),
    _text("corroboration"),
    Column("origins", Integer, nullable=False),
    _text("urgency"),
    Column("urgency_reasons", JSON, nullable=False),
    _text("follows", nullable=True),
    _text("merged_into", nullable=True),
    Column("not_new", Boolean, nullable=False, server_default=false()),
    Column("tracks_fixed", Boolean, nullable=False, server_default=false()),
    Column("waits", Boolean, nullable=False, server_default=false()),
    Index(None, "negotiation", "opened_at"),
    Index(None, "follows"),
    Index(None, "merged_into"),
)

development_tracks = Table(
    "development_tracks",
    metadata,
    _text("development", ForeignKey("developments.id"), primary_key=True),
    _text("track", primary_key=True),
    Column("position", Integer, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    _text("development", ForeignKey("developments.id"), primary_key=True),
    _text("item", ForeignKey("items.id"), primary_key=True),
    _text("status"),
    _text("origin"),
    Column("added_at", Moment, nullable=False),
    _text("revised_from", nullable=True),
    # Where it went when it left, when, and what its headline said until then.
    _text("moved_to", nullable=True),
    Column("moved_at", Moment),
    _text("said", nullable=True),
    Index(None, "item"),
    Index("ix_reports_moved_to", "moved_to", sqlite_where=MOVED, postgresql_where=MOVED),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    _text("development", ForeignKey("developments.id")),
    Column("revision", Integer, nullable=False),
    _text("action"),
    _text("item"),
    _text("change", nullable=True),
    _text("state_change", nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("addressed_at", Moment),
    UniqueConstraint("development", "revision"),
    Index(None, "item"),
    Index("ix_alerts_unaddressed", "id", sqlite_where=UNADDRESSED, postgresql_where=UNADDRESSED),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    _text("key", unique=True),
    _text("conversation"),
    # Of what a notice is about there is no development.
    _text("development", ForeignKey("developments.id"), nullable=True),
    Column("revision", Integer),
    _text("action"),
    _text("state"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Moment, nullable=False),
    Column("attempted_at", Moment),
    Column("not_before", Moment),
    # Slack may have had it since this time, under a database that a backup has replaced: asked of its history first.
    Column("look_from", Moment),
    Column("sent_at", Moment),
    _text("ts", nullable=True),
    _text("note", nullable=True),
    # Whose place in the conversation's order it takes (its own where there is none), and what it was folded into.
    Column("turn", BigInteger),
    Column("folded_into", BigInteger),
    # What a catch-up message or a notice says, which no alert does.
    Column("body", JSON),
    Index(None, "folded_into"),
    Index("ix_deliveries_open", "conversation", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    Index(None, "development", "conversation"),
)

conversations = Table(
    "conversations",
    metadata,
    _text("id", primary_key=True),
    Column("last_message_at", Moment),
    Column("last_edit_at", Moment),
)

pauses = Table(
    "pauses",
    metadata,
    _text("lane", primary_key=True),
    Column("until", Moment, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    _text("place", primary_key=True),
    _text("obstacle"),
    _text("reason"),
    Column("since", Moment, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next_probe_at", Moment, nullable=False),
    Column("mended_at", Moment),
    Column("told_at", Moment),
    Column("delivery", BigInteger, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    _text("conversation"),
    _text("negotiation"),
    _text("track"),
    _text("user"),
    _text("floor"),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("conversation", "negotiation", "track"),
    Index(None, "user"),
)

mutes = Table(
    "mutes",
    metadata,
    _text("conversation", primary_key=True),
    _text("negotiation", primary_key=True),
    _text("track", primary_key=True),
    Column("until", Moment, nullable=False),
    _text("user"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    _text("development", ForeignKey("developments.id")),
    _text("user"),
    _text("verdict"),
    Column("tracks", JSON, nullable=False),
    _text("note"),
    _text("other", nullable=True),
    Column("at", Moment, nullable=False),
    Index(None, "development"),
    Index(None, "at"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    _text("negotiation"),
    _text("act"),
    _text("development", ForeignKey("developments.id")),
    _text("other", nullable=True),
    Column("tracks", JSON, nullable=False),
    _text("user", nullable=True),
    _text("why"),
    Column("at", Moment, nullable=False),
    Index(None, "negotiation", "at"),
    Index(None, "development"),
    Index(None, "other"),
)

inbound = Table(
    "inbound",
    metadata,
    _text("key", primary_key=True),
    _text("kind"),
    Column("at", Moment, nullable=False),
    # The request itself while there is work left to do for it; who does it, until when, and how often it was begun.
    Column("body", JSON),
    _text("owner", nullable=True),
    Column("leased_until", Moment),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("acted_at", Moment),
    Index(None, "at"),
    Index("ix_inbound_unfinished", "leased_until", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
)

# Items let go of that their source may still list: without this they would be news again.
forgotten = Table(
    "forgotten",
    metadata,
    _text("item", primary_key=True),
    Column("last_listed_at", Moment, nullable=False),
    Index(None, "last_listed_at"),
)

restores = Table(
    "restores",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("restored_at", Moment, nullable=False),
    Column("backed_up_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    _text("actor"),
    _text("act"),
    Column("detail", JSON, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    _text("name", primary_key=True),
    _text("owner"),
    Column("until", Moment, nullable=False),
)
