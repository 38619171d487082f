"""`python -m bot.evaluation.bench.wire_server`: the sources of the latency bench, each on a loopback host of its own.

Prints the port it listens at, on every host, until it is ended. `/feed.xml` is the feed of the source whose host was
asked, with an ETag. Until `/begin` there is old news only. `/sent` tells when each article's first response had been
sent (Unix time, by its name), and how many sources have been looked at, how often.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from bot.evaluation.bench.wire_news import News

if TYPE_CHECKING:
    from bot.evaluation.bench.wire_news import Report

FEWEST_SOURCES, MOST_SOURCES = 2, 250
_ENTRIES = 25
_OLD = 3 * 24 * 3600.0


def host(source: int) -> str:
    """Where a source is. Linux answers at all of 127.0.0.0/8."""
    return f"127.0.1.{source + 1}"


def article(report: Report) -> str:
    """The address of an article; nobody looks there."""
    return f"https://courier-{report.source}.example/news/{report.name}"


def name_in(address: str) -> str:
    """The article's name again."""
    return address.rsplit("/", 1)[1]


class Wire:
    """What has come out by now, and when whoever asked was first told of it."""

    def __init__(self, news: News, started: float) -> None:
        self._by_source: dict[int, list[Report]] = defaultdict(list)
        for report in news.reports:
            self._by_source[report.source].append(report)
        self._started = started
        self._begun: float | None = None
        self._sent: dict[str, float] = {}
        self._looks: dict[int, int] = defaultdict(int)

    def routes(self) -> list[web.RouteDef]:
        """The addresses answered."""
        return [web.get("/feed.xml", self._feed), web.post("/begin", self._begin), web.get("/sent", self._tell)]

    async def _begin(self, _request: web.Request) -> web.Response:
        self._begun = time.time()
        return web.json_response({"begun": self._begun, "looks": sum(self._looks.values())})

    async def _tell(self, _request: web.Request) -> web.Response:
        return web.json_response({"sent": self._sent, "sources": len(self._looks), "looks": sum(self._looks.values())})

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        source = int(request.host.partition(":")[0].rpartition(".")[2]) - 1
        reports = self._by_source[source]
        out = 0
        if self._begun is not None:
            out = bisect_right(reports, time.time() - self._begun, key=lambda report: report.at)
        self._looks[source] += 1
        headers = {"ETag": f'"{out}"'}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        shown = reports[max(0, out - _ENTRIES) : out]
        response = web.Response(body=self._written(source, shown), content_type="application/rss+xml", headers=headers)
        await response.prepare(request)
        await response.write_eof()
        sent = time.time()
        for report in shown:
            self._sent.setdefault(report.name, sent)
        return response

    def _written(self, source: int, shown: list[Report]) -> bytes:
        begun = self._begun or 0.0
        entries = [_entry(report, begun + report.at) for report in reversed(shown)]
        entries += [
            f"<item><title>Session {number} of the strait talks ends without a word</title>"
            f"<link>https://courier-{source}.example/news/old-{source}-{number}</link>"
            f"<description>It was the last one of that week.</description>"
            f"<pubDate>{_dated(self._started - _OLD - number)}</pubDate></item>"
            for number in range(3)
        ]
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<channel><title>Sample Courier {source}</title><link>https://courier-{source}.example/</link>"
            f"<description>Made up</description><language>en</language>{''.join(entries)}</channel></rss>"
        ).encode()


def _entry(report: Report, published: float) -> str:
    credit = f"<dc:creator>{escape(report.credit)}</dc:creator>" if report.credit else ""
    return (
        f"<item><title>{escape(report.title)}</title><link>{article(report)}</link>"
        f"<description>{escape(report.summary)}</description>{credit}<pubDate>{_dated(published)}</pubDate></item>"
    )


def _dated(moment: float) -> str:
    return format_datetime(datetime.fromtimestamp(moment, UTC))


async def serve(news: News) -> None:
    """Listen until ended."""
    app = web.Application()
    app.add_routes(Wire(news, time.time()).routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = 0
    for source in range(news.sources):
        await web.TCPSite(runner, host(source), port).start()
        port = runner.addresses[0][1]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Serve so much news."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, required=True)
    parser.add_argument("--every", type=float, required=True, help="seconds between two events")
    parser.add_argument("--seconds", type=float, required=True, help="how long there is news")
    options = parser.parse_args()
    asyncio.run(serve(News(options.sources, options.every, options.seconds)))


if __name__ == "__main__":
    main()
