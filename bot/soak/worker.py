"""A worker: the steps of the real program over its real parts, without a language model, until a fuse kills it."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

import aiohttp
import httpx
from slack_bolt.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import render
from bot.domain.source import Source, Tier
from bot.engine.worker import Worker
from bot.pipeline.alert import AlertStep
from bot.pipeline.catch_up import CatchUpStep, Staleness
from bot.pipeline.channels import DeskChannels
from bot.pipeline.deliver import LONGEST_CALL, DeliverStep
from bot.pipeline.detect import DetectStep
from bot.pipeline.poll import PollStep
from bot.pipeline.rhythm import Rhythm
from bot.sandbox.specification import default_workspace
from bot.slack.messenger import SlackMessenger
from bot.slack.socket_mode import SocketMode
from bot.soak.clock import SPEED
from bot.soak.fuse import Fuse
from bot.soak.script import SOURCES, TALKS, Decider
from bot.soak.strategies import NAIVE, NaiveDeliverStep, client
from bot.sources.http import Fetcher
from bot.sources.registry import SourceReader
from bot.storage.alerts import AlertStore
from bot.storage.catch_ups import CatchUpStore
from bot.storage.database import Database
from bot.storage.deliveries import DeliveryStore
from bot.storage.desk import DeskStore
from bot.storage.developments import DevelopmentStore
from bot.storage.holds import HoldStore
from bot.storage.inbox import InboxStore
from bot.storage.sources import SourceStore
from config.schema import Publishers
from handlers import register_all
from handlers.services import Services

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime

    from bot.soak.clock import SoakClock
    from bot.soak.nursery import Order

CALL_SECONDS = LONGEST_CALL.total_seconds() / SPEED
"""How long a call to Slack may take, in our seconds: as long as production gives it, in the soak's."""

# Detecting and alerting are woken by the step before them, as in the engine.
POLL_EVERY, DELIVER_EVERY, LOOK_EVERY = 0.05, 0.03, 0.3
LOOKS_AT_ONCE = 10


def listed_sources(feeds_url: str) -> list[Source]:
    """The soak's sources, looked at every two of its seconds."""
    return [
        Source(
            id=f"sample{number}",
            negotiation=TALKS.id,
            name=f"Sample {number}",
            url=f"{feeds_url}/feed/{number}",
            language="en",
            tier=Tier.AGENCY,
            party=None,
            interval=timedelta(seconds=2),
        )
        for number in range(SOURCES)
    ]


async def work(clock: SoakClock, order: Order) -> None:
    """Run every step of the program until killed."""
    fuse = Fuse(order.point, nth=order.nth, conversation=order.conversation)
    database = Database(order.database_url)
    fuse.watch(database)
    token = default_workspace().app.bot_token
    fetcher = Fetcher(version="soak", contact=None, clock=clock, allow_hosts=("127.0.0.1",), ssl_context=certificates())
    # A connection for each call, as the SDK makes them where it is given no session.
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS),
        trace_configs=[fuse.tracing()],
    )
    async with fetcher, session:
        slack = client(order.strategy, token, order.api_url)
        slack.session = session
        await SourceStore(database).release()  # as the engine does when it begins: nobody else is at work
        if order.listening:
            await listen(database, clock, order.api_url)
        reader = SourceReader(fetcher, clock)
        for each in workers(order, fuse, database, messenger=SlackMessenger(slack), reader=reader, clock=clock):
            each.start()
        await asyncio.Event().wait()


def workers(
    order: Order,
    fuse: Fuse,
    database: Database,
    *,
    messenger: SlackMessenger,
    reader: SourceReader,
    clock: Callable[[], datetime],
) -> list[Worker]:
    """The steps as the engine runs them, each woken by the one before."""
    developments, deliveries, desk = DevelopmentStore(database), DeliveryStore(database), DeskStore(database)
    sources = SourceStore(database)
    poll = PollStep(
        fuse.watched("poll", sources),
        fuse.watched("poll", reader),
        Publishers(families=(), agencies=()),
        Rhythm(random.random),
        clock,
    )
    detect = DetectStep(fuse.watched("detect", developments), {TALKS.id: lambda: fuse.watched("detect", Decider())})
    desks = fuse.watched("alert", DeskChannels({TALKS.id: TALKS.channel}, messenger, deliveries))
    alert = AlertStep(fuse.watched("alert", AlertStore(database)), fuse.watched("alert", desk), desks)
    parts = fuse.watched("deliver", deliveries), fuse.watched("deliver", messenger)
    cards = partial(render, {TALKS.id: TALKS})
    holds = fuse.watched("deliver", HoldStore(database))
    late = CatchUpStep(CatchUpStore(database), holds, Staleness())
    deliver: DeliverStep | NaiveDeliverStep = DeliverStep(*parts, cards, clock, holds=holds, before=(late,))
    if order.strategy == NAIVE:
        deliver = NaiveDeliverStep(*parts, cards, clock)

    async def look(now: datetime) -> int:
        claims = await poll.claim(now, limit=LOOKS_AT_ONCE)
        recorded = await asyncio.gather(*(poll.run(claim) for claim in claims))
        if any(each.new or each.revised for each in recorded):
            detecting.wake()
        return 0

    delivering = Worker("deliver", deliver.run, clock, every=DELIVER_EVERY)
    alerting = Worker("alert", alert.run, clock, every=LOOK_EVERY, then=delivering)
    detecting = Worker("detect", detect.run, clock, every=LOOK_EVERY, then=alerting)
    return [Worker("poll", look, clock, every=POLL_EVERY), detecting, alerting, delivering]


async def listen(database: Database, clock: Callable[[], datetime], api_url: str) -> None:
    """Hear what people write, as the program does, by Bolt and Socket Mode."""
    app = default_workspace().app
    answering = AsyncWebClient(
        token=app.bot_token,
        base_url=api_url,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )
    slack = AsyncApp(client=answering)
    desk = DeskStore(database)
    services = Services(
        negotiations=(TALKS,),
        developments=DevelopmentStore(database),
        subscriptions=desk,
        sources=SourceStore(database),
        desk=desk,
        clock=clock,
        inbox=InboxStore(database),
    )
    register_all(slack, services)
    await SocketMode(slack, app.app_token, api_url).open()


@cache
def certificates() -> ssl.SSLContext:
    """Read once, before workers are forked."""
    return httpx.create_ssl_context()
