"""A feed that names a hub is pushed by it: real hub, real web server, real database, real requests."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from support.archive import NOON, Archive, Clock
from support.hub import LoopbackHub
from support.newsroom_files import newsroom_folder
from support.patience import until
from support.program import Program

from bot.pipeline.poll import PollStep
from bot.pipeline.push import PushStep
from bot.pipeline.rhythm import Rhythm
from bot.pipeline.subscribe import SubscribeStep
from bot.sandbox.server import Sandbox
from bot.sources.http import Fetcher
from bot.sources.hub import HubClient
from bot.sources.registry import SourceReader
from bot.storage.database import Database
from bot.storage.hubs import HubStore
from bot.storage.schema import hubs, items, revisions, sources
from bot.web.push import BODY_CAP, PushRoutes
from bot.web.server import WebServer
from config.schema import Publishers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Row

    from bot.domain.poll import Recorded
    from bot.domain.reading import Reading


async def well() -> list[Reading]:
    return []


async def uncounted() -> bytes:
    return b""


class Desk:
    """The parts between a hub and the database, wired as the program wires them."""

    def __init__(self, archive: Archive, clock: Clock, hub: LoopbackHub, fetcher: Fetcher, client: HubClient) -> None:
        self.archive = archive
        self.clock = clock
        self.hub = hub
        self.store = HubStore(archive.database)
        self.reader = SourceReader(fetcher, clock)
        self.poll = self.poll_step(pushable=True)
        self._client = client
        push = PushRoutes(PushStep(self.store, self.reader, self.poll, clock))
        self.web = WebServer(host="127.0.0.1", port=0, alive=well, ready=well, metrics=uncounted, slack=None, push=push)

    def poll_step(self, *, pushable: bool) -> PollStep:
        """Polling, for a newsroom that can be reached from outside or not."""
        publishers = Publishers(families=(), agencies=())
        rhythm = Rhythm(lambda: 0.5)
        return PollStep(self.archive.sources, self.reader, publishers, rhythm, self.clock, pushable=pushable)

    async def look(self) -> Recorded:
        """Poll the source, which is due."""
        (claim,) = await self.poll.claim(self.clock(), limit=10)
        return await self.poll.run(claim)

    async def subscribe(self) -> int:
        """Ask the hubs that are due, and wait for their question if they have one."""
        port = self.web.port
        before = len(self.hub.answers)
        asked = await SubscribeStep(self.store, self._client, f"http://127.0.0.1:{port}/websub").run(self.clock())
        if asked and self.hub.status == 202:
            await until(lambda: len(self.hub.answers) > before)
        return asked

    async def kept(self) -> Row[tuple[object, ...]]:
        """The subscription as it stands."""
        async with self.archive.database.read() as connection:
            return (await connection.execute(select(hubs))).one()

    async def titles(self) -> list[str]:
        """The titles of all items, in order."""
        async with self.archive.database.read() as connection:
            return list((await connection.execute(select(items.c.title).order_by(items.c.seq))).scalars())

    async def due(self) -> timedelta:
        """How long until the source is polled."""
        async with self.archive.database.read() as connection:
            at = (await connection.execute(select(sources.c.next_poll_at))).scalar_one()
        return at - self.clock()


@pytest.fixture
async def hub() -> AsyncIterator[LoopbackHub]:
    async with LoopbackHub() as running:
        running.publish("Envoys meet")
        yield running


@pytest.fixture
async def desk(archive: Archive, clock: Clock, hub: LoopbackHub) -> AsyncIterator[Desk]:
    await archive.sources.list_sources([archive.source(url=hub.topic)], now=NOON)
    allowed = [hub.place]
    async with (
        Fetcher(version="1", contact=None, clock=clock, allow_hosts=allowed) as fetcher,
        HubClient(version="1", allow_hosts=allowed) as client,
    ):
        desk = Desk(archive, clock, hub, fetcher, client)
        await desk.web.start()
        yield desk
        await desk.web.stop()


@pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
async def test_what_is_pushed_is_kept_once_however_often_it_comes(desk: Desk, hub: LoopbackHub) -> None:
    await desk.look()
    assert await desk.subscribe() == 1
    assert hub.answers == [(200, "a challenge <b>")]
    (asked,) = hub.requests
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", hub.topic)
    assert int(asked["hub.lease_seconds"]) == 7 * 86400
    assert len(asked["hub.secret"]) > 40

    desk.clock.forward(minutes=1)
    pushed = hub.publish("Envoys leave", "Envoys meet")
    assert await hub.push(pushed) == 204
    assert await hub.push(pushed, method="sha1") == 204
    assert await desk.titles() == ["Envoys meet", "Envoys leave"]
    (health,) = await desk.archive.sources.source_health("talks", now=desk.clock())
    assert health.newest_at == health.last_new_at == desk.clock()  # it is not silent, though no look brought news

    desk.clock.forward(hours=2)
    recorded = await desk.look()
    assert (recorded.new, recorded.revised) == (0, 0)
    async with desk.archive.database.read() as connection:
        assert len((await connection.execute(select(revisions))).all()) == 2


async def test_a_pushed_headline_that_changed_is_a_revision(desk: Desk, hub: LoopbackHub) -> None:
    await desk.look()
    await desk.subscribe()
    assert await hub.push(hub.publish("Envoys meet").replace(b"<title>Envoys meet<", b"<title>Envoys met<")) == 204
    assert await desk.titles() == ["Envoys met"]


async def test_while_it_is_pushed_a_source_is_polled_less_but_no_longer_than_it_is(desk: Desk) -> None:
    await desk.look()
    assert await desk.due() < timedelta(minutes=11)
    await desk.subscribe()
    desk.clock.forward(minutes=11)
    await desk.look()
    assert await desk.due() == timedelta(minutes=60)  # six times its interval

    desk.clock.forward(hours=23, minutes=30)
    await desk.look()
    assert await desk.due() == timedelta(minutes=19)  # the lease of a day began at noon
    desk.clock.forward(minutes=20)
    await desk.look()
    assert await desk.due() < timedelta(minutes=21)


async def test_a_lease_is_renewed_before_it_ends_under_the_same_secret(desk: Desk, hub: LoopbackHub) -> None:
    await desk.look()
    await desk.subscribe()
    first = await desk.kept()
    desk.clock.forward(hours=19)
    assert await desk.subscribe() == 0
    desk.clock.forward(hours=1)
    assert await desk.subscribe() == 1
    again = await desk.kept()
    assert (again.token, again.secret) == (first.token, first.secret)
    assert again.live_until == first.live_until + timedelta(hours=20)
    assert hub.requests[0]["hub.callback"] == hub.requests[1]["hub.callback"]


async def test_what_its_hub_did_not_sign_is_ignored(desk: Desk, hub: LoopbackHub) -> None:
    await desk.look()
    await desk.subscribe()
    forgeries: list[dict[str, str]] = [
        {"secret": "guessed"},
        {"signature": ""},
        {"signature": "sha256="},
        {"signature": "sha256=" + "0" * 64},
        {"signature": "md5=d41d8cd98f00b204e9800998ecf8427e"},
        {"signature": "sha256=ключ"},
    ]
    for forged in forgeries:
        assert await hub.push(hub.publish("Made up"), **forged) == 204  # not told: it would help them guess
    assert await desk.titles() == ["Envoys meet"]


async def test_a_push_that_is_no_feed_or_too_long_leaves_nothing(desk: Desk, hub: LoopbackHub) -> None:
    await desk.look()
    await desk.subscribe()
    for body in (b"", b"hello", b"<html>", b"<sitemapindex><sitemap><loc>/x</loc></sitemap></sitemapindex>"):
        assert await hub.push(body) == 204
    assert await hub.push(bytes(BODY_CAP + 1)) == 413
    assert await desk.titles() == ["Envoys meet"]


async def test_a_hub_is_told_no_to_what_was_not_meant(desk: Desk, hub: LoopbackHub) -> None:
    hub.questions = {"hub_topic": "http://elsewhere.example/feed"}
    await desk.look()
    await desk.subscribe()
    questions: list[dict[str, str]] = [
        {"hub_mode": "unsubscribe"},
        {"hub_lease_seconds": "soon"},
        {"hub_lease_seconds": "-5"},
        {"hub_lease_seconds": "٣"},
    ]
    answers = [*hub.answers, *[await hub.ask(hub.requests[0]["hub.callback"], **question) for question in questions]]
    assert [status for status, _ in answers] == [404] * 5
    assert (await desk.kept()).live_until is None


async def test_a_question_we_never_led_to_is_told_no(desk: Desk, hub: LoopbackHub) -> None:
    await desk.look()
    callback = f"http://127.0.0.1:{desk.web.port}/websub"
    token = (await desk.kept()).token
    assert (await hub.ask(f"{callback}/{token}"))[0] == 404  # noted, but not asked yet
    await desk.subscribe()
    assert (await hub.ask(f"{callback}/guessed"))[0] == 404
    desk.clock.forward(days=2)
    assert (await hub.ask(f"{callback}/{token}"))[0] == 404


async def test_a_denied_subscription_is_asked_for_again_later_and_polled_meanwhile(
    desk: Desk, hub: LoopbackHub
) -> None:
    await desk.look()
    await desk.subscribe()
    callback = hub.requests[0]["hub.callback"]
    assert (await hub.ask(callback, hub_mode="denied", hub_reason="No more"))[0] == 200
    kept = await desk.kept()
    assert (kept.live_until, kept.reason) == (None, "denied the subscription (“No more”)")


async def test_a_hub_that_fails_is_asked_again_ever_more_rarely(desk: Desk, hub: LoopbackHub) -> None:
    hub.status = 503
    await desk.look()
    assert await desk.subscribe() == 1
    assert (await desk.kept()).reason == "answered 503 Service Unavailable"
    assert await desk.subscribe() == 0
    desk.clock.forward(minutes=10)
    assert await desk.subscribe() == 1
    desk.clock.forward(minutes=10)
    assert await desk.subscribe() == 0
    hub.status = 202
    desk.clock.forward(minutes=10)
    assert await desk.subscribe() == 1
    assert (await desk.kept()).reason is None


async def test_a_hub_inside_the_newsrooms_network_is_not_asked(desk: Desk, hub: LoopbackHub) -> None:
    hub.publish("Envoys meet", hub="http://127.0.0.1:8/admin")
    await desk.look()
    hub.status = 0
    assert await desk.subscribe() == 1
    assert (await desk.kept()).reason == "is at 127.0.0.1:8, a private address (this machine itself)"
    assert hub.requests == []


async def test_a_source_no_longer_listed_or_read_elsewhere_is_not_wanted(
    desk: Desk, hub: LoopbackHub, archive: Archive
) -> None:
    await desk.look()
    await desk.subscribe()
    await archive.sources.list_sources([], now=desk.clock())
    assert await hub.push(hub.feed) == 410
    here = archive.source(url=hub.topic)
    await archive.sources.list_sources([here], now=desk.clock())
    assert await hub.push(hub.feed) == 204
    await archive.sources.list_sources([replace(here, url="https://wire.example/new")], now=desk.clock())
    assert await hub.push(hub.feed) == 410


async def test_another_hub_is_asked_under_a_new_secret(desk: Desk, hub: LoopbackHub) -> None:
    await desk.look()
    await desk.subscribe()
    before = await desk.kept()
    hub.publish("Envoys meet", hub=hub.url + "?new")
    desk.clock.forward(minutes=11)
    await desk.look()
    after = await desk.kept()
    assert after.hub == hub.url + "?new"
    assert after.secret != before.secret
    assert (after.live_until, after.asked_at) == (None, None)


async def test_without_a_public_address_no_hub_is_noted(desk: Desk, archive: Archive) -> None:
    desk.poll = desk.poll_step(pushable=False)
    await desk.look()
    async with archive.database.read() as connection:
        assert (await connection.execute(select(hubs))).all() == []


async def test_the_program_itself_is_pushed_where_it_has_a_public_address(hub: LoopbackHub, tmp_path: Path) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    folder = newsroom_folder(tmp_path / "config", keep_sources=1)
    listed = folder / "sources" / "strait.yaml"
    listed.write_text(listed.read_text(encoding="utf-8").replace("https://wire.example/feed", hub.topic), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/pushed.db",
        "BACKCHANNEL_CONFIG": str(folder),
        "BACKCHANNEL_ALLOW_HOSTS": hub.place,
        "BACKCHANNEL_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.workspace.app.bot_token,
        "SLACK_APP_TOKEN": sandbox.workspace.app.app_token,
    }
    async with Program("run", environment=environment) as bot:
        await until(lambda: bool(hub.answers), seconds=60)
        assert hub.answers[0][0] == 200
        assert await hub.push(hub.publish("Envoys leave")) == 204
        await bot.said("pushed, 1 new")
    await sandbox.stop()
    database = Database(environment["DATABASE_URL"])
    async with database.read() as connection:
        assert set((await connection.execute(select(items.c.title))).scalars()) == {"Envoys meet", "Envoys leave"}
    await database.close()
