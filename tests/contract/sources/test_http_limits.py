"""Time, size and number: what a fetch may cost, whatever the server does."""

from __future__ import annotations

import asyncio
import gzip
import re
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING, Any

import brotli
import pytest

from bot.domain.source import FetchFailed, Problem, Validators
from bot.sources.http import Document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sources.http import Fetcher

NOTHING = Validators()
CAP = 5 * 1024 * 1024


async def test_a_server_that_never_answers_is_left_at_the_deadline(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]]
) -> None:
    async def silence(_request: Any, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    fetcher = await make_fetcher(deadline=0.2)
    began = time.monotonic()
    got = await fetcher.get(server.on("/feed", silence), NOTHING)
    assert got == FetchFailed(Problem.TIMEOUT, "did not answer within 0.2 s")
    assert time.monotonic() - began < 2


async def test_a_server_that_drips_is_left_at_the_deadline(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]]
) -> None:
    async def drip(_request: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    fetcher = await make_fetcher(deadline=0.3)
    got = await fetcher.get(server.on("/feed", drip), NOTHING)
    assert isinstance(got, FetchFailed)
    assert got.problem is Problem.TIMEOUT
    assert got.reason.startswith("began to answer but had not ended within 0.3 s (")
    assert got.reason.endswith(" bytes had come)")


async def test_redirects_share_one_deadline(server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]]) -> None:
    async def dawdle(request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        following = int(request.path[1:]) + 1
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: /{following}\r\nContent-Length: 0\r\n\r\n".encode())

    for step in range(6):
        server.on(f"/{step}", dawdle)
    fetcher = await make_fetcher(deadline=0.4)
    got = await fetcher.get(server.url("/0"), NOTHING)
    assert got == FetchFailed(Problem.TIMEOUT, "did not answer within 0.4 s")


async def test_a_long_body_is_not_even_begun_when_its_length_is_told(server: Any, fetcher: Fetcher) -> None:
    url = server.raw("/feed", b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n")
    got = await fetcher.get(url, NOTHING)
    assert got == FetchFailed(Problem.TOO_LARGE, "is 50 MB long; at most 5 MB is read")


async def test_a_long_body_is_left_at_the_cap(server: Any, fetcher: Fetcher) -> None:
    sent = 0

    async def flood(_request: Any, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(800):
            writer.write(b"x" * 65536)
            sent += 65536
            await writer.drain()

    got = await fetcher.get(server.on("/feed", flood), NOTHING)
    assert got == FetchFailed(Problem.TOO_LARGE, "sent 5 MB and had not ended")
    # What the sockets' buffers took is sent as well; the 50 MB are not.
    assert sent < 6 * CAP


async def test_a_body_of_just_the_cap_is_read(server: Any, fetcher: Fetcher) -> None:
    got = await fetcher.get(server.reply("/feed", b"x" * CAP), NOTHING)
    assert isinstance(got, Document)
    assert len(got.body) == CAP


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "identity": lambda body: body,
    "deflate, gzip": lambda body: gzip.compress(zlib.compress(body)),
}


@pytest.mark.parametrize("coding", PACKERS)
async def test_each_coding_is_unpacked(server: Any, fetcher: Fetcher, coding: str) -> None:
    body = b"".join(b"<item>%d</item>" % number for number in range(20_000))
    got = await fetcher.get(server.reply("/feed", PACKERS[coding](body), content_encoding=coding), NOTHING)
    assert isinstance(got, Document)
    assert got.body == body


async def test_bare_deflate_and_gzip_of_several_members_are_unpacked(server: Any, fetcher: Fetcher) -> None:
    bare = zlib.compressobj(wbits=-15)
    packed = bare.compress(b"talks") + bare.flush()
    got = await fetcher.get(server.reply("/bare", packed, content_encoding="deflate"), NOTHING)
    assert isinstance(got, Document)
    assert got.body == b"talks"
    members = gzip.compress(b"talks ") + gzip.compress(b"go on") + b"\0" * 8
    got = await fetcher.get(server.reply("/members", members, content_encoding="gzip"), NOTHING)
    assert isinstance(got, Document)
    assert got.body == b"talks go on"


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "deflate, gzip"])
async def test_a_bomb_stops_at_the_cap(server: Any, fetcher: Fetcher, coding: str) -> None:
    bomb = PACKERS[coding](bytes(12 * CAP))
    assert len(bomb) < 100_000
    url = server.reply("/feed", bomb, content_encoding=coding)
    tracemalloc.start()
    got = await fetcher.get(url, NOTHING)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(got, FetchFailed)
    assert got.problem is Problem.TOO_LARGE
    assert got.reason.endswith(" that unpack to more than 5 MB")
    assert peak < 6 * CAP


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("gzip", b"<rss/>", "says it is gzip, but cannot be unpacked"),
        ("br", b"<rss/>" * 50, "says it is brotli, but cannot be unpacked"),
        ("gzip", gzip.compress(b"<rss/>" * 50, mtime=0)[:-9], "broke off in the middle of its gzip data"),
        ("br", brotli.compress(b"<rss/>" * 50)[:-2], "broke off in the middle of its brotli data"),
        ("zstd", b"x", "is packed as “zstd”, which was not asked for (asked: gzip, deflate, br)"),
        ("gzip, gzip, gzip", b"x", "is packed 3 times over"),
    ],
)
async def test_bad_packing_is_told(server: Any, fetcher: Fetcher, coding: str, body: bytes, reason: str) -> None:
    got = await fetcher.get(server.reply("/feed", body, content_encoding=coding), NOTHING)
    assert got == FetchFailed(Problem.BAD_ENCODING, reason)


async def test_two_at_a_time_to_one_host_and_all_get_their_turn(server: Any, fetcher: Fetcher) -> None:
    async def slowly(_request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    url = server.on("/feed", slowly)
    got = await asyncio.gather(*(fetcher.get(url, NOTHING) for _ in range(6)))
    assert all(isinstance(answer, Document) for answer in got)
    assert server.busiest == 2
    assert server.connections == 2


async def test_a_source_that_is_late_for_having_queued_says_so(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]]
) -> None:
    async def slowly(_request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    fetcher = await make_fetcher(deadline=0.5)
    url = server.on("/feed", slowly)
    first, second, third = await asyncio.gather(*(fetcher.get(url, NOTHING) for _ in range(3)))
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(third, FetchFailed)
    waited = rf"0\.3\d? s of which it was kept waiting by other fetches from 127\.0\.0\.1:{server.port}"
    assert re.fullmatch(rf"did not answer within 0\.5 s, {waited}", third.reason)


async def test_a_hanging_host_does_not_delay_another(
    server: Any, start_server: Callable[..., Awaitable[Any]], make_fetcher: Callable[..., Awaitable[Fetcher]]
) -> None:
    async def silence(_request: Any, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    other = await start_server()
    fetcher = await make_fetcher(deadline=1.5)
    hanging = [asyncio.ensure_future(fetcher.get(server.on("/feed", silence), NOTHING)) for _ in range(4)]
    began = time.monotonic()
    assert isinstance(await fetcher.get(other.reply("/feed", b"x"), NOTHING), Document)
    assert time.monotonic() - began < 1.2
    assert all(isinstance(answer, FetchFailed) for answer in await asyncio.gather(*hanging))
