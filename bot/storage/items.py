"""Items and their revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.domain.item import Item
from bot.domain.poll import PollRecord, Recorded
from bot.domain.source import Tier
from bot.storage.forgotten import still_listed
from bot.storage.schema import items, revisions
from bot.storage.upsert import insert_once

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection


async def keep_items(connection: AsyncConnection, record: PollRecord) -> Recorded:
    """Within a poll's transaction: add new items, add a revision where title or summary changed.

    Only the source that first gave an item revises it: another feed's shorter summary is not a correction.
    """
    ids = [item.id for item in record.items]
    known: dict[str, Row[Any]] = {}
    if ids:
        # Locked, for a text may be added to an item meanwhile: two changes must not get one number.
        rows = select(items).where(items.c.id.in_(ids)).order_by(items.c.id).with_for_update()
        known = {row.id: row for row in await connection.execute(rows)}
    gone = await still_listed(connection, [each for each in ids if each not in known], now=record.at)
    fresh, changes = [], []
    for item, canonical in zip(record.items, record.canonical_urls, strict=True):
        row = known.get(item.id)
        if item.id in gone:
            continue
        if row is None:
            fresh.append(_columns(item, record, canonical))
        elif row.source == record.source.id and (row.title, row.summary) != (item.title, item.summary):
            changes.append((row, item))
    await insert_once(connection, items, fresh)
    history = [_revision(row["id"], 1, row["title"], row["summary"], record) for row in fresh]
    for row, item in changes:
        number = row.revision + 1
        await connection.execute(
            update(items).where(items.c.id == item.id).values(title=item.title, summary=item.summary, revision=number)
        )
        history.append(_revision(item.id, number, item.title, item.summary, record, text=row.text))
    await insert_once(connection, revisions, history)
    touched = [*(row["id"] for row in fresh), *(item.id for _, item in changes)]
    return Recorded(new=len(fresh), revised=len(changes), ids=tuple(touched))


def _revision(
    item: str, number: int, title: str, summary: str, record: PollRecord, *, text: str = ""
) -> dict[str, Any]:
    return {"item": item, "number": number, "title": title, "summary": summary, "text": text, "seen_at": record.at}


def _columns(item: Item, record: PollRecord, canonical_url: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "negotiation": record.source.negotiation,
        "source": record.source.id,
        "url": item.url,
        "canonical_url": canonical_url,
        "outlet": item.outlet,
        "publisher": item.publisher,
        "title": item.title,
        "summary": item.summary,
        "tier": item.tier,
        "language": item.language,
        "party": item.party,
        "credit": item.credit,
        "published": item.published,
        "first_seen": item.first_seen,
        "revision": 1,
        "backfill": item.id in record.backfill,
    }


def item_from(
    row: Row[Any],
    *,
    title: str | None = None,
    summary: str | None = None,
    revision: int = 0,
    text: str | None = None,
) -> Item:
    """An item from a row of `items`, optionally as an earlier revision gave it."""
    return Item(
        id=row.id,
        url=row.url,
        outlet=row.outlet,
        publisher=row.publisher,
        first_seen=row.first_seen,
        title=row.title if title is None else title,
        summary=row.summary if summary is None else summary,
        tier=Tier(row.tier),
        language=row.language,
        published=row.published,
        party=row.party,
        credit=row.credit,
        revision=revision or row.revision,
        text=row.text if text is None else text,
    )
