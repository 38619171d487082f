"""A web server of bad manners on loopback, a clock that stands, and fetchers pointed at the server."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.sources.http import Fetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)

# Self-signed, for localhost and 127.0.0.1, made for these tests and of no use elsewhere.
CERTIFICATE = Path(__file__).parent / "localhost.pem"


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class HostileServer:
    """Answers each path as told, byte for byte, and remembers what it was asked.

    A connection stays open after an answer unless its handler closes the writer.
    """

    port: int = 0
    secure: bool = False
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    busy: Counter[str] = field(default_factory=Counter)
    busiest: int = 0

    def __post_init__(self) -> None:
        self._handlers: dict[str, Callable[[Request, asyncio.StreamWriter], Awaitable[None]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{path}"

    def on(self, path: str, handler: Callable[[Request, asyncio.StreamWriter], Awaitable[None]]) -> str:
        """Answer `path` with a handler that writes what it likes; gives the address."""
        self._handlers[path] = handler
        return self.url(path)

    def reply(self, path: str, body: bytes = b"", status: str = "200 OK", **headers: str) -> str:
        """Answer `path` with a whole, well-formed answer; header names are written with underscores."""
        given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        lines = {"content-length": str(len(body))} | given
        head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        return self.raw(path, head.encode("latin-1") + body)

    def raw(self, path: str, answer: bytes, *, close: bool = False) -> str:
        """Answer `path` with exactly these bytes."""

        async def handler(_: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)
            if close:
                writer.close()

        return self.on(path, handler)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, *rest = head.strip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (entry.partition(":") for entry in rest)}
                request = Request(line.split(" ")[1], headers)
                self.requests.append(request)
                self.busy["now"] += 1
                self.busiest = max(self.busiest, self.busy["now"])
                try:
                    await self._handlers[request.path](request, writer)
                    await writer.drain()
                finally:
                    self.busy["now"] -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone, as it may
        finally:
            writer.close()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
async def start_server() -> AsyncIterator[Callable[..., Awaitable[HostileServer]]]:
    """Start a server on a free port; `secure=True` for TLS with a certificate nobody trusts."""
    running: list[tuple[HostileServer, asyncio.Server]] = []

    async def start(*, secure: bool = False) -> HostileServer:
        server = HostileServer(secure=secure)
        context = None
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
        listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
        server.port = listener.sockets[0].getsockname()[1]
        running.append((server, listener))
        return server

    yield start
    for server, listener in running:
        listener.close()
        await server.stop()
        await listener.wait_closed()


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
