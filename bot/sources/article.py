"""Reads the opening of an article from its own page, as robots.txt allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.article import ArticleText
from bot.domain.source import FetchFailed, Problem, Validators
from bot.sources.article_text import extract
from bot.sources.charset import decode
from bot.sources.http import Document
from bot.sources.killable import NotDoneError, run_killable

if TYPE_CHECKING:
    from bot.sources.http import Fetcher, Gate

EXTRACTING_SECONDS = 20.0


class ArticleReader:
    """Fetches an article's page and takes its opening. It never raises for what a site does, and retries nothing.

    Args:
        fetcher: Entered already.
        robots: Says which pages may be read.
        deadline: Seconds that taking the text out of a page may take.
    """

    def __init__(self, fetcher: Fetcher, robots: Gate, *, deadline: float = EXTRACTING_SECONDS) -> None:
        self._fetcher = fetcher
        self._robots = robots
        self._deadline = deadline

    async def read(self, url: str) -> ArticleText | FetchFailed:
        """The article at `url`, or why there is none."""
        page = await self._fetcher.get(url, Validators(), gate=self._robots)
        if isinstance(page, FetchFailed):
            return page
        if not isinstance(page, Document):
            return FetchFailed(Problem.HTTP_STATUS, "answered that nothing changed, which was not asked")
        text = decode(page.body, page.content_type).text
        try:
            found = await run_killable(extract, text, deadline=self._deadline)
        except NotDoneError as error:
            return FetchFailed(Problem.MALFORMED, f"is a page whose text cannot be taken out: that {error}")
        if found is None:
            return FetchFailed(Problem.MALFORMED, "is a page on which no article was found")
        lead, closing, byline = found
        return ArticleText(lead, closing, byline or None)
