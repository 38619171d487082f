"""Fetches one document over HTTP: politely (conditional, two at a time a host) and safely (time, size, address)."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Self

import aiohttp
import httpx

from bot.domain.source import FetchFailed, NotModified, Problem, Validators
from bot.sources import http_reasons, web_address
from bot.sources.addresses import Allowance
from bot.sources.http_pool import Turns, transport
from bot.sources.unpack import ACCEPTED, PackingError, UnpackedTooLargeError, unpacker_for
from bot.sources.web_address import BadAddressError, parse_address, place

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from types import TracebackType

DEADLINE_SECONDS = 30.0
BODY_CAP = 5 * 1024 * 1024

_MAX_REDIRECTS = 5
# The share of its time a fetch may queue before that is told as a reason for its lateness.
_NOTABLE_QUEUE = 0.2
_FETCHES_A_HOST = 2
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_LONGEST_VALIDATOR = 1024
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it came: `body` unpacked, `url` where it was in the end found.

    `moved_to` is that address if every redirect to it was permanent. `notes` are sentences worth a warning.
    """

    body: bytes
    content_type: str | None
    url: str
    validators: Validators
    moved_to: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool


@dataclass(slots=True)
class _Progress:
    """How far a fetch had come, to say so if its time runs out."""

    answered: bool = False
    received: int = 0
    behind: str | None = None
    queued_at: float | None = None
    queued: float = 0.0

    def queue(self, behind: str, now: float) -> None:
        self.answered, self.received = False, 0
        self.behind, self.queued_at = behind, now

    def unqueue(self, now: float) -> None:
        if self.queued_at is not None:
            self.queued += now - self.queued_at
            self.queued_at = None


