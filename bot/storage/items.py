"""Items and their revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, update

from bot.domain.item import Item
from bot.domain.poll import PollRecord, Recorded
from bot.domain.source import Tier
from bot.storage.among import among
from bot.storage.forgotten import still_listed
from bot.storage.schema import items, revisions
from bot.storage.upsert import put_once

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection, Row

# Built once, for each look asks them. Locked, for a text may be added to an item meanwhile: two changes must not get
# one number; in the order of ids, so that two who lock several wait for each other in one direction only.
_KNOWN = (
    select(items.c.id, items.c.source, items.c.title, items.c.summary, items.c.revision)
    .where(among(items.c.id, "ids"))
    .order_by(items.c.id)
    .with_for_update()
)
# What was read on their pages: their next revision has it too.
_TEXTS = select(items.c.id, items.c.text).where(among(items.c.id, "ids"))
_CHANGE = update(items).where(items.c.id == bindparam("of"))


class _Known(NamedTuple):
    source: str
    title: str
    summary: str
    revision: int


def keep_items(connection: Connection, looks: Sequence[PollRecord]) -> list[Recorded]:
    """Within a transaction: add new items, add a revision where title or summary changed; look after look.

    Only the source that first gave an item revises it: another feed's shorter summary is not a correction.
    """
    listed = {item.id: look.at for look in looks for item in look.items}
    rows = connection.execute(_KNOWN, {"ids": [*listed]}) if listed else ()
    known = {row[0]: _Known(*row[1:]) for row in rows}
    gone = still_listed(connection, {each: at for each, at in listed.items() if each not in known})
    changes = _Changes(known, gone)
    recorded = [changes.add(look) for look in looks]
    changes.write(connection)
    return recorded


class _Changes:
    """What looks change, compared with what is known, which each adds to."""

    def __init__(self, known: dict[str, _Known], gone: AbstractSet[str]) -> None:
        self._known = known
        self._gone = gone
        self._fresh: list[dict[str, Any]] = []
        self._changed: list[dict[str, Any]] = []
        self._history: list[dict[str, Any]] = []

    def add(self, look: PollRecord) -> Recorded:
        """One look's items."""
        new, revised = [], []
        for item, canonical in zip(look.items, look.canonical_urls, strict=True):
            if item.id in self._gone:
                continue
            known = self._known.get(item.id)
            if known is None:
                new.append(item.id)
                self._fresh.append(_columns(item, look, canonical))
                self._note(item, look, 1)
            elif known.source == look.source.id and (known.title, known.summary) != (item.title, item.summary):
                revised.append(item.id)
                number = known.revision + 1
                self._changed.append({"of": item.id, "title": item.title, "summary": item.summary, "revision": number})
                self._note(item, look, number)
        return Recorded(new=len(new), revised=len(revised), ids=(*new, *revised))

    def _note(self, item: Item, look: PollRecord, number: int) -> None:
        self._known[item.id] = _Known(look.source.id, item.title, item.summary, number)
        self._history.append(
            {
                "item": item.id,
                "number": number,
                "title": item.title,
                "summary": item.summary,
                "text": "",
                "seen_at": look.at,
            }
        )

    def write(self, connection: Connection) -> None:
        """All of it, the new in the order they were listed."""
        put_once(connection, items, self._fresh)
        if self._changed:
            rows = connection.execute(_TEXTS, {"ids": [each["of"] for each in self._changed]})
            texts = {row.id: row.text for row in rows}
            self._history = [each | {"text": texts.get(each["item"], "")} for each in self._history]
            connection.execute(_CHANGE, self._changed)
        put_once(connection, revisions, self._history)


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
