"""`python -m bot.evaluation.bench.pollers floor|feedparser|reader`: what ours is compared with, in its own process.

Prints one JSON object: CPU seconds of the process for the first look at all sources, and for the cheapest later one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import feedparser
import httpx

from bot.evaluation.bench.feed_server import ENTRIES, HOSTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

AT_ONCE = 50
WARM_ROUNDS = 3


def addresses(port: int, manner: str, sources: int) -> list[str]:
    """Where each source is, the hosts in turn; `manner` is `tagged` or `plain`."""
    return [f"http://{HOSTS[number % len(HOSTS)]}:{port}/{manner}/{number}.xml" for number in range(sources)]


class Floor:
    """Bare asyncio streams, one connection kept open a worker: HTTP/1.1 GET, the body read, and nothing else."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._etags: dict[str, bytes] = {}
        self._open: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def look(self) -> None:
        """Once at every source."""
        async with asyncio.TaskGroup() as group:
            for worker in range(AT_ONCE):
                group.create_task(self._work(worker))

    async def _work(self, worker: int) -> None:
        for url in self._urls[worker::AT_ONCE]:
            at = urlsplit(url)
            if worker not in self._open:
                # Workers and hosts go round in step, so that each worker has one host.
                self._open[worker] = await asyncio.open_connection(at.hostname, at.port)
            reader, writer = self._open[worker]
            etag = self._etags.get(url)
            known = b"If-None-Match: %b\r\n" % etag if etag else b""
            writer.write(b"GET %b HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (at.path.encode(), at.netloc.encode(), known))
            head = await reader.readuntil(b"\r\n\r\n")
            headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            await reader.readexactly(int(headers.get(b"Content-Length", 0)))
            if b"ETag" in headers:
                self._etags[url] = headers[b"ETag"]


class Usual:
    """httpx and feedparser as commonly written, fifty at once, with the ETag sent back. It stores nothing."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._etags: dict[str, str] = {}
        self._client = httpx.AsyncClient()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def look(self) -> None:
        """Once at every source."""
        await asyncio.gather(*(self._one(url) for url in self._urls))

    async def _one(self, url: str) -> None:
        async with self._turns:
            known = self._etags.get(url)
            response = await self._client.get(url, headers={"If-None-Match": known} if known else {})
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return
            if len(feedparser.parse(response.content).entries) != ENTRIES:
                raise RuntimeError(f"{url} was not read whole")
            if etag := response.headers.get("etag"):
                self._etags[url] = etag


async def _measured(look: Callable[[], Awaitable[None]]) -> list[float]:
    spent = []
    for _ in range(1 + WARM_ROUNDS):
        began = time.process_time()
        await look()
        spent.append(time.process_time() - began)
    return spent


async def _asynchronous(name: str, urls: Sequence[str]) -> list[float]:
    poller = Floor(urls) if name == "floor" else Usual(urls)
    return await _measured(poller.look)


def _library(urls: Sequence[str]) -> list[float]:
    """The `reader` library on a SQLite file, as its documentation says."""
    from reader import make_reader  # noqa: PLC0415 (only this contender needs it)

    spent = []
    with tempfile.TemporaryDirectory() as folder, make_reader(str(Path(folder) / "reader.sqlite")) as reader:
        for url in urls:
            reader.add_feed(url)
        for _ in range(1 + WARM_ROUNDS):
            began = time.process_time()
            reader.update_feeds(scheduled=False)
            spent.append(time.process_time() - began)
        if reader.get_entry_counts().total != ENTRIES * len(urls):
            raise RuntimeError("reader did not keep every entry")
    return spent


def main() -> None:
    """Measure one contender."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=("floor", "feedparser", "reader"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--manner", choices=("tagged", "plain"), required=True)
    parser.add_argument("--sources", type=int, required=True)
    options = parser.parse_args()
    urls = addresses(options.port, options.manner, options.sources)
    cold, *warm = _library(urls) if options.name == "reader" else asyncio.run(_asynchronous(options.name, urls))
    sys.stdout.write(json.dumps({"cold": cold, "warm": min(warm)}) + "\n")


if __name__ == "__main__":
    main()
