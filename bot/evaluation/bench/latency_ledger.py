"""What the bot's database says of a latency run: what is left to do, what was decided, and what was told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.evaluation.bench.wire_server import name_in

if TYPE_CHECKING:
    from pathlib import Path

_WAITING = (
    "SELECT count(*) FROM items WHERE decided_revision < revision",
    "SELECT count(*) FROM alerts WHERE addressed_at IS NULL",
    "SELECT count(*) FROM deliveries WHERE action <> 'edit' AND state IN ('pending', 'sending')",
    "SELECT count(*) FROM deliveries WHERE action = 'edit' AND state IN ('pending', 'sending')",
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: items for a decision, alerts for addresses, messages and edits for their turn."""

    items: int
    alerts: int
    messages: int
    edits: int

    @property
    def but_edits(self) -> int:
        """All that waits but edits."""
        return self.items + self.alerts + self.messages

    @property
    def whole(self) -> int:
        """All that waits."""
        return self.but_edits + self.edits


@dataclass(frozen=True, slots=True)
class Copy:
    """One delivery: its key, where it went, the article that caused it, what became of it and when (Unix time)."""

    key: str
    conversation: str
    development: str
    article: str
    action: str
    state: str
    sent_at: float | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """`items` by name of the article, whether each was relevant and what it was to its development; every copy."""

    items: dict[str, tuple[bool, str]]
    developments: frozenset[str]
    copies: tuple[Copy, ...]


def backlog(database: Path) -> Backlog:
    """What waits now."""
    with closing(_open(database)) as connection:
        return Backlog(*(connection.execute(query).fetchone()[0] for query in _WAITING))


def ledger(database: Path) -> Ledger:
    """What was decided and told."""
    with closing(_open(database)) as connection:
        decided = connection.execute(
            "SELECT items.url, json_extract(body, '$.relevant'), json_extract(body, '$.status') FROM items"
            " LEFT JOIN decisions ON decisions.item = items.id WHERE NOT items.backfill"
        )
        items = {name_in(url): (bool(relevant), str(status)) for url, relevant, status in decided}
        found = connection.execute("SELECT id FROM developments WHERE NOT waits").fetchall()
        copies = connection.execute(
            "SELECT deliveries.key, conversation, deliveries.development, items.url, deliveries.action, state, sent_at"
            " FROM deliveries JOIN alerts USING (development, revision) JOIN items ON items.id = alerts.item"
        )
        return Ledger(
            items,
            frozenset(each for (each,) in found),
            tuple(_copy(*row) for row in copies),
        )


def _copy(  # noqa: PLR0917 (a row's columns)
    key: str, conversation: str, development: str, url: str, action: str, state: str, sent_at: str | None
) -> Copy:
    at = datetime.fromisoformat(sent_at).replace(tzinfo=UTC).timestamp() if sent_at else None
    return Copy(key, conversation, development, name_in(url), action, state, at)


def _open(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
