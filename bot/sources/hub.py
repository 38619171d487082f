"""Asks WebSub hubs for subscriptions.

Who a feed's hub is its owner chooses, so a hub is dialled under the same rule as any source: public addresses only,
unless the newsroom says otherwise. Redirects are not followed.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

import aiohttp
import httpx

from bot.sources import http_reasons
from bot.sources.addresses import Allowance
from bot.sources.http_pool import transport
from bot.sources.web_address import BadAddressError, in_words, parse_address, place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta
    from types import TracebackType

    from bot.domain.push import Subscription

DEADLINE_SECONDS = 20.0


class HubClient:
    """Sends requests to hubs. Use as an async context manager.

    Args:
        version: Ours, for the User-Agent.
        allow_hosts: Hosts exempt from the private-address refusal; see `Allowance`.
        deadline: Seconds one request may take in all.
    """

    def __init__(self, *, version: str, allow_hosts: Iterable[str], deadline: float = DEADLINE_SECONDS) -> None:
        self._allowance = Allowance(allow_hosts)
        self._deadline = deadline
        self._headers = {
            "User-Agent": f"Backchannel/{version}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._pools = AsyncExitStack()

    async def __aenter__(self) -> Self:
        context = httpx.create_ssl_context()
        self._public = await self._pools.enter_async_context(transport(context, public_only=True))
        self._exempt = await self._pools.enter_async_context(transport(context, public_only=False))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pools.aclose()

    async def subscribe(self, subscription: Subscription, callback: str, lease: timedelta) -> str | None:
        """Ask for a subscription: None if the hub took the request, else why not, as the rest of a sentence."""
        form = {
            "hub.mode": "subscribe",
            "hub.topic": subscription.hub.topic,
            "hub.callback": callback,
            "hub.secret": subscription.secret,
            "hub.lease_seconds": str(int(lease.total_seconds())),
        }
        try:
            hub, source = parse_address(subscription.hub.url), parse_address(subscription.source.url)
        except BadAddressError as error:
            return f"cannot be asked: its address {error}"
        exempt = self._allowance.covers(place(hub), source=place(source))
        pool = self._exempt if exempt else self._public
        request = httpx.Request("POST", hub, headers=self._headers, content=urlencode(form).encode())
        try:
            async with asyncio.timeout(self._deadline):
                response = await pool.handle_async_request(request)
                await response.aclose()
        except TimeoutError:
            return f"did not answer within {self._deadline:g} s"
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            if (refused := http_reasons.refused_address(error)) is not None:
                return f"is at {in_words(place(hub))}, {refused.kind}"
            return http_reasons.from_exception(error, host=hub.host, received=0).reason
        if response.is_success:
            return None
        return http_reasons.from_status(response.status_code, None).reason
