"""Fetches one document over HTTP: politely (conditional, few at a time a host) and safely (time, size, address)."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, Protocol, Self

import aiohttp
import httpx

from bot.domain.source import FetchFailed, NotModified, Problem, Validators
from bot.sources import http_reasons, web_address
from bot.sources.addresses import Allowance
from bot.sources.http_answer import Document, Progress, Redirect, judge
from bot.sources.http_pool import Turns, transport
from bot.sources.sparing import Spared
from bot.sources.unpack import ACCEPTED
from bot.sources.web_address import BadAddressError, parse_address, place

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from types import TracebackType

    from aiohttp.abc import AbstractResolver

__all__ = ["BODY_CAP", "DEADLINE_SECONDS", "Document", "Fetcher", "Gate"]

DEADLINE_SECONDS = 30.0
BODY_CAP = 5 * 1024 * 1024

_MAX_REDIRECTS = 5
_FETCHES_A_HOST = 2
# The newsroom's sources are asked again and again; so many of their addresses are taken apart only once.
_parsed = lru_cache(maxsize=2048)(parse_address)
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)


class Gate(Protocol):
    """Says of an address, before it is asked, whether its owner lets us; see `robots`."""

    async def admits(self, url: httpx.URL, *, own: httpx.URL) -> float | FetchFailed:
        """Seconds to keep between two fetches of its host, or why it may not be fetched.

        `own` is the address that was to be fetched, which may have led here.
        """
        ...


class Fetcher:
    """An HTTP client for documents of unknown manners. Use as an async context manager; safe to share between tasks.

    It never raises for what a server does, keeps no cookies, uses no proxy, and does not retry: when to ask again is
    decided elsewhere.

    Args:
        version: Ours, for the User-Agent.
        contact: Address or URL at which a publisher can reach the newsroom, for the User-Agent.
        user_agent: The whole User-Agent header, in place of one made of these two.
        allow_hosts: Hosts exempt from the private-address refusal; see `Allowance`.
        clock: Gives the present as aware UTC.
        deadline: Seconds one fetch may take in all, redirects and waiting for its turn included.
        body_cap: Bytes a body may have, packed or unpacked.
        gap: Seconds between the beginnings of two fetches from one host.
        resolver: Looks names up, in place of the system's way.
        ssl_context: To trust other certificates than the usual ones.
    """

    def __init__(
        self,
        *,
        version: str,
        contact: str | None,
        clock: Callable[[], datetime],
        allow_hosts: Iterable[str] = (),
        deadline: float = DEADLINE_SECONDS,
        body_cap: int = BODY_CAP,
        gap: float = 0.0,
        user_agent: str | None = None,
        resolver: AbstractResolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allowance = Allowance(allow_hosts)
        self._clock = clock
        self._deadline = deadline
        self._body_cap = body_cap
        self._ssl_context = ssl_context
        self.user_agent = user_agent or f"Backchannel/{version}" + (f" (+{contact})" if contact else "")
        self._headers = {
            "User-Agent": self.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPTED,
        }
        self._turns = Turns(_FETCHES_A_HOST, gap)
        self._spared = Spared()
        self._resolver = resolver
        self._pools = AsyncExitStack()

    async def __aenter__(self) -> Self:
        context = self._ssl_context or httpx.create_ssl_context()
        # Two pools, for a connection made under an exemption must never be reused by a fetch that has none.
        self._public = await self._pools.enter_async_context(
            transport(context, public_only=True, resolver=self._resolver)
        )
        self._exempt = await self._pools.enter_async_context(
            transport(context, public_only=False, resolver=self._resolver)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pools.aclose()

    async def get(
        self, url: str, validators: Validators, *, gate: Gate | None = None, own: httpx.URL | None = None
    ) -> Document | NotModified | FetchFailed:
        """Fetch `url` unless it is as it was when the server gave `validators`.

        Args:
            url: Where to.
            validators: What the server gave last time.
            gate: Asked before each address on the way.
            own: The address on whose behalf this is fetched, where that is another: by it exemptions are judged.
        """
        progress = Progress()
        try:
            async with asyncio.timeout(self._deadline):
                return await self._follow(url, validators, progress, gate, own)
        except TimeoutError:
            return FetchFailed(Problem.TIMEOUT, progress.lateness(self._deadline, monotonic()))

    async def _follow(
        self, url: str, validators: Validators, progress: Progress, gate: Gate | None, own: httpx.URL | None
    ) -> Document | NotModified | FetchFailed:
        try:
            here = start = _parsed(url)
        except BadAddressError as error:
            return FetchFailed(Problem.ADDRESS_REFUSED, f"cannot be fetched: its address {error}")
        own = own or start
        permanent = True
        notes: list[str] = []
        visited = {here}
        while True:
            gap = await gate.admits(here, own=own) if gate is not None else 0.0
            if isinstance(gap, FetchFailed):
                return gap
            at = place(here)
            progress.queue(web_address.in_words(at), monotonic())
            async with self._turns.at(at, gap=gap):
                progress.unqueue(monotonic())
                answer = await self._ask(here, at, own, validators, progress)
            if isinstance(answer, Document) and notes:
                answer = replace(answer, notes=tuple(notes))
            if isinstance(answer, Document | NotModified):
                return replace(answer, moved_to=str(here)) if permanent and here is not start else answer
            if not isinstance(answer, Redirect):
                return answer
            permanent = permanent and answer.permanent
            there = _next(here, answer.location, visited)
            if isinstance(there, FetchFailed):
                return there
            if here.scheme == "https" and there.scheme == "http":
                notes.append(
                    f"It redirects from https to plain http at {there.host}, which anyone on the way can alter."
                )
            visited.add(there)
            here = there

    async def _ask(
        self, here: httpx.URL, at: tuple[str, int], own: httpx.URL, validators: Validators, progress: Progress
    ) -> Document | NotModified | FetchFailed | Redirect:
        left = self._spared.left(at, now=self._clock())
        if left is not None:
            wanted = f"{web_address.in_words(at)} asked to be left alone for another {http_reasons.span(left)}"
            return FetchFailed(Problem.RATE_LIMITED, f"was not asked, for {wanted}", left)
        exempt = self._allowance.covers(at, source=place(own))
        pool = self._exempt if exempt else self._public
        # With its empty body given: working out what a body needs costs more than all else about a request.
        request = httpx.Request(
            "GET", here, headers=self._headers | _conditions(validators), stream=httpx.ByteStream(b"")
        )
        request.read()
        try:
            response = await pool.handle_async_request(request)
            try:
                progress.answered = True
                answer = await judge(response, validators, progress, cap=self._body_cap, now=self._clock())
            finally:
                await response.aclose()
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            refused = http_reasons.refused_address(error)
            if refused is not None:
                return _refused(here, refused.ip, refused.kind, redirected=here != own)
            return http_reasons.from_exception(error, host=here.host, received=progress.received)
        if isinstance(answer, FetchFailed) and (answer.retry_after or answer.problem is Problem.RATE_LIMITED):
            self._spared.begin(at, answer.retry_after, now=self._clock())
        return answer


def _next(here: httpx.URL, location: str, visited: set[httpx.URL]) -> httpx.URL | FetchFailed:
    """Where a redirect leads, unless that is nowhere fit."""
    try:
        there = parse_address(str(here.join(location)))
    except (BadAddressError, httpx.InvalidURL, UnicodeError) as error:
        why = error if isinstance(error, BadAddressError) else "cannot be understood"
        return FetchFailed(Problem.BAD_REDIRECT, f"redirects to an address that {why}")
    if there in visited:
        back = web_address.in_words(place(there))
        return FetchFailed(Problem.BAD_REDIRECT, f"redirects in a circle, back to {back}")
    if len(visited) > _MAX_REDIRECTS:
        return FetchFailed(Problem.BAD_REDIRECT, f"redirects more than {_MAX_REDIRECTS} times")
    return there


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value is not None}


def _refused(here: httpx.URL, ip: str, kind: str, *, redirected: bool) -> FetchFailed:
    at = place(here)
    where = web_address.in_words(at) + ("" if web_address.is_same(at[0], ip) else f" ({ip})")
    reason = f"{'redirects to' if redirected else 'is at'} {where}, {kind}"
    remedy = f"add {web_address.in_words(at)} to BACKCHANNEL_ALLOW_HOSTS if that is meant"
    return FetchFailed(Problem.ADDRESS_REFUSED, f"{reason}; {remedy}")
