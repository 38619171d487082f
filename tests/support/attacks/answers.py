"""Answers that are slow, endless, broken or two-faced."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.domain.source import Problem
from support.attacks.addresses import redirect
from support.hostile import Attack, Writer, exactly, whole

if TYPE_CHECKING:
    from support.hostile import Handler, Request

_BAD_HTTP = "answered with something that is not valid HTTP"
_OK = b"HTTP/1.1 200 OK\r\n"
_FEED = b"<rss><channel><item><title>Talks go on</title><link>https://sample.example/1</link></item></channel></rss>"
_SHORT = 1.0


async def silence(_: Request, writer: Writer) -> None:
    del writer
    await asyncio.sleep(3600)


def drip(head: bytes, piece: bytes) -> Handler:
    """A head, then a little at a time for ever."""

    async def handler(_: Request, writer: Writer) -> None:
        writer.write(head)
        await writer.flood(piece, pause=0.02)

    return handler


def flood(head: bytes, piece: bytes) -> Handler:
    """A head, then as much as is taken."""

    async def handler(_: Request, writer: Writer) -> None:
        writer.write(head)
        await writer.flood(piece)
        writer.close()

    return handler


def reset(head: bytes) -> Handler:
    async def handler(_: Request, writer: Writer) -> None:
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(0.05)  # a reset overtakes what is on its way
        await writer.reset()

    return handler


async def wander(request: Request, writer: Writer) -> None:
    step = int(request.path.rpartition("/")[2] or 0) if request.path.count("/") > 1 else 0
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: /wandering/%d\r\nContent-Length: 0\r\n\r\n" % (step + 1))


def _framed(headers: bytes, body: bytes = _FEED) -> Handler:
    return exactly(_OK + headers + b"\r\n\r\n" + body, close=True)


def _broken(name: str, tries: str, answer: Handler) -> Attack:
    return Attack(name, tries, Problem.CONNECTION, _BAD_HTTP, answer)


def _late(name: str, tries: str, told: str, answer: Handler) -> Attack:
    return Attack(name, tries, Problem.TIMEOUT, told, answer, deadline=_SHORT)


ANSWERS = (
    _late("silence", "No answer at all", "did not answer within 1 s", silence),
    _late("slow-headers", "Headers, a letter at a time", "did not answer within 1 s", drip(_OK + b"X-Slow: ", b"x")),
    _late(
        "slow-body",
        "A body, a letter at a time",
        "began to answer but had not ended within 1 s (SOME had come)",
        drip(_OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    ),
    _late(
        "slow-chunks",
        "Chunks of one byte, for ever",
        "began to answer but had not ended within 1 s (SOME had come)",
        drip(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ),
    _late(
        "slow-interim",
        "“Processing”, again and again",
        "did not answer within 1 s",
        drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    ),
    _late(
        "interim-flood",
        "“Continue”, as fast as it goes",
        "did not answer within 1 s",
        flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    ),
    Attack(
        "chunk-flood",
        "Chunks that never end",
        Problem.TOO_LARGE,
        "sent 5 MB and had not ended",
        flood(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"),
    ),
    _late(
        "chunk-extension",
        "One chunk's size line that never ends",
        "began to answer but had not ended within 1 s (SOME had come)",
        flood(_OK + b"Transfer-Encoding: chunked\r\n\r\n5;", b"x" * 65536),
    ),
    _broken(
        "chunk-size",
        "A chunk of more bytes than can be counted",
        exactly(_OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nx", close=True),
    ),
    _broken(
        "trailer-flood",
        "Headers after the body, without end",
        flood(_OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X-Late: yes\r\n" * 1000),
    ),
    _broken("header-flood", "Headers without end", flood(_OK, b"X-More: yes\r\n" * 1000)),
    _broken("long-header", "One header without end", flood(_OK + b"X-Long: ", b"x" * 65536)),
    _broken(
        "cookie-flood", "Ten thousand cookies", exactly(_OK + b"Set-Cookie: a=b\r\n" * 10_000 + b"\r\n", close=True)
    ),
    _broken("long-status", "A status line without end", flood(b"HTTP/1.1 200 ", b"O" * 65536)),
    Attack(
        "redirect-circle",
        "A redirect to itself",
        Problem.BAD_REDIRECT,
        "redirects in a circle, back to 127.0.0.1:PORT",
        redirect("/redirect-circle#again"),
    ),
    Attack("wandering", "Redirects without end", Problem.BAD_REDIRECT, "redirects more than 5 times", wander),
    Attack(
        "redirect-nowhere",
        "A redirect that does not say where to",
        Problem.BAD_REDIRECT,
        "answered 302, a redirect, without saying where to",
        whole(status="302 Found"),
    ),
    _broken("two-lengths", "Two lengths that differ", _framed(b"Content-Length: 5\r\nContent-Length: 109")),
    _broken(
        "length-and-chunks",
        "A length and chunks at once",
        _framed(b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    ),
    _broken("negative-length", "A length below nothing", _framed(b"Content-Length: -1")),
    _broken("signed-length", "A length with a sign", _framed(b"Content-Length: +109")),
    _broken("endless-length", "A length of five thousand digits", _framed(b"Content-Length: " + b"9" * 5000)),
    _broken(
        "short-length",
        "A length that is too short: the rest would pass for the next answer",
        exactly(_OK + b"Content-Length: 5\r\n\r\n<rss/> and more"),
    ),
    Attack(
        "two-answers",
        "Two answers to one question: the second is dropped with its connection",
        Problem.NOT_A_FEED,
        "sent an empty document",
        exactly((_OK + b"Content-Length: 0\r\n\r\n") * 2),
    ),
    Attack(
        "space-before-colon",
        "A header's name with a space",
        Problem.CONNECTION,
        "broke off after sending 106 bytes",
        _framed(b"Content-Length : 109"),
    ),
    _broken("nul-in-header", "A NUL in a header", _framed(b"X-Nul: a\0b\r\nContent-Length: 109")),
    _broken("control-in-header", "A bare line break in a header", _framed(b"X-Cr: a\rb\r\nContent-Length: 109")),
    Attack(
        "strange-coding",
        "A transfer coding nobody knows",
        Problem.NOT_A_FEED,
        "is neither XML nor JSON, so not a feed",
        _framed(b"Transfer-Encoding: xchunked", b"0\r\n\r\n"),
    ),
    _broken("ancient-http", "HTTP 0.9, which has no headers", exactly(_FEED, close=True)),
    _broken("other-protocol", "The greeting of another protocol", exactly(b"SSH-2.0-Sample_1\r\n\r\n", close=True)),
    Attack(
        "switch-protocol",
        "A change of protocol nobody asked for",
        Problem.HTTP_STATUS,
        "answered 101 Switching Protocols",
        exactly(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: sample\r\nConnection: upgrade\r\n\r\n", close=True),
    ),
    Attack(
        "hang-up",
        "A connection closed without a word",
        Problem.CONNECTION,
        "closed the connection without answering",
        exactly(b"", close=True),
    ),
    Attack(
        "reset-before",
        "A connection reset before the answer",
        Problem.CONNECTION,
        "closed the connection without answering",
        reset(b""),
    ),
    Attack(
        "reset-within",
        "A connection reset within the body",
        Problem.CONNECTION,
        "broke off after sending 2 KB",
        reset(_OK + b"Content-Length: 5000\r\n\r\n" + b"x" * 2048),
    ),
    Attack(
        "breaks-off",
        "A body shorter than its length",
        Problem.CONNECTION,
        "broke off after sending 2 KB",
        exactly(_OK + b"Content-Length: 5000\r\n\r\n" + b"x" * 2048, close=True),
    ),
    Attack(
        "quoted-status",
        "Markup where the status is quoted from",
        Problem.HTTP_STATUS,
        "answered 599",
        whole(status="599 <b>hacked</b> <!channel>"),
    ),
    Attack(
        "long-pause",
        "“Come back in a thousand years”",
        Problem.RATE_LIMITED,
        "answered 429 Too Many Requests",
        whole(status="429 Slow down", retry_after="31536000000"),
    ),
)
