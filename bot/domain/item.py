"""An item: one article as a source gave it, in its latest revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.source import Tier


BELIEVED = timedelta(days=7)
"""How long before it was first seen an item's published time is believed; a source's first look finds its last week."""


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
    def came_out(self) -> datetime:
        """When it was published as far as that can be believed: not after it was seen, nor long before."""
        if self.published is None:
            return self.first_seen
        return max(min(self.published, self.first_seen), self.first_seen - BELIEVED)

    @property
    def told(self) -> str:
        """What it says under its headline: what was read on its own page, else its source's summary."""
        return self.text or self.summary
