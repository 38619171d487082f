"""Bodies that are too large, as they come or once they are unpacked."""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from typing import TYPE_CHECKING

import brotli

from bot.domain.source import Problem
from support.attacks.answers import flood
from support.hostile import Attack, Writer, exactly, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.hostile import Handler, Request

_BOMB = 20 * 1024 * 1024
_OK = b"HTTP/1.1 200 OK\r\n"
_FEED = b"<rss><channel><item><title>Talks go on</title><link>https://sample.example/1</link></item></channel></rss>"


@cache
def _twice() -> bytes:
    return gzip.compress(gzip.compress(bytes(_BOMB), mtime=0), mtime=0)


def _packed(coding: str, pack: Callable[[], bytes]) -> Handler:
    """Packed only when it is asked for."""

    async def handler(request: Request, writer: Writer) -> None:
        await whole(pack(), content_encoding=coding)(request, writer)

    return handler


def _many_members() -> bytes:
    return gzip.compress(b"", mtime=0) * 200_000


BODIES = (
    Attack(
        "long-length",
        "A length of 50 MB",
        Problem.TOO_LARGE,
        "is 50 MB long; at most 5 MB is read",
        exactly(_OK + b"Content-Length: 52428800\r\n\r\n"),
    ),
    Attack(
        "flood",
        "A body without length or end",
        Problem.TOO_LARGE,
        "sent 5 MB and had not ended",
        flood(_OK + b"Connection: close\r\n\r\n", b"x" * 65536),
    ),
    Attack(
        "gzip-bomb",
        "20 MB packed to 20 KB by gzip",
        Problem.TOO_LARGE,
        "sent SOME that unpack to more than 5 MB",
        _packed("gzip", lambda: gzip.compress(bytes(_BOMB), mtime=0)),
    ),
    Attack(
        "deflate-bomb",
        "The same by deflate",
        Problem.TOO_LARGE,
        "sent SOME that unpack to more than 5 MB",
        _packed("deflate", lambda: zlib.compress(bytes(_BOMB))),
    ),
    Attack(
        "brotli-bomb",
        "The same by brotli",
        Problem.TOO_LARGE,
        "sent SOME that unpack to more than 5 MB",
        _packed("br", lambda: brotli.compress(bytes(_BOMB), quality=5)),
    ),
    Attack(
        "nested-bomb",
        "The same packed twice",
        Problem.TOO_LARGE,
        "sent SOME that unpack to more than 5 MB",
        _packed("gzip, gzip", _twice),
    ),
    Attack(
        "packed-thrice",
        "Three codings on top of each other",
        Problem.BAD_ENCODING,
        "is packed 3 times over",
        _packed("gzip, gzip, gzip", _twice),
    ),
    Attack(
        "many-members",
        "200,000 empty gzip members in a row",
        Problem.BAD_ENCODING,
        "is packed as more than 100 pieces of gzip in a row",
        _packed("gzip", _many_members),
    ),
    Attack(
        "not-gzip",
        "Said to be gzip, and is not",
        Problem.BAD_ENCODING,
        "says it is gzip, but cannot be unpacked",
        whole(_FEED, content_encoding="gzip"),
    ),
    Attack(
        "torn-gzip",
        "gzip that breaks off",
        Problem.BAD_ENCODING,
        "broke off in the middle of its gzip data",
        whole(gzip.compress(_FEED, mtime=0)[:-9], content_encoding="gzip"),
    ),
    Attack(
        "odd-coding",
        "A coding that was not asked for",
        Problem.BAD_ENCODING,
        "is packed as “zstd”, which was not asked for (asked: gzip, deflate, br)",
        whole(_FEED, content_encoding="zstd"),
    ),
)
