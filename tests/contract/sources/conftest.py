"""A web server of bad manners on loopback, a clock that stands, and fetchers pointed at the server."""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.archive import Clock
from support.hostile import NOW, HostileServer, listening

from bot.sources.http import Fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

# Self-signed, for localhost and 127.0.0.1, made for these tests and of no use elsewhere.
CERTIFICATE = Path(__file__).parent / "localhost.pem"


@pytest.fixture
async def start_server() -> AsyncIterator[Callable[..., Awaitable[HostileServer]]]:
    """Start a server on a free port; `secure=True` for TLS with a certificate nobody trusts."""
    async with AsyncExitStack() as running:

        async def start(*, secure: bool = False) -> HostileServer:
            context = None
            if secure:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
            return await running.enter_async_context(listening(context=context))

        yield start


@pytest.fixture
async def server(start_server: Callable[..., Awaitable[HostileServer]]) -> HostileServer:
    return await start_server()


@pytest.fixture
async def make_fetcher() -> AsyncIterator[Callable[..., Awaitable[Fetcher]]]:
    """Make a fetcher to which 127.0.0.1 is allowed, with these arguments; it closes when the test ends."""
    made: list[Fetcher] = []

    async def make(**arguments: Any) -> Fetcher:
        defaults = {
            "version": "1.2",
            "contact": "desk@sample.example",
            "clock": lambda: NOW,
            "allow_hosts": ["127.0.0.1"],
            "deadline": 10,
        }
        fetcher = Fetcher(**(defaults | arguments))
        await fetcher.__aenter__()
        made.append(fetcher)
        return fetcher

    yield make
    for fetcher in made:
        await fetcher.__aexit__(None, None, None)


@pytest.fixture
async def fetcher(make_fetcher: Callable[..., Awaitable[Fetcher]]) -> Fetcher:
    return await make_fetcher()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)
