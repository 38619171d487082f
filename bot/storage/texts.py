"""The texts of articles: which pages are to be read, and what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, update

from bot.domain.article import WantedText
from bot.storage.items import item_from
from bot.storage.schema import article_texts, decisions, items, revisions
from bot.storage.upsert import insert_first, insert_once

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.article import ArticleText
    from bot.domain.source import FetchFailed
    from bot.storage.database import Database


class TextStore:
    """Implements the text step's store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self,
        *,
        sources: Collection[str],
        shorter_than: int,
        seen_after: datetime,
        attempts: int,
        again_at: datetime,
        now: datetime,
        limit: int,
    ) -> Sequence[WantedText]:
        """Take up to `limit` reports in developments, of these sources, with so short a summary, first seen since then.

        An attempt is counted when it is taken; nobody gets the report again before `again_at`, nor after `attempts`.
        """
        tries = func.coalesce(article_texts.c.attempts, 0)
        due = (
            select(items, tries.label("tries"))
            .join(decisions, and_(decisions.c.item == items.c.id, decisions.c.revision == items.c.decided_revision))
            .outerjoin(article_texts, article_texts.c.item == items.c.id)
            .where(
                items.c.source.in_(sources),
                items.c.first_seen > seen_after,
                ~items.c.backfill,
                items.c.text == "",
                func.length(items.c.summary) < shorter_than,
                decisions.c.development.is_not(None),
                tries < attempts,
                article_texts.c.done_at.is_(None),
                or_(article_texts.c.not_before.is_(None), article_texts.c.not_before <= now),
            )
            .order_by(items.c.first_seen, items.c.seq)
            .limit(limit)
        )
        async with self._database.read() as connection:
            if (await connection.execute(due)).first() is None:
                return []  # most of the time: no need to keep writers out
        async with self._database.write() as connection:
            rows = (await connection.execute(due)).all()
            return [WantedText(item_from(row), row.tries + 1) for row in rows if await _take(connection, row, again_at)]

    async def keep(self, item: str, text: ArticleText, *, now: datetime) -> None:
        """Make the text part of the item, which waits for a decision again; nothing if it has one already."""
        this = items.c.id == item
        async with self._database.write() as connection:
            row = (await connection.execute(select(items).where(this).with_for_update())).one()
            done = {"done_at": now, "problem": None, "reason": None}
            await connection.execute(update(article_texts).where(article_texts.c.item == item).values(done))
            if row.text:
                return
            number = row.revision + 1
            changed = {"text": text.kept, "credit": row.credit or text.byline, "revision": number}
            await connection.execute(update(items).where(this).values(changed))
            history = {"item": item, "number": number, "title": row.title, "summary": row.summary, "text": text.kept}
            await insert_once(connection, revisions, [history | {"seen_at": now}])

    async def fail(self, item: str, failure: FetchFailed, *, final: bool, now: datetime) -> None:
        """Keep why a page could not be read; `final`: it is not tried again."""
        values = {"problem": failure.problem, "reason": failure.reason, "done_at": now if final else None}
        async with self._database.write() as connection:
            await connection.execute(update(article_texts).where(article_texts.c.item == item).values(values))


async def _take(connection: AsyncConnection, row: Row[Any], again_at: datetime) -> bool:
    """Count an attempt; False where another process was first."""
    if row.tries == 0:
        fresh = {"item": row.id, "attempts": 1, "not_before": again_at}
        return bool(await insert_first(connection, article_texts, fresh))
    this = and_(article_texts.c.item == row.id, article_texts.c.attempts == row.tries)
    again = {"attempts": row.tries + 1, "not_before": again_at}
    return bool((await connection.execute(update(article_texts).where(this).values(again))).rowcount)
