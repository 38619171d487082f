"""Looks at sources: fetches each and hands it to the reader of its kind. There is one kind so far, feeds."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.domain.source import FetchFailed
from bot.sources.feed import LENIENT_DEADLINE_SECONDS, read_feed
from bot.sources.http import Document

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.source import FetchOutcome, Source, Validators
    from bot.sources.http import Fetcher


class SourceReader:
    """One look at a source, from its address to its entries.

    It decides nothing about when to look again and remembers nothing between looks. It never raises for what a source
    does.

    Args:
        fetcher: Entered already; shared by all looks.
        clock: Gives the present as aware UTC, by which dates in the future are told.
        lenient_deadline: Seconds that mending a broken feed may take.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        clock: Callable[[], datetime],
        *,
        lenient_deadline: float = LENIENT_DEADLINE_SECONDS,
    ) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._lenient_deadline = lenient_deadline

    async def look(self, source: Source, validators: Validators) -> FetchOutcome:
        """Say what the source has now, or that it is unchanged since it gave `validators`, or why it gave nothing."""
        document = await self._fetcher.get(source.url, validators)
        if not isinstance(document, Document):
            return document
        outcome = await read_feed(
            document.body,
            document.content_type,
            document.url,
            now=self._clock(),
            lenient_deadline=self._lenient_deadline,
        )
        if isinstance(outcome, FetchFailed):
            return outcome
        return replace(
            outcome,
            validators=document.validators,
            moved_to=document.moved_to,
            digest=sha256(document.body).hexdigest(),
            warnings=(*document.notes, *outcome.warnings),
        )
