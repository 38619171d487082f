"""An item: one article as a source gave it, in its latest revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.source import Tier


@dataclass(frozen=True, slots=True)
class Item:
    """One article. `id` stands for the canonical URL and never changes; `revision` counts from 1.

    `outlet` is what an editor reads as the publisher ("Sample Wire", or the host of the URL);
    `publisher` is the id of its family in `publishers.yaml`, or the host where it is not listed.
    `text` is what was read on the article's own page (its lead and last words), where that was done.
    Times are aware UTC. Order between items is `first_seen`, never `published`: sources lie about the latter.
    """

    id: str
    url: str
    outlet: str
    publisher: str
    first_seen: datetime
    title: str
    summary: str
    tier: Tier
    language: str | None = None
    published: datetime | None = None
    party: str | None = None
    credit: str | None = None
    revision: int = 1
    text: str = ""

    @property
    def told(self) -> str:
        """What it says under its headline: what was read on its own page, else its source's summary."""
        return self.text or self.summary
