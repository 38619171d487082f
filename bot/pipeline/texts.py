"""Texts: read the page of a report whose source gave no more than a headline, to learn whose report it is.

The alert does not wait for it. What is read becomes part of the item, which is then decided on once more: a desk that
reprints an agency says so in its text, not in its headline, and is no second origin. It is tried twice at most, and a
page that cannot be had changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.detection.article_text import speaks_of
from bot.domain.article import ArticleText
from bot.domain.source import FetchFailed, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from bot.domain.article import WantedText

# A summary of less is a headline over again or a teaser, and names no source.
SHORT = 100
# Old reports are settled; a restart must not send us round every page of the last days.
RECENT = timedelta(hours=1)
AT_ONCE = 4
ATTEMPTS = 2
AGAIN = timedelta(minutes=2)

_FINAL = frozenset({Problem.ROBOTS, Problem.ADDRESS_REFUSED, Problem.GONE, Problem.TOO_LARGE})

log = logging.getLogger(__name__)


class TextStore(Protocol):
    """Which pages are to be read, and what came of it."""

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
        ...

    async def keep(self, item: str, text: ArticleText, *, now: datetime) -> None:
        """Make the text part of the item, which waits for a decision again; nothing if it has one already."""
        ...

    async def fail(self, item: str, failure: FetchFailed, *, final: bool, now: datetime) -> None:
        """Keep why a page could not be read; `final`: it is not tried again."""
        ...


class PageReader(Protocol):
    """Reads articles."""

    async def read(self, url: str) -> ArticleText | FetchFailed:
        """The article at `url`. A failure is an outcome, not an exception."""
        ...


class TextStep:
    """Reads some of the pages that wait, side by side. `sources` are the ids of those whose pages may be read."""

    def __init__(self, store: TextStore, reader: PageReader, sources: Collection[str]) -> None:
        self._store = store
        self._reader = reader
        self._sources = frozenset(sources)

    async def run(self, now: datetime) -> int:
        """Read what waits, at most a few pages; returns how many were tried."""
        wanted = await self._store.claim(
            sources=self._sources,
            shorter_than=SHORT,
            seen_after=now - RECENT,
            attempts=ATTEMPTS,
            again_at=now + AGAIN,
            now=now,
            limit=AT_ONCE,
        )
        async with asyncio.TaskGroup() as reading:
            for each in wanted:
                reading.create_task(self._read(each, now))
        return len(wanted)

    async def _read(self, wanted: WantedText, now: datetime) -> None:
        item = wanted.item
        outcome = await self._reader.read(item.url)
        if isinstance(outcome, ArticleText) and not speaks_of(item.title, outcome.kept):
            outcome = FetchFailed(Problem.MALFORMED, "is a page that says nothing of what its headline says")
        if isinstance(outcome, ArticleText):
            await self._store.keep(item.id, outcome, now=now)
            return
        final = wanted.attempt >= ATTEMPTS or outcome.problem in _FINAL
        log.info("page of item %s (%s): it %s", item.id, item.url, outcome.reason)
        await self._store.fail(item.id, outcome, final=final, now=now)
