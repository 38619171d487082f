"""HTTPS: certificates are checked, and a way down to plain HTTP is noted."""

from __future__ import annotations

import asyncio
import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.source import Fetched, FetchFailed, Problem, Source, Tier, Validators
from bot.sources.http import Document
from bot.sources.registry import SourceReader

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sources.http import Fetcher

NOTHING = Validators()
CERTIFICATE = Path(__file__).parent / "localhost.pem"


async def test_a_certificate_nobody_vouches_for_is_not_trusted(
    fetcher: Fetcher, start_server: Callable[..., Awaitable[Any]]
) -> None:
    secure = await start_server(secure=True)
    got = await fetcher.get(secure.reply("/feed", b"x"), NOTHING)
    assert isinstance(got, FetchFailed)
    assert got.problem is Problem.TLS
    assert got.reason.startswith("has a certificate that cannot be trusted (")
    assert secure.requests == []


async def test_a_server_that_does_not_speak_tls_is_told(fetcher: Fetcher) -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        got = await fetcher.get(f"https://127.0.0.1:{port}/feed", NOTHING)
    assert got == FetchFailed(Problem.TLS, "could not agree on a secure connection (TLS) with 127.0.0.1")


async def test_a_trusted_server_is_read_and_its_way_down_to_plain_http_is_noted(
    server: Any,
    start_server: Callable[..., Awaitable[Any]],
    make_fetcher: Callable[..., Awaitable[Fetcher]],
    now: datetime,
) -> None:
    secure = await start_server(secure=True)
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    fetcher = await make_fetcher(
        ssl_context=trusting, allow_hosts=[f"127.0.0.1:{server.port}", f"127.0.0.1:{secure.port}"]
    )
    got = await fetcher.get(secure.reply("/feed", b"x"), NOTHING)
    assert isinstance(got, Document)
    assert got.notes == ()
    down = secure.reply("/down", status="301 Moved", location=server.reply("/feed", b"y"))
    got = await fetcher.get(down, NOTHING)
    assert isinstance(got, Document)
    assert got.body == b"y"
    note = "It redirects from https to plain http at 127.0.0.1, which anyone on the way can alter."
    assert got.notes == (note,)
    server.reply("/feed", b"<rss><channel/></rss>")
    source = Source("sample", "ukraine_russia", "Sample", down, None, Tier.OTHER, None, timedelta(minutes=5))
    outcome = await SourceReader(fetcher, lambda: now).look(source, NOTHING)
    assert isinstance(outcome, Fetched)
    assert outcome.warnings == (note, "It is a feed without any entries.")
