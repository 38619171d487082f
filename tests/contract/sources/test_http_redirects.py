"""Redirects: followed by hand, each judged, none into our own network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.source import FetchFailed, Problem, Validators
from bot.sources.http import Document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sources.http import Fetcher

NOTHING = Validators()


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [(["301"], True), (["308", "301"], True), (["301", "302", "301"], False), (["307"], False), (["303"], False)],
)
async def test_a_move_is_told_only_if_every_redirect_was_permanent(
    server: Any, fetcher: Fetcher, statuses: list[str], *, permanent: bool
) -> None:
    for step, status in enumerate(statuses):
        server.reply(f"/{step}", status=f"{status} Moved", location=f"/{step + 1}")
    found = server.reply(f"/{len(statuses)}", b"x", etag='"new"')
    got = await fetcher.get(server.url("/0"), Validators('"old"'))
    assert isinstance(got, Document)
    assert got.url == found
    assert got.moved_to == (found if permanent else None)
    assert got.validators == Validators('"new"')


async def test_a_document_where_it_always_was_has_not_moved(server: Any, fetcher: Fetcher) -> None:
    got = await fetcher.get(server.reply("/feed", b"x"), NOTHING)
    assert isinstance(got, Document)
    assert got.moved_to is None


async def test_five_redirects_are_followed_and_no_more(server: Any, fetcher: Fetcher) -> None:
    for step in range(6):
        server.reply(f"/{step}", status="302 Found", location=f"/{step + 1}")
    server.reply("/6", b"x")
    assert isinstance(await fetcher.get(server.url("/1"), NOTHING), Document)
    got = await fetcher.get(server.url("/0"), NOTHING)
    assert got == FetchFailed(Problem.BAD_REDIRECT, "redirects more than 5 times")


async def test_a_circle_is_told(server: Any, fetcher: Fetcher) -> None:
    server.reply("/a", status="302 Found", location="/b")
    server.reply("/b", status="302 Found", location="/a#again")
    got = await fetcher.get(server.url("/a"), NOTHING)
    at = f"127.0.0.1:{server.port}"
    assert got == FetchFailed(Problem.BAD_REDIRECT, f"redirects in a circle, back to {at}")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "redirects to an address that begins with file:, not http: or https:"),
        ("gopher://sample.example/", "redirects to an address that begins with gopher:, not http: or https:"),
        (
            "http://me:secret@sample.example/",
            "redirects to an address that carries a user name, which is not supported",
        ),
        ("http://[::1", "redirects to an address that cannot be understood"),
        ("http://127.1/", "redirects to an address that has no usable host name"),
        ("http://2130706433/", "redirects to an address that has no usable host name"),
        ("http://0x7f.0.0.1/", "redirects to an address that has no usable host name"),
        ("http://0177.0.0.1/", "redirects to an address that cannot be understood"),
    ],
)
async def test_a_redirect_that_leads_nowhere_fit_is_told(
    server: Any, fetcher: Fetcher, location: str, reason: str
) -> None:
    got = await fetcher.get(server.reply("/feed", status="301 Moved", location=location), NOTHING)
    assert got == FetchFailed(Problem.BAD_REDIRECT, reason)


async def test_a_redirect_to_nowhere_is_told(server: Any, fetcher: Fetcher) -> None:
    got = await fetcher.get(server.reply("/feed", status="302 Found"), NOTHING)
    assert got == FetchFailed(Problem.BAD_REDIRECT, "answered 302, a redirect, without saying where to")


async def test_a_redirect_to_another_port_of_this_machine_is_refused_unless_listed_with_it(
    server: Any,
    fetcher: Fetcher,
    start_server: Callable[..., Awaitable[Any]],
    make_fetcher: Callable[..., Awaitable[Fetcher]],
) -> None:
    inside = await start_server()
    secret = inside.reply("/secret", b"secret")
    away = server.reply("/feed", status="302 Found", location=secret)
    refused = FetchFailed(
        Problem.ADDRESS_REFUSED,
        f"redirects to 127.0.0.1:{inside.port}, a private address (this machine itself); "
        f"add 127.0.0.1:{inside.port} to BACKCHANNEL_ALLOW_HOSTS if that is meant",
    )
    assert await fetcher.get(away, NOTHING) == refused
    # As a source of its own the same place may be read, and having been read opens no door for the redirect.
    assert isinstance(await fetcher.get(secret, NOTHING), Document)
    assert await fetcher.get(away, NOTHING) == refused
    assert len(inside.requests) == 1
    listed = await make_fetcher(allow_hosts=[f"127.0.0.1:{server.port}", f"127.0.0.1:{inside.port}"])
    assert isinstance(await listed.get(away, NOTHING), Document)


@pytest.mark.parametrize("host", ["[::ffff:127.0.0.1]", "[::1]", "localhost", "127.0.0.2"])
async def test_this_machine_is_refused_under_every_name_it_has(
    server: Any, fetcher: Fetcher, start_server: Callable[..., Awaitable[Any]], host: str
) -> None:
    inside = await start_server()
    inside.reply("/secret", b"secret")
    direct = inside.url("/secret", host=host)
    for url in (direct, server.reply("/feed", status="302 Found", location=direct)):
        got = await fetcher.get(url, NOTHING)
        assert isinstance(got, FetchFailed)
        assert got.problem is Problem.ADDRESS_REFUSED
        assert "a private address (this machine itself)" in got.reason
    assert inside.requests == []


async def test_a_connection_made_under_an_exemption_serves_no_fetch_without_one(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]], start_server: Callable[..., Awaitable[Any]]
) -> None:
    inside = await start_server()
    inside.reply("/secret", b"secret")
    fetcher = await make_fetcher(allow_hosts=["localhost", f"127.0.0.1:{server.port}"])
    assert isinstance(await fetcher.get(inside.url("/secret", host="localhost"), NOTHING), Document)
    away = server.reply("/feed", status="302 Found", location=inside.url("/secret", host="localhost"))
    got = await fetcher.get(away, NOTHING)
    assert isinstance(got, FetchFailed)
    assert got.reason.startswith(f"redirects to localhost:{inside.port} (127.0.0.1), a private address")
    assert len(inside.requests) == 1


async def test_nothing_private_is_dialled_without_an_exemption(
    server: Any, make_fetcher: Callable[..., Awaitable[Fetcher]]
) -> None:
    fetcher = await make_fetcher(allow_hosts=[])
    got = await fetcher.get(server.reply("/feed", b"x"), NOTHING)
    assert got == FetchFailed(
        Problem.ADDRESS_REFUSED,
        f"is at 127.0.0.1:{server.port}, a private address (this machine itself); "
        f"add 127.0.0.1:{server.port} to BACKCHANNEL_ALLOW_HOSTS if that is meant",
    )
    assert server.connections == 0