class Fetcher:
    """An HTTP client for documents of unknown manners. Use as an async context manager; safe to share between tasks.

    It never raises for what a server does, keeps no cookies, uses no proxy, and does not retry: when to ask again is
    decided elsewhere.

    Args:
        version: Ours, for the User-Agent.
        contact: Address or URL at which a publisher can reach the newsroom, for the User-Agent.
        allow_hosts: Hosts exempt from the private-address refusal; see `Allowance`.
        clock: Gives the present as aware UTC.
        deadline: Seconds one fetch may take in all, redirects and waiting for its turn included.
        body_cap: Bytes a body may have, packed or unpacked.
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
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allowance = Allowance(allow_hosts)
        self._clock = clock
        self._deadline = deadline
        self._body_cap = body_cap
        self._ssl_context = ssl_context
        self._headers = {
            "User-Agent": f"Backchannel/{version}" + (f" (+{contact})" if contact else ""),
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPTED,
        }
        self._turns = Turns(_FETCHES_A_HOST)
        self._pools = AsyncExitStack()

    async def __aenter__(self) -> Self:
        context = self._ssl_context or httpx.create_ssl_context()
        # Two pools, for a connection made under an exemption must never be reused by a fetch that has none.
        self._public = await self._pools.enter_async_context(transport(context, public_only=True))
        self._exempt = await self._pools.enter_async_context(transport(context, public_only=False))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pools.aclose()

    async def get(self, url: str, validators: Validators) -> Document | NotModified | FetchFailed:
        """Fetch `url` unless it is as it was when the server gave `validators`."""
        progress = _Progress()
        try:
            async with asyncio.timeout(self._deadline):
                return await self._follow(url, validators, progress)
        except TimeoutError:
            return FetchFailed(Problem.TIMEOUT, self._lateness(progress))

    async def _follow(
        self, url: str, validators: Validators, progress: _Progress
    ) -> Document | NotModified | FetchFailed:
        try:
            here = own = parse_address(url)
        except BadAddressError as error:
            return FetchFailed(Problem.ADDRESS_REFUSED, f"cannot be fetched: its address {error}")
        permanent = True
        notes: list[str] = []
        visited = {here}
        while True:
            answer = await self._ask(here, own, validators, progress)
            if isinstance(answer, Document):
                answer = replace(answer, notes=tuple(notes))
            if isinstance(answer, Document | NotModified):
                return replace(answer, moved_to=str(here) if permanent and here != own else None)
            if not isinstance(answer, _Redirect):
                return answer
            permanent = permanent and answer.permanent
            try:
                there = parse_address(str(here.join(answer.location)))
            except (BadAddressError, httpx.InvalidURL, UnicodeError) as error:
                why = error if isinstance(error, BadAddressError) else "cannot be understood"
                return FetchFailed(Problem.BAD_REDIRECT, f"redirects to an address that {why}")
            if there in visited:
                back = web_address.in_words(place(there))
                return FetchFailed(Problem.BAD_REDIRECT, f"redirects in a circle, back to {back}")
            if len(visited) > _MAX_REDIRECTS:
                return FetchFailed(Problem.BAD_REDIRECT, f"redirects more than {_MAX_REDIRECTS} times")
            if here.scheme == "https" and there.scheme == "http":
                notes.append(
                    f"It redirects from https to plain http at {there.host}, which anyone on the way can alter."
                )
            visited.add(there)
            here = there

    async def _ask(
        self, here: httpx.URL, own: httpx.URL, validators: Validators, progress: _Progress
    ) -> Document | NotModified | FetchFailed | _Redirect:
        at = place(here)
        exempt = self._allowance.covers(at, source=place(own))
        pool = self._exempt if exempt else self._public
        request = httpx.Request("GET", here, headers=self._headers | _conditions(validators))
        progress.queue(web_address.in_words(at), monotonic())
        async with self._turns.at(at):
            progress.unqueue(monotonic())
            try:
                response = await pool.handle_async_request(request)
                try:
                    progress.answered = True
                    return await self._judge(response, validators, progress)
                finally:
                    await response.aclose()
            except (httpx.HTTPError, aiohttp.ClientError) as error:
                refused = http_reasons.refused_address(error)
                if refused is not None:
                    return _refused(here, refused.ip, refused.kind, redirected=here != own)
                return http_reasons.from_exception(error, host=here.host, received=progress.received)

    async def _judge(
        self, response: httpx.Response, validators: Validators, progress: _Progress
    ) -> Document | NotModified | FetchFailed | _Redirect:
        status = response.status_code
        if status == HTTPStatus.NOT_MODIFIED and validators != Validators():
            return NotModified()
        if status in _REDIRECTS:
            location = response.headers.get("location")
            if not location:
                return FetchFailed(Problem.BAD_REDIRECT, f"answered {status}, a redirect, without saying where to")
            return _Redirect(location, permanent=status in _PERMANENT)
        if not response.is_success or status in {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}:
            headers = response.headers
            wait = http_reasons.read_retry_after(
                headers.get("retry-after"), date=headers.get("date"), now=self._clock()
            )
            return http_reasons.from_status(status, wait)
        return await self._read(response, progress)

    async def _read(self, response: httpx.Response, progress: _Progress) -> Document | FetchFailed:
        cap = http_reasons.in_words(self._body_cap)
        announced = response.headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced) > self._body_cap:
            length = http_reasons.in_words(int(announced))
            return FetchFailed(Problem.TOO_LARGE, f"is {length} long; at most {cap} is read")
        body = bytearray()
        try:
            unpacker = unpacker_for(response.headers.get("content-encoding"), self._body_cap)
            async for piece in response.aiter_raw():
                progress.received += len(piece)
                if progress.received > self._body_cap:
                    return FetchFailed(Problem.TOO_LARGE, f"sent {cap} and had not ended")
                body += unpacker.feed(piece)
            unpacker.finish()
        except UnpackedTooLargeError:
            sent = http_reasons.in_words(progress.received)
            return FetchFailed(Problem.TOO_LARGE, f"sent {sent} that unpack to more than {cap}")
        except PackingError as error:
            return FetchFailed(Problem.BAD_ENCODING, str(error))
        return Document(
            body=bytes(body),
            content_type=response.headers.get("content-type"),
            url=str(response.url),
            validators=Validators(
                etag=_validator(response.headers.get("etag")),
                last_modified=_validator(response.headers.get("last-modified")),
            ),
        )

    def _lateness(self, progress: _Progress) -> str:
        limit = f"{self._deadline:g} s"
        progress.unqueue(monotonic())
        if progress.queued > _NOTABLE_QUEUE * self._deadline:
            queue = f"{progress.queued:.2g} s of which it was kept waiting by other fetches from {progress.behind}"
            return f"did not answer within {limit}, {queue}"
        if progress.answered:
            sent = http_reasons.in_words(progress.received)
            return f"began to answer but had not ended within {limit} ({sent} had come)"
        return f"did not answer within {limit}"


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value is not None}


def _validator(value: str | None) -> str | None:
    """Keep only what can be sent back as a header as it stands."""
    if value is None or not value.isascii() or not value.isprintable() or len(value) > _LONGEST_VALIDATOR:
        return None
    return value or None


def _refused(here: httpx.URL, ip: str, kind: str, *, redirected: bool) -> FetchFailed:
    at = place(here)
    where = web_address.in_words(at) + ("" if at[0] == ip else f" ({ip})")
    reason = f"{'redirects to' if redirected else 'is at'} {where}, {kind}"
    remedy = f"add {web_address.in_words(at)} to BACKCHANNEL_ALLOW_HOSTS if that is meant"
    return FetchFailed(Problem.ADDRESS_REFUSED, f"{reason}; {remedy}")
