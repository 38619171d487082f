"""A report came with a headline alone: its page is read, and shows that two reports have one origin."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from support.archive import Archive, Clock
from support.hostile import HostileServer, Names, listening
from support.newsdesk import MORNING, detector, publishers

from bot.domain.decision import AlertAction, Corroboration
from bot.domain.source import Source, Tier
from bot.pipeline.detect import DetectStep
from bot.pipeline.poll import PollStep
from bot.pipeline.rhythm import Rhythm
from bot.pipeline.texts import TextStep
from bot.sources.article import ArticleReader
from bot.sources.http import Fetcher
from bot.sources.registry import SourceReader
from bot.sources.robots import Robots
from bot.storage.schema import alerts, article_texts, items
from bot.storage.texts import TextStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.development import Development

TALKS = "strait"
HOSTS = {"wire": "tidewire.example", "daily": "sample-daily.example"}
WIRE = "Holt and Varga meet in Porto Alto for strait talks"
DAILY = "Presidents Holt and Varga negotiate at strait talks in Porto Alto"
STORY = (
    "Ada Holt and Ivo Varga met on Monday in Porto Alto to negotiate fishing rights in the strait, two officials said "
    "after talks that lasted into the night. The presidents are to meet again within a week, they said."
)
OWN = (
    "The presidents of Norland and Sudmark sat down together in Porto Alto at noon. Sample Daily saw both arrive by "
    "boat, and was told by a delegate that their strait talks were about the median line."
)


def page(headline: str, text: str, byline: str = "") -> bytes:
    return (
        f"<!doctype html><html lang=en><head><title>{headline}</title></head><body><nav>News Sport</nav><article>"
        f"<h1>{headline}</h1><p>{byline}</p><p>{text}</p><p>No date was given for the next round of talks, which the "
        "mediators hope to hold before the end of the month.</p></article><footer>Imprint</footer></body></html>"
    ).encode()


class Talks:
    """Two outlets with feeds of headlines, and the steps that read them."""

    def __init__(self, archive: Archive, server: HostileServer, fetcher: Fetcher, clock: Clock) -> None:
        self.archive = archive
        self.server = server
        self.clock = clock
        self.poll = PollStep(archive.sources, SourceReader(fetcher, clock), publishers(), Rhythm(lambda: 0.5), clock)
        self.detect = self.restarted()
        articles = ArticleReader(fetcher, Robots(fetcher, clock, deadline=90), deadline=90)
        self.texts = TextStep(TextStore(archive.database), articles, {"wire", "daily"})

    def restarted(self) -> DetectStep:
        return DetectStep(self.archive.developments, {TALKS: detector})

    def feed(self, name: str, headline: str) -> Source:
        host = f"http://{HOSTS[name]}:{self.server.port}"
        dated = format_datetime(MORNING, usegmt=True)
        item = f"<item><title>{headline}</title><link>{host}/{name}/1</link><pubDate>{dated}</pubDate></item>"
        self.server.reply(f"/{name}.xml", f"<rss><channel><title>Sample</title>{item}</channel></rss>".encode())
        return Source(
            name, TALKS, f"Sample {name.title()}", f"{host}/{name}.xml", "en", Tier.ESTABLISHED, None,
            timedelta(minutes=5),
        )  # fmt: skip

    async def poll_all(self) -> None:
        for claim in await self.poll.claim(self.clock(), limit=9):
            await self.poll.run(claim)
            await self.detect.run(self.clock())

    async def one(self) -> Development:
        (development,) = await self.archive.developments.latest(TALKS)
        return development

    async def told(self) -> list[tuple[str, str | None]]:
        async with self.archive.database.read() as connection:
            rows = await connection.execute(select(alerts.c.action, alerts.c.change).order_by(alerts.c.id))
            return [(row.action, row.change) for row in rows]

    async def texts_kept(self) -> dict[str, str]:
        async with self.archive.database.read() as connection:
            return {row.source: row.text for row in await connection.execute(select(items))}

    async def failures(self) -> list[tuple[int, bool, str]]:
        async with self.archive.database.read() as connection:
            rows = await connection.execute(select(article_texts).order_by(article_texts.c.item))
            return [(row.attempts, row.done_at is not None, row.reason) for row in rows]


@pytest.fixture
async def talks(archive: Archive) -> AsyncIterator[Talks]:
    clock = Clock(MORNING)
    async with listening() as server:
        server.reply("/robots.txt", status="404 Not Found")
        hosts = [f"{host}:{server.port}" for host in HOSTS.values()]
        async with Fetcher(
            version="1", contact=None, clock=clock, allow_hosts=hosts, deadline=90, resolver=Names(("127.0.0.1",))
        ) as fetcher:
            talks = Talks(archive, server, fetcher, clock)
            sources = [talks.feed("wire", WIRE), talks.feed("daily", DAILY)]
            await archive.sources.list_sources(sources, now=MORNING)
            yield talks


async def test_the_credit_found_on_its_page_takes_a_report_its_origin_and_the_desk_is_told(talks: Talks) -> None:
    talks.server.reply("/wire/1", page(WIRE, STORY))
    talks.server.reply("/daily/1", page(DAILY, f"PORTO ALTO (Tidewire) - {STORY}"))
    await talks.poll_all()
    before = await talks.one()
    assert (before.origins, before.corroboration) == (2, Corroboration.CONFIRMED)

    assert await talks.texts.run(talks.clock()) == 2
    await talks.detect.run(talks.clock())

    after = await talks.one()
    assert (after.origins, after.corroboration) == (1, Corroboration.PROVISIONAL)
    assert (await talks.told())[-1] == (
        AlertAction.THREAD,
        (
            "no longer confirmed: 1 independent origin is left since the page of Sample Daily was read "
            "(credited to Tidewire)"
        ),
    )
    said = await talks.told()
    assert await talks.texts.run(talks.clock()) == 0
    assert await talks.detect.run(talks.clock()) == 0
    assert await talks.told() == said


async def test_a_page_of_its_own_words_changes_nothing_and_no_more_than_its_ends_are_kept(talks: Talks) -> None:
    talks.server.reply("/wire/1", page(WIRE, STORY))
    talks.server.reply("/daily/1", page(DAILY, OWN + " And so on, for a very long time indeed." * 200))
    await talks.poll_all()
    before, said = await talks.one(), await talks.told()

    await talks.texts.run(talks.clock())
    await talks.detect.run(talks.clock())

    after = await talks.one()
    assert (after.origins, after.corroboration) == (before.origins, before.corroboration) == (2, "confirmed")
    assert await talks.told() == said
    kept = (await talks.texts_kept())["daily"]
    assert kept.startswith("The presidents of Norland")
    assert kept.endswith("before the end of the month.")
    assert len(kept) < 900


async def test_the_alert_does_not_wait_and_a_page_that_fails_is_tried_twice(talks: Talks) -> None:
    talks.server.reply("/wire/1", status="500 Oops")
    talks.server.reply("/daily/1", status="500 Oops")
    await talks.poll_all()
    assert (await talks.told())[0][0] == AlertAction.POST
    for _ in range(4):
        await talks.texts.run(talks.clock())
        assert await talks.texts.run(talks.clock()) == 0
        talks.clock.forward(minutes=3)

    assert await talks.failures() == [(2, True, "answered 500 Internal Server Error")] * 2
    assert sum(request.path == "/daily/1" for request in talks.server.requests) == 2
    assert await talks.detect.run(talks.clock()) == 0


async def test_a_process_that_dies_while_it_reads_has_used_up_one_attempt_and_the_next_goes_on(talks: Talks) -> None:
    talks.server.reply("/wire/1", page(WIRE, STORY))
    talks.server.reply("/daily/1", page(DAILY, f"PORTO ALTO (Tidewire) - {STORY}"))
    await talks.poll_all()
    store = TextStore(talks.archive.database)
    again = MORNING + timedelta(minutes=2)
    claim = {"sources": {"wire", "daily"}, "shorter_than": 100, "seen_after": MORNING - timedelta(hours=1)}
    taken = await store.claim(**claim, attempts=2, again_at=again, now=MORNING, limit=9)
    assert [each.attempt for each in taken] == [1, 1]

    assert await talks.texts.run(talks.clock()) == 0
    talks.clock.forward(minutes=2)
    assert await talks.texts.run(talks.clock()) == 2
    await talks.restarted().run(talks.clock())
    assert (await talks.one()).origins == 1


async def test_what_robots_txt_forbids_is_not_asked_for(talks: Talks) -> None:
    talks.server.reply("/robots.txt", b"User-agent: *\nDisallow: /daily/")
    talks.server.reply("/wire/1", page(WIRE, STORY))
    talks.server.reply("/daily/1", page(DAILY, STORY))
    await talks.poll_all()
    await talks.texts.run(talks.clock())

    assert "/daily/1" not in [request.path for request in talks.server.requests]
    forbidden = "may not be read by programs, says the robots.txt of sample-daily.example"
    assert (1, True, forbidden) in await talks.failures()


async def test_a_wall_in_front_of_a_page_is_not_taken_for_the_article(talks: Talks) -> None:
    wall = "We value your privacy and use cookies (Tidewire). Please accept them all before you read on. " * 5
    talks.server.reply("/wire/1", page("Sample", wall))
    talks.server.reply("/daily/1", page("Sample", wall))
    await talks.poll_all()
    await talks.texts.run(talks.clock())

    assert set((await talks.texts_kept()).values()) == {""}
    assert {reason for _, _, reason in await talks.failures()} == {
        "is a page that says nothing of what its headline says"
    }
