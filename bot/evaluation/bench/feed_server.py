"""`python -m bot.evaluation.bench.feed_server`: made-up feeds on loopback addresses, for the pollers to look at.

Prints the port it listens at, on every host of `HOSTS`, until it is ended. `/tagged/N.xml` has an ETag and answers 304
to whoever knows it, `/plain/N.xml` gives the same bytes with 200 each time. `/news` puts one more entry on top of every
tenth feed. `/counts` tells how many times each status was answered, and begins to count anew.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from aiohttp import web

# As many hosts as, at two connections each, let fifty looks go on at once. Linux answers at all of 127.0.0.0/8.
HOSTS = tuple(f"127.0.0.{number}" for number in range(2, 27))
ENTRIES = 20
NEWS_EVERY = 10
_BETWEEN = timedelta(minutes=20)
_CACHED = 20_000

_WHO = ("Negotiators", "Envoys", "The mediators", "Both delegations", "Officials", "Advisers", "The working group")
_DOES = ("resume", "put off", "prepare", "conclude", "describe", "question", "outline", "return to")
_WHAT = ("talks on the ceasefire", "the exchange of lists", "the port agreement", "the timetable", "the border chapter")
_WHERE = ("in Samplestad", "on the Sample coast", "after a night session", "before the weekend", "behind closed doors")
_LEAD = (
    "A second session is planned for the evening",
    "Neither side gave details of the draft",
    "The text has four chapters & an annex",
    "Observers were told to expect a statement",
    "Two earlier rounds had ended without one",
    "The host said that the room would stay open",
)


class Feeds:
    """What there is to read, and how often it was read."""

    def __init__(self, started: datetime) -> None:
        self._started = started
        self._edition = 0
        self._answered: Counter[int] = Counter()
        self._body = lru_cache(_CACHED)(self._written)

    def routes(self) -> list[web.RouteDef]:
        """The addresses answered."""
        return [
            web.get("/{manner:tagged|plain}/{number:[0-9]+}.xml", self._feed),
            web.get("/news", self._news),
            web.get("/counts", self._counts),
        ]

    async def _feed(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        edition = self._edition if number % NEWS_EVERY == 0 else 0
        tagged = request.match_info["manner"] == "tagged"
        headers = {"ETag": f'"{number}-{edition}"'} if tagged else {}
        if tagged and request.headers.get("If-None-Match") == headers["ETag"]:
            self._answered[304] += 1
            return web.Response(status=304, headers=headers)
        self._answered[200] += 1
        return web.Response(body=self._body(number, edition), content_type="application/rss+xml", headers=headers)

    async def _news(self, _request: web.Request) -> web.Response:
        self._edition += 1
        return web.Response()

    async def _counts(self, _request: web.Request) -> web.Response:
        answered, self._answered = self._answered, Counter()
        return web.json_response({str(status): times for status, times in answered.items()})

    def _written(self, number: int, edition: int) -> bytes:
        entries = "".join(self._entry(number, at) for at in range(ENTRIES - 1 + edition, edition - 1, -1))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<channel><title>Sample Courier {number}</title><link>https://courier-{number}.example/</link>"
            f"<description>Made up</description><language>en</language>{entries}</channel></rss>"
        ).encode()

    def _entry(self, number: int, at: int) -> str:
        chance = random.Random(number * 1_000 + at)  # noqa: S311 -- news, not secrets
        title = " ".join(chance.choice(words) for words in (_WHO, _DOES, _WHAT, _WHERE))
        lead = ". ".join(chance.sample(_LEAD, 3)).replace("&", "&amp;amp;")
        link = f"https://courier-{number}.example/news/{at}/{title.lower().replace(' ', '-')}"
        published = format_datetime(self._started - (ENTRIES - at) * _BETWEEN)
        return (
            f'<item><title>{title}, report {at}</title><link>{link}?utm_source=rss</link><guid isPermaLink="false">'
            f"{number}-{at}</guid><description>&lt;p&gt;{title}. {lead}.&lt;/p&gt;</description>"
            f"<pubDate>{published}</pubDate><dc:creator>Sample Writer</dc:creator><category>World</category></item>"
        )


async def serve() -> None:
    """Listen until ended."""
    app = web.Application()
    app.add_routes(Feeds(datetime.now(UTC)).routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = 0
    for host in HOSTS:
        await web.TCPSite(runner, host, port).start()
        port = runner.addresses[0][1]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
