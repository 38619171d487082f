"""robots.txt: asked for pages, believed as RFC 9309 says, kept for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.domain.source import FetchFailed, Problem, Validators
from bot.sources.http import Document
from bot.sources.robots import Robots

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from support.archive import Clock

    from bot.sources.http import Fetcher

NOTHING = Validators()
FORBIDDEN = FetchFailed(Problem.ROBOTS, "may not be read by programs, says the robots.txt of 127.0.0.1")


@pytest.fixture
async def read(make_fetcher: Callable[..., Awaitable[Fetcher]], clock: Clock) -> Callable[[str], Awaitable[Any]]:
    """Read a page as any page is read."""
    fetcher = await make_fetcher(clock=clock)
    robots = Robots(fetcher, clock)

    async def page(url: str) -> Any:
        return await fetcher.get(url, NOTHING, gate=robots)

    return page


def asked(server: Any) -> list[str]:
    return [request.path for request in server.requests]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /private/", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Backchannel\nAllow: /", True),
        ("User-agent: backchannel\nDisallow: /news/", False),
        ("User-agent: Backchannel\nDisallow: /news/\nAllow: /news/1", True),
        ("User-agent: *\nDisallow: /*1$", False),
        ("User-agent: SomeoneElse\nDisallow: /", True),
        ("\ufeffUser-agent: *\r\nDisallow: /", False),
        ("<!doctype html><title>Not found</title>", True),
    ],
)
async def test_its_rules_are_followed(server: Any, read: Any, rules: str, *, allowed: bool) -> None:
    server.reply("/robots.txt", rules.encode())
    got = await read(server.reply("/news/1", b"talks"))
    assert isinstance(got, Document) if allowed else got == FORBIDDEN
    assert asked(server) == ["/robots.txt", "/news/1"][: 1 + allowed]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "401 Unauthorized", "403 Forbidden"])
async def test_a_site_without_one_forbids_nothing(server: Any, read: Any, status: str) -> None:
    server.reply("/robots.txt", status=status)
    assert isinstance(await read(server.reply("/news/1", b"talks")), Document)


@pytest.mark.parametrize(
    ("status", "reason"),
    [("500 Oops", "answered 500 Internal Server Error"), ("429 Slow down", "answered 429 Too Many Requests")],
)
async def test_a_site_whose_rules_cannot_be_had_is_left_alone_until_they_can(
    server: Any, read: Any, clock: Clock, status: str, reason: str
) -> None:
    server.reply("/robots.txt", status=status)
    page = server.reply("/news/1", b"talks")
    got = await read(page)
    assert isinstance(got, FetchFailed)
    assert got.problem is Problem.ROBOTS
    assert got.reason == (f"is left alone, for the robots.txt of 127.0.0.1 says what may be read, and it {reason}")
    server.reply("/robots.txt", b"")
    assert await read(page) == got
    assert asked(server) == ["/robots.txt"]
    clock.now += timedelta(minutes=15)
    assert isinstance(await read(page), Document)


async def test_they_are_kept_for_a_day_and_longer_where_the_site_fails(server: Any, read: Any, clock: Clock) -> None:
    server.reply("/robots.txt", b"User-agent: *\nDisallow: /news/2")
    first, second = server.reply("/news/1", b"x"), server.reply("/news/2", b"x")
    assert isinstance(await read(first), Document)
    assert await read(second) == FORBIDDEN
    clock.now += timedelta(hours=23)
    assert isinstance(await read(first), Document)
    assert asked(server).count("/robots.txt") == 1
    clock.now += timedelta(hours=2)
    server.reply("/robots.txt", status="503 Busy")
    assert await read(second) == FORBIDDEN
    assert isinstance(await read(first), Document)
    assert asked(server).count("/robots.txt") == 2
    clock.now += timedelta(minutes=20)
    server.reply("/robots.txt", b"")
    assert isinstance(await read(second), Document)


async def test_the_rules_of_where_a_redirect_leads_count_too(
    server: Any,
    start_server: Callable[..., Awaitable[Any]],
    make_fetcher: Callable[..., Awaitable[Fetcher]],
    clock: Clock,
) -> None:
    other = await start_server()
    fetcher = await make_fetcher(clock=clock, allow_hosts=[f"127.0.0.1:{server.port}", f"127.0.0.1:{other.port}"])
    server.reply("/robots.txt", b"")
    other.reply("/robots.txt", b"User-agent: *\nDisallow: /")
    away = server.reply("/news/1", status="302 Found", location=other.reply("/news/1", b"x"))
    assert await fetcher.get(away, NOTHING, gate=Robots(fetcher, clock)) == FORBIDDEN
    assert asked(other) == ["/robots.txt"]


async def test_asking_for_rules_opens_no_door_into_the_network(
    server: Any, start_server: Callable[..., Awaitable[Any]], read: Any
) -> None:
    """127.0.0.1 is exempt as a source's own address; what a page of it redirects to is not."""
    inside = await start_server()
    inside.reply("/robots.txt", b"")
    server.reply("/robots.txt", b"")
    got = await read(server.reply("/news/1", status="302 Found", location=inside.url("/secret")))
    assert isinstance(got, FetchFailed)
    assert got.problem is Problem.ADDRESS_REFUSED
    assert inside.connections == 0


async def test_its_delay_is_kept_between_pages_within_bounds(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]], clock: Clock
) -> None:
    fetcher = await make_fetcher(clock=clock)
    for given, kept in (("0.3", 0.3), ("86400", 10.0), ("-5", 0.0), ("soon", 0.0)):
        server.reply("/robots.txt", f"User-agent: *\nCrawl-delay: {given}\nDisallow: /x".encode())
        url = httpx.URL(server.url("/news/1"))
        assert await Robots(fetcher, clock).admits(url, own=url) == kept


async def test_rules_made_to_be_expensive_are_given_up(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]], clock: Clock
) -> None:
    fetcher = await make_fetcher(clock=clock, deadline=30)
    robots = Robots(fetcher, clock, deadline=2)
    names = "".join(f"User-agent: a{n}\n" for n in range(12_000))
    rules = "".join(f"Disallow: /{n}\n" for n in range(12_000))
    server.reply("/robots.txt", (names + rules).encode())
    got = await fetcher.get(server.reply("/news/1", b"x"), NOTHING, gate=robots)
    assert isinstance(got, FetchFailed)
    assert got.problem is Problem.ROBOTS
    assert got.reason == (
        "is left alone, for the robots.txt of 127.0.0.1 says what may be read, "
        "and it cannot be read: that did not end within 2 s"
    )
    assert await fetcher.get(server.url("/news/1"), NOTHING, gate=robots) == got, "nor is it tried again at once"
    assert asked(server) == ["/robots.txt"]
