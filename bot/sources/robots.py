"""What a site's robots.txt lets a program read (RFC 9309).

It is asked for pages, which are made for people. Feeds, sitemaps and interfaces are made for programs and are read
without asking.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.domain.source import FetchFailed, Problem, Validators
from bot.sources.http import Document
from bot.sources.killable import NotDoneError, run_killable
from bot.sources.robots_rules import judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import httpx

    from bot.sources.http import Fetcher

# The standard forbids to go by an older copy, unless it cannot be had anew.
FRESH = timedelta(hours=24)
# How soon one that could not be had is asked for again.
AGAIN = timedelta(minutes=15)
# A site that wants longer between two pages gets this: beyond it a page comes too late to be news.
LONGEST_DELAY_SECONDS = 10.0
READING_SECONDS = 10.0

# The standard asks for no less.
_READ_BYTES = 500 * 1024
_SITES = 500
_TOKEN = re.compile(r"[A-Za-z_-]+")


@dataclass(slots=True)
class _Site:
    """What is known of one site: its rules, once had, or why not; good until `until`."""

    until: datetime | None = None
    rules: str | None = None
    trouble: FetchFailed | None = None
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """Says which pages may be fetched and how far apart; a gate for `Fetcher.get`. It remembers in memory only.

    A site that says there is no robots.txt forbids nothing. One that cannot be reached, or does not answer properly,
    forbids everything until it can, unless an earlier copy is known.

    Args:
        fetcher: Entered already. The first word of its User-Agent is the name looked for in the rules.
        clock: Gives the present as aware UTC.
        deadline: Seconds that reading one robots.txt may take.
    """

    def __init__(self, fetcher: Fetcher, clock: Callable[[], datetime], *, deadline: float = READING_SECONDS) -> None:
        self._fetcher = fetcher
        self._deadline = deadline
        self._clock = clock
        name = _TOKEN.match(fetcher.user_agent)
        self._name = name[0] if name else "*"
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    async def admits(self, url: httpx.URL, *, own: httpx.URL) -> float | FetchFailed:
        """Seconds to keep between two pages of the site, at most 10; or why this one may not be read.

        `own` is the address on whose behalf: as with any other fetch, it decides which private addresses are exempt.
        """
        root = str(url.copy_with(raw_path=b"/", fragment=None))
        site = await self._site(root, own)
        if site.rules is None:
            return _unknown(site, url)
        if not site.rules:
            return 0.0
        try:
            allowed, delay = await run_killable(judge, site.rules, str(url), self._name, deadline=self._deadline)
        except NotDoneError as error:
            site.rules = None
            site.trouble = FetchFailed(Problem.MALFORMED, f"cannot be read: that {error}")
            return _unknown(site, url)
        if not allowed:
            return FetchFailed(Problem.ROBOTS, f"may not be read by programs, says the robots.txt of {url.host}")
        return min(delay, LONGEST_DELAY_SECONDS)

    async def _site(self, root: str, own: httpx.URL) -> _Site:
        site = self._sites.setdefault(root, _Site())
        self._sites.move_to_end(root)
        if len(self._sites) > _SITES:
            self._sites.popitem(last=False)
        async with site.asking:
            now = self._clock()
            if site.until is None or now >= site.until:
                await self._ask(site, root, own, now)
        return site

    async def _ask(self, site: _Site, root: str, own: httpx.URL, now: datetime) -> None:
        answer = await self._fetcher.get(f"{root}robots.txt", Validators(), own=own)
        if isinstance(answer, Document):
            site.rules = answer.body[:_READ_BYTES].decode("utf-8-sig", errors="replace")
        elif isinstance(answer, FetchFailed) and _is_unavailable(answer):
            site.rules = ""
        elif isinstance(answer, FetchFailed):
            site.trouble = answer
            if answer.problem is Problem.ADDRESS_REFUSED:
                return  # for whom it was asked, not for everybody
            # Nor is the site asked again before it wishes to be.
            site.until = now + max(AGAIN, answer.retry_after or AGAIN)
            return
        site.until = now + FRESH


def _unknown(site: _Site, url: httpx.URL) -> FetchFailed:
    trouble = site.trouble or FetchFailed(Problem.ROBOTS, "could not be had")
    if trouble.problem is Problem.ADDRESS_REFUSED:
        return trouble
    reason = f"is left alone, for the robots.txt of {url.host} says what may be read, and it {trouble.reason}"
    return FetchFailed(Problem.ROBOTS, reason, trouble.retry_after)


def _is_unavailable(answer: FetchFailed) -> bool:
    """Whether an answer means that there is no robots.txt: it is not there for us, or nowhere in five redirects.

    "Too many requests" is no such answer, though its number is among them.
    """
    if answer.problem is Problem.BAD_REDIRECT:
        return True
    status = answer.status or 0
    told = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return told and status != HTTPStatus.TOO_MANY_REQUESTS
