"""Politeness towards a host: a pause between fetches, and peace where it asks for peace."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.source import FetchFailed, Problem, Validators
from bot.sources.http import Document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from support.archive import Clock

    from bot.sources.http import Fetcher

NOTHING = Validators()


async def test_fetches_from_one_host_begin_a_gap_apart_and_another_host_does_not_wait(
    server: Any, start_server: Callable[..., Awaitable[Any]], make_fetcher: Callable[..., Awaitable[Fetcher]]
) -> None:
    begun: list[float] = []

    async def note(_request: Any, writer: Any) -> None:
        begun.append(time.monotonic())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    other = await start_server()
    fetcher = await make_fetcher(gap=1.0, deadline=60)
    url = server.on("/feed", note)
    started = time.monotonic()
    waiting = [asyncio.ensure_future(fetcher.get(url, NOTHING)) for _ in range(3)]
    elsewhere = await fetcher.get(other.reply("/feed", b"x"), NOTHING)
    assert isinstance(elsewhere, Document)
    assert len(begun) < 3
    assert all(isinstance(answer, Document) for answer in await asyncio.gather(*waiting))
    assert begun[2] - started >= 2.0


async def test_a_host_that_asks_for_a_pause_is_left_alone_by_every_source(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]], clock: Clock
) -> None:
    fetcher = await make_fetcher(clock=clock)
    busy = server.reply("/busy", status="429 Slow down", retry_after="120")
    other = server.reply("/other", b"x")
    assert await fetcher.get(busy, NOTHING) == FetchFailed(
        Problem.RATE_LIMITED, "answered 429 Too Many Requests", timedelta(minutes=2)
    )
    clock.now += timedelta(seconds=90)
    assert await fetcher.get(other, NOTHING) == FetchFailed(
        Problem.RATE_LIMITED,
        f"was not asked, for 127.0.0.1:{server.port} asked to be left alone for another 30 s",
        timedelta(seconds=30),
    )
    assert len(server.requests) == 1
    clock.now += timedelta(seconds=30)
    assert isinstance(await fetcher.get(other, NOTHING), Document)


@pytest.mark.parametrize(
    ("status", "wanted", "given"),
    [
        ("429 Slow down", None, timedelta(minutes=1)),
        ("429 Slow down", "604800", timedelta(hours=1)),
        ("503 Busy", "60", timedelta(minutes=1)),
        ("503 Busy", None, None),
        ("500 Oops", None, None),
    ],
)
async def test_how_long_a_host_is_left_alone(
    server: Any,
    make_fetcher: Callable[..., Awaitable[Fetcher]],
    clock: Clock,
    *,
    status: str,
    wanted: str | None,
    given: timedelta | None,
) -> None:
    fetcher = await make_fetcher(clock=clock)
    asked = {"retry_after": wanted} if wanted else {}
    await fetcher.get(server.reply("/busy", status=status, **asked), NOTHING)
    got = await fetcher.get(server.reply("/other", b"x"), NOTHING)
    assert (got.retry_after if isinstance(got, FetchFailed) else None) == given


async def test_a_pause_is_for_the_host_that_asked(
    server: Any, start_server: Callable[..., Awaitable[Any]], fetcher: Fetcher
) -> None:
    other = await start_server()
    await fetcher.get(server.reply("/busy", status="429 Slow down"), NOTHING)
    assert isinstance(await fetcher.get(other.reply("/feed", b"x"), NOTHING), Document)


async def test_a_newsroom_may_say_what_it_is_called(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]]
) -> None:
    fetcher = await make_fetcher(user_agent="SampleDesk/3 (+https://sample.example/bot)")
    await fetcher.get(server.reply("/feed", b"x"), NOTHING)
    assert server.requests[0].headers["user-agent"] == "SampleDesk/3 (+https://sample.example/bot)"
