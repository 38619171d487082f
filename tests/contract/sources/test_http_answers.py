"""What the fetcher makes of each answer, good and bad."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.source import FetchFailed, NotModified, Problem, Validators
from bot.sources.http import Document

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sources.http import Fetcher

NOTHING = Validators()


async def test_a_document_comes_whole_with_its_type_address_and_validators(server: Any, fetcher: Fetcher) -> None:
    url = server.reply(
        "/feed", b"<rss/>", content_type="text/xml", etag='"v1"', last_modified="Tue, 02 Dec 2025 10:00:00 GMT"
    )
    got = await fetcher.get(url, NOTHING)
    assert got == Document(b"<rss/>", "text/xml", url, Validators('"v1"', "Tue, 02 Dec 2025 10:00:00 GMT"))


async def test_it_says_who_asks_and_asks_only_for_what_it_can_unpack(server: Any, fetcher: Fetcher) -> None:
    await fetcher.get(server.reply("/feed", b"x"), NOTHING)
    asked = server.requests[0].headers
    assert asked["user-agent"] == "Backchannel/1.2 (+desk@sample.example)"
    assert asked["accept-encoding"] == "gzip, deflate, br"
    assert "if-none-match" not in asked
    assert "if-modified-since" not in asked


async def test_an_unchanged_document_is_not_sent_again(server: Any, fetcher: Fetcher) -> None:
    url = server.reply("/feed", status="304 Not Modified")
    assert await fetcher.get(url, Validators('W/"v1"', "Tue, 02 Dec 2025 10:00:00 GMT")) == NotModified()
    asked = server.requests[0].headers
    assert asked["if-none-match"] == 'W/"v1"'
    assert asked["if-modified-since"] == "Tue, 02 Dec 2025 10:00:00 GMT"


async def test_unchanged_since_what_is_an_error_when_nothing_was_known(server: Any, fetcher: Fetcher) -> None:
    url = server.reply("/feed", status="304 Not Modified")
    for known in (NOTHING, Validators(digest="of what was read")):
        assert await fetcher.get(url, known) == FetchFailed(Problem.HTTP_STATUS, "answered 304 Not Modified")


async def test_validators_that_could_not_be_sent_back_are_not_kept(server: Any, fetcher: Fetcher) -> None:
    got = await fetcher.get(server.reply("/feed", b"x", etag='"caf\u00e9"', last_modified="x" * 2000), NOTHING)
    assert isinstance(got, Document)
    assert got.validators == NOTHING


@pytest.mark.parametrize(
    ("status", "problem", "reason"),
    [
        ("500 Whatever it says", Problem.HTTP_STATUS, "answered 500 Internal Server Error"),
        ("503 Busy", Problem.HTTP_STATUS, "answered 503 Service Unavailable"),
        ("404 Not Found", Problem.HTTP_STATUS, "answered 404 Not Found"),
        ("204 No Content", Problem.HTTP_STATUS, "answered 204 No Content"),
        ("599 <b>hacked</b>", Problem.HTTP_STATUS, "answered 599"),
        ("429 Slow down", Problem.RATE_LIMITED, "answered 429 Too Many Requests"),
        ("410 Gone", Problem.GONE, "answered 410 Gone: it was taken down for good"),
    ],
)
async def test_each_refusal_is_told_by_its_status(
    server: Any, fetcher: Fetcher, status: str, problem: Problem, reason: str
) -> None:
    assert await fetcher.get(server.reply("/feed", status=status), NOTHING) == FetchFailed(problem, reason)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(
    ("header", "date", "wait"),
    [
        ("120", None, timedelta(minutes=2)),
        ("Tue, 02 Dec 2025 18:10:00 GMT", None, timedelta(minutes=10)),  # the clock stands at 18:00
        ("Tue, 02 Dec 2025 18:10:00 GMT", "Tue, 02 Dec 2025 18:05:00 GMT", timedelta(minutes=5)),
        ("Tue, 02 Dec 2025 17:00:00 GMT", None, timedelta()),
        ("99999999999999999999", None, timedelta(days=7)),
        ("in a while", None, None),
        ("-5", None, None),
    ],
)
async def test_a_server_may_ask_for_a_pause(
    server: Any, fetcher: Fetcher, *, status: str, header: str, date: str | None, wait: timedelta | None
) -> None:
    dated = {"date": date} if date else {}
    got = await fetcher.get(server.reply("/feed", status=status, retry_after=header, **dated), NOTHING)
    assert isinstance(got, FetchFailed)
    assert got.retry_after == wait


async def test_cookies_are_not_kept(server: Any, fetcher: Fetcher) -> None:
    url = server.reply("/feed", b"x", set_cookie="who=you; Path=/")
    await fetcher.get(url, NOTHING)
    await fetcher.get(url, NOTHING)
    assert len(server.requests) == 2
    assert "cookie" not in server.requests[1].headers


async def test_a_connection_is_used_again_and_one_closed_meanwhile_is_no_failure(server: Any, fetcher: Fetcher) -> None:
    url = server.reply("/feed", b"x")
    for _ in range(3):
        assert isinstance(await fetcher.get(url, NOTHING), Document)
    assert server.connections == 1
    await server.stop()  # closes the connection kept alive; the port listens on
    assert isinstance(await fetcher.get(url, NOTHING), Document)
    assert server.connections == 2


async def test_a_refused_connection_says_so(fetcher: Fetcher, start_server: Callable[..., Awaitable[Any]]) -> None:
    server = await start_server()
    # Nothing listens on port 2, and nobody may without being root.
    got = await fetcher.get("http://127.0.0.1:2/feed", NOTHING)
    assert got == FetchFailed(Problem.CONNECTION, "refused the connection")
    assert server.requests == []


async def test_a_name_that_does_not_exist_says_so(fetcher: Fetcher) -> None:
    got = await fetcher.get("http://nowhere.invalid/feed", NOTHING)
    assert isinstance(got, FetchFailed)
    assert got.problem is Problem.DNS
    assert got.reason.startswith("could not be found: ")
    assert got.reason.endswith(" for nowhere.invalid")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "closed the connection without answering"),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "answered with something that is not valid HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 2048, "broke off after sending 2 KB"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "broke off after sending 5 bytes"),
    ],
)
async def test_a_connection_that_fails_is_told_by_how(
    server: Any, fetcher: Fetcher, answer: bytes, reason: str
) -> None:
    got = await fetcher.get(server.raw("/feed", answer, close=True), NOTHING)
    assert got == FetchFailed(Problem.CONNECTION, reason)


async def test_a_length_told_too_short_spoils_only_that_answer(server: Any, fetcher: Fetcher) -> None:
    url = server.raw("/short", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<rss/> and more", close=True)
    got = await fetcher.get(url, NOTHING)
    assert got == FetchFailed(Problem.CONNECTION, "answered with something that is not valid HTTP")
    after = await fetcher.get(server.reply("/feed", b"whole"), NOTHING)
    assert isinstance(after, Document)
    assert after.body == b"whole"


async def test_an_answer_nobody_asked_for_does_not_pass_for_the_next_one(server: Any, fetcher: Fetcher) -> None:
    answers = (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) for body in (b"asked", b"forged"))
    first = await fetcher.get(server.raw("/two", b"".join(answers)), NOTHING)
    assert isinstance(first, Document)
    assert first.body == b"asked"
    second = await fetcher.get(server.reply("/other", b"honest"), NOTHING)
    assert isinstance(second, Document)
    assert second.body == b"honest"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "its address begins with file:, not http: or https:"),
        ("feeds.sample.example/rss", "its address begins with nothing, not http: or https:"),
        ("http:///feed", "its address has no usable host name"),
        ("http://editor:hunter2@sample.example/feed", "its address carries a user name, which is not supported"),
        (f"http://{'a' * 64}.example/", "its address has no usable host name"),
        ("http://sample..example/", "its address has no usable host name"),
        ("http://sample.example:99999/", "its address has a port that does not exist"),
        ("http://[::1/", "its address cannot be understood"),
        ("http://sample.example/" + "a" * 5000, "its address is 5022 characters long"),
    ],
)
async def test_an_address_that_cannot_be_fetched_is_refused_before_asking(
    fetcher: Fetcher, url: str, reason: str
) -> None:
    assert await fetcher.get(url, NOTHING) == FetchFailed(Problem.ADDRESS_REFUSED, f"cannot be fetched: {reason}")
