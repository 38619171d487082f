"""A web server of bad manners on loopback: it answers each path byte for byte as told, and each attack by its name."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.source import Fetched, FetchFailed, Problem, Source, Tier, Validators
from bot.sources.http import Fetcher
from bot.sources.registry import SourceReader

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.domain.source import FetchOutcome

NOW = datetime(2025, 12, 2, 18, 0, tzinfo=UTC)
# No attack may make us take more than this, whatever it is that never ends.
_ENOUGH = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    inside: int = 0


class Writer:
    """A stream writer that counts, and can slam the door."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.written = 0

    def write(self, data: bytes) -> None:
        self.written += len(data)
        self._writer.write(data)

    async def drain(self) -> None:
        await self._writer.drain()

    async def flood(self, piece: bytes, *, pause: float | None = None) -> None:
        """The same again and again, until nobody takes it any more."""
        while self.written < _ENOUGH and not self._writer.is_closing():
            self.write(piece)
            await self._writer.drain()
            await asyncio.sleep(0 if pause is None else pause)

    def close(self) -> None:
        self._writer.close()

    def is_closing(self) -> bool:
        return self._writer.is_closing()

    async def reset(self) -> None:
        await self._writer.drain()
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


if TYPE_CHECKING:
    Handler = Callable[[Request, Writer], Awaitable[None]]


@dataclass
class HostileServer:
    """Answers each path as told, byte for byte, and remembers what it was asked.

    A connection stays open after an answer unless its handler closes the writer.
    """

    port: int = 0
    secure: bool = False
    inside: int = 0
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    sent: int = 0
    busy: Counter[str] = field(default_factory=Counter)
    busiest: int = 0

    def __post_init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{path}"

    def on(self, path: str, handler: Handler) -> str:
        """Answer `path` with a handler that writes what it likes; gives the address."""
        self._handlers[path] = handler
        return self.url(path)

    def reply(self, path: str, body: bytes = b"", status: str = "200 OK", **headers: str) -> str:
        """Answer `path` with a whole, well-formed answer; header names are written with underscores."""
        return self.on(path, whole(body, status, **headers))

    def raw(self, path: str, answer: bytes, *, close: bool = False) -> str:
        """Answer `path` with exactly these bytes."""
        return self.on(path, exactly(answer, close=close))

    async def serve(self, reader: asyncio.StreamReader, stream: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        writer = Writer(stream)
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, *rest = head.strip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (entry.partition(":") for entry in rest)}
                request = Request(line.split(" ")[1], headers, self.inside)
                self.requests.append(request)
                self.busy["now"] += 1
                self.busiest = max(self.busiest, self.busy["now"])
                handler = self._handlers.get(request.path) or self._handlers["/" + request.path.split("/")[1]]
                try:
                    await handler(request, writer)
                    await writer.drain()
                finally:
                    self.busy["now"] -= 1
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, as it may, or the test is over
        finally:
            self.sent += writer.written
            writer.close()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def listening(*, inside: int = 0, context: ssl.SSLContext | None = None) -> AsyncIterator[HostileServer]:
    """A server on a free port; with `context`, over TLS."""
    server = HostileServer(secure=context is not None, inside=inside)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await server.stop()
        await listener.wait_closed()


def whole(body: bytes = b"", status: str = "200 OK", **headers: str) -> Handler:
    """A whole, well-formed answer; header names are written with underscores."""
    given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    lines = {"content-length": str(len(body))} | given
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    return exactly(head.encode("latin-1") + body)


def exactly(answer: bytes, *, close: bool = False) -> Handler:
    """Exactly these bytes."""

    async def handler(_: Request, writer: Writer) -> None:
        writer.write(answer)
        if close:
            writer.close()

    return handler


@dataclass(frozen=True)
class Attack:
    """One thing a hostile source may do, and how it must end.

    `problem` and `told` are what is made of it: the reason an editor reads, or, where nothing has to be refused, what
    was read. Ports in it stand as PORT (its own) and INSIDE. `at` is looked at in place of the attack's own path.
    """

    name: str
    tries: str
    problem: Problem | None
    told: str
    answer: Handler = field(default=whole())
    at: str | None = None
    resolves: tuple[str, ...] = ()
    deadline: float = 20.0
    mending: float = 20.0


@dataclass(frozen=True)
class Met:
    """What became of one: `sent` bytes had left the server, `seconds` it took."""

    problem: Problem | None
    told: str
    sent: int
    seconds: float


class Names(AbstractResolver):
    """Looks every name up as an attacker's name server would."""

    def __init__(self, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:  # noqa: ARG002 (the interface)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


class Ground:
    """The attacks' server, and another inside the newsroom's network which none of them may reach."""

    def __init__(self, here: HostileServer, inside: HostileServer) -> None:
        self.here = here
        self.inside = inside

    async def meet(self, attack: Attack) -> Met:
        """Look at an attack's address as the program would look at any source's."""
        own = self.here.on(f"/{attack.name}", attack.answer)
        address = attack.at.format(inside=self.inside.port) if attack.at else own
        fetcher = Fetcher(
            version="1",
            contact=None,
            clock=lambda: NOW,
            allow_hosts=[f"127.0.0.1:{self.here.port}"],
            deadline=attack.deadline,
            ssl_context=_context(),
            resolver=Names(attack.resolves) if attack.resolves else None,
        )
        before, began = self.here.sent, time.monotonic()
        async with fetcher:
            reader = SourceReader(fetcher, lambda: NOW, lenient_deadline=attack.mending)
            outcome = await reader.look(_source(address), Validators())
        took = time.monotonic() - began
        await self.here.stop()  # what it still sends nobody takes
        problem = outcome.problem if isinstance(outcome, FetchFailed) else None
        return Met(problem, self._told(outcome), self.here.sent - before, took)

    def _told(self, outcome: FetchOutcome) -> str:
        match outcome:
            case FetchFailed(_, reason):
                text = reason
            case Fetched():
                first = next(iter(outcome.entries), None)
                shown = f": “{first.title[:60]}” {first.url[:60]}" if first else ""
                text = " ".join((f"{len(outcome.entries)} read{shown}", *outcome.warnings))
            case _:
                text = "unchanged"
        text = re.sub(r"\d+ (?:bytes|KB)(?= had come| that unpack)", "SOME", text)
        return text.replace(f":{self.here.port}", ":PORT").replace(f":{self.inside.port}", ":INSIDE")


@cache
def _context() -> ssl.SSLContext:
    """Made once, for it takes longer than most attacks."""
    return httpx.create_ssl_context()


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """Both servers, up."""
    async with listening() as inside, listening(inside=inside.port) as here:
        inside.on("/", whole(b"<rss><channel><item><title>Secret</title><link>/1</link></item></channel></rss>"))
        yield Ground(here, inside)


def _source(url: str) -> Source:
    return Source("sample", "talks", "Sample", url, None, Tier.OTHER, None, timedelta(minutes=5))
