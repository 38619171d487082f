"""An article's own page, read where its source gave no more than a headline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.item import Item


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What a page says, as far as it is needed to tell whose report it is; never shown, and never the whole of it.

    `lead` is its opening, `closing` its last words (where desks sign; empty where the lead reaches them), `byline` who
    signs above it, if anybody.
    """

    lead: str
    closing: str = ""
    byline: str | None = None

    @property
    def kept(self) -> str:
        """Both ends of it, as they are kept with the item."""
        return f"{self.lead} … {self.closing}" if self.closing else self.lead


@dataclass(frozen=True, slots=True)
class WantedText:
    """An item whose page is to be read, and which try this is, counted from 1."""

    item: Item
    attempt: int
