"""The composition root: the one place that builds every part and wires them together."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.detection.decider import Detector
from bot.detection.encoder import RememberingEncoder, SentenceEncoder
from bot.domain.catch_up import Besides, CatchUp, Notice
from bot.domain.decision import AlertAction
from bot.domain.delivery import Lane
from bot.domain.errors import ConfigurationError, DamagedDatabaseError
from bot.domain.kind import POSTS, Kind, Layout
from bot.domain.retention import Retention
from bot.domain.source import Source, Tier
from bot.domain.source_notice import SourceNotice
from bot.engine.guard import Guard
from bot.engine.local import LocalEngine, Step, Steps
from bot.engine.worker import Worker
from bot.observation import Observation
from bot.pipeline.alert import AlertStep
from bot.pipeline.catch_up import CatchUpStep, Staleness
from bot.pipeline.channels import DeskChannels
from bot.pipeline.deliver import DeliverStep, OneLane
from bot.pipeline.detect import DetectStep
from bot.pipeline.housekeeping import HousekeepingStep
from bot.pipeline.notices import NoticeStep
from bot.pipeline.poll import PollStep
from bot.pipeline.push import PushStep
from bot.pipeline.rhythm import Rhythm
from bot.pipeline.source_watch import SourceWatch
from bot.pipeline.subscribe import SubscribeStep
from bot.pipeline.texts import TextStep
from bot.slack.blocks.card import card
from bot.slack.blocks.catch_up import catch_up_message, held_notice
from bot.slack.blocks.source_notice import source_notice
from bot.slack.blocks.thread import thread_update
from bot.slack.counted import CountedMessenger
from bot.slack.drain import ListenersAtWork
from bot.slack.messenger import posting_client
from bot.slack.socket_mode import SocketMode
from bot.slack.tokens import check_tokens
from bot.sources.article import ArticleReader
from bot.sources.http import Fetcher
from bot.sources.hub import HubClient
from bot.sources.registry import SourceReader
from bot.sources.robots import Robots
from bot.sources.sniff import kind_of_address
from bot.storage.alerts import AlertStore
from bot.storage.catch_ups import CatchUpStore
from bot.storage.database import Database
from bot.storage.deliveries import DeliveryStore
from bot.storage.desk import DeskStore
from bot.storage.developments import DevelopmentStore
from bot.storage.holds import HoldStore
from bot.storage.hubs import HubStore
from bot.storage.inbox import InboxStore
from bot.storage.leases import LeaseStore
from bot.storage.retention import RetentionStore
from bot.storage.room import try_to_write
from bot.storage.source_notices import SourceNoticeStore
from bot.storage.sources import SourceStore
from bot.storage.texts import TextStore
from bot.storage.time_shift import TimeShift
from bot.storage.trouble import trouble
from bot.web.metered import CountedLooker, TimedStep
from bot.web.push import PATH as PUSH_PATH
from bot.web.push import PushRoutes
from bot.web.server import WebServer
from handlers import register_all
from handlers.inbox import TakeUp
from handlers.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.alert import Message, Told
    from config.schema import Negotiation, Newsroom, SourceConfig
    from config.settings import Settings

LISTENER_SECONDS = 6.0
TAKE_UP_SECONDS = 30.0
HTTP_PORT = 3000

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


def listed_sources(newsroom: Newsroom) -> list[Source]:
    """Every enabled source of every negotiation, in the newsroom's order."""
    return [
        listed_source(source, group.negotiation)
        for group in newsroom.sources
        for source in group.sources
        if source.enabled
    ]


def listed_source(source: SourceConfig, negotiation: str) -> Source:
    """A source as the newsroom listed it."""
    return Source(
        id=source.id,
        negotiation=negotiation,
        name=source.name,
        url=source.url,
        language=source.language,
        tier=Tier(source.tier),
        party=source.party,
        interval=source.every,
        kind=Kind(source.kind) if source.kind else None,
        layout=_layout(source),
    )


def _layout(source: SourceConfig) -> Layout | None:
    if source.select is not None:
        parts = source.select
        return Layout(parts.item, parts.title, parts.link, parts.summary, parts.date, parts.credit)
    if source.paths is not None:
        paths = source.paths
        return Layout(paths.items, paths.title, paths.url, paths.summary, paths.published, paths.credit, paths.language)
    return None


def detectors(newsroom: Newsroom) -> dict[str, Callable[[], Detector]]:
    """How to make each negotiation's detector; the encoder is read once, when the first is made."""
    encoder = cache(lambda: RememberingEncoder(SentenceEncoder()))

    def make(negotiation: Negotiation) -> Detector:
        return Detector(negotiation, newsroom.publishers, newsroom.genres, encoder())

    return {negotiation.id: partial(make, negotiation) for negotiation in newsroom.negotiations}


class Application:
    """Backchannel as one process: an engine, Slack listeners, or both, over one database."""

    def __init__(self, settings: Settings, newsroom: Newsroom, *, engine: bool = True, listeners: bool = True) -> None:
        self._settings = settings
        self._newsroom = newsroom
        # Those switched off too: what is on its way to Slack still has to be shown.
        self._negotiations = {each.id: each for each in (*newsroom.negotiations, *newsroom.switched_off)}
        self._database = Database(settings.database_url)
        self._sources = SourceStore(self._database)
        self._developments = DevelopmentStore(self._database)
        self._desk = DeskStore(self._database)
        self._inbox = InboxStore(self._database)
        self._fetcher = fetcher(settings)
        self._observation = Observation(self._database, utc_now)
        self._hubs = HubClient(version=version("backchannel"), allow_hosts=settings.allow_hosts)
        self._robots = Robots(self._fetcher, utc_now)
        self._reader = SourceReader(self._fetcher, utc_now, robots=self._robots)
        self._poll = PollStep(
            self._sources,
            CountedLooker(self._reader, self._observation.metrics),
            newsroom.publishers,
            Rhythm(random.random),
            utc_now,
            pushable=settings.public_url is not None,
        )
        self._engine = self._build_engine() if engine else None
        self._slack = self._build_slack() if listeners else None
        self._at_work = ListenersAtWork(self._slack) if self._slack is not None else None
        self._take_up: Worker | None = None
        self._socket: SocketMode | None = None
        self._webs: list[WebServer] = []

    async def start(self) -> None:
        """Bring up the database, then what hears, then what speaks.

        Raises:
            BackchannelError: The database or Slack cannot be used.
        """
        await self._database.migrate()
        await self._sources.list_sources(listed_sources(self._newsroom), now=utc_now())
        await self._check_tokens()
        await self._fetcher.__aenter__()
        await self._hubs.__aenter__()
        self._observation.loop.start()
        if self._slack is not None:
            await self._listen(self._slack)
        if self._settings.health_port is not None:
            await self._serve(self._settings.health_port, slack=None)
        if self._engine is not None:
            self._observation.engine = self._engine
            await self._engine.start()
        log.info("started on %s", self._database.shown)

    async def stop(self) -> None:
        """Stop hearing and claiming, let what is under way end, let go of everything; under 10 s.

        What is heard meanwhile is kept before it is acknowledged, and taken up at the next start.
        """
        log.info("stopping")
        ending = [self._engine.stop()] if self._engine is not None else []
        ending += [self._take_up.stop(LISTENER_SECONDS)] if self._take_up is not None else []
        ending += [self._at_work.drain(LISTENER_SECONDS)] if self._at_work is not None else []
        for failed in await asyncio.gather(*ending, return_exceptions=True):
            # In a damaged database leases cannot be given back: they run out.
            if isinstance(failed, BaseException) and not isinstance(failed, DamagedDatabaseError):
                raise failed
        if self._socket is not None:
            await self._socket.close()
        for web in self._webs:
            await web.stop()
        await self._observation.loop.stop()
        await self._fetcher.__aexit__(None, None, None)
        await self._hubs.__aexit__(None, None, None)
        await self._database.close()
        log.info("stopped")

    async def damaged(self) -> DamagedDatabaseError:
        """Wait until the database is found damaged: then this program must end, loudly."""
        return await self._database.damaged()

    async def _check_tokens(self) -> None:
        app_token = self._settings.slack_app_token if self._slack is not None else None
        await check_tokens(
            self._settings.slack_api_url,
            bot_token=bot_token(self._settings),
            app_token=app_token.get_secret_value() if app_token is not None else None,
        )

    async def _listen(self, slack: AsyncApp) -> None:
        app_token = self._settings.slack_app_token
        if app_token is not None:
            self._socket = SocketMode(slack, app_token.get_secret_value(), self._settings.slack_api_url)
            self._observation.socket = self._socket
            await self._socket.open()
        public = self._settings.public_url is not None
        if self._settings.port is not None or app_token is None or public:
            port = HTTP_PORT if self._settings.port is None else self._settings.port
            push = PushStep(HubStore(self._database), self._reader, self._poll, utc_now) if public else None
            await self._serve(port, slack=slack if app_token is None else None, push=push)
        self._take_up = Worker("inbox", TakeUp(slack, self._inbox).run, utc_now, every=TAKE_UP_SECONDS)
        self._take_up.start()

    async def _serve(self, port: int, *, slack: AsyncApp | None, push: PushStep | None = None) -> None:
        web = WebServer(
            host="0.0.0.0",  # noqa: S104 -- a hosted process must be reachable from its router
            port=port,
            alive=self._observation.alive,
            ready=self._observation.ready,
            metrics=self._observation.page,
            slack=slack,
            push=PushRoutes(push) if push is not None else None,
        )
        self._webs.append(web)
        await web.start()

    def _build_slack(self) -> AsyncApp:
        settings = self._settings
        if settings.slack_app_token is None and settings.slack_signing_secret is None:
            raise ConfigurationError(
                "neither an app-level token nor a signing secret is set, so Slack has no way to reach this program",
                where="SLACK_APP_TOKEN",
                remedy="Set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and a public address (HTTP)",
            )
        client = AsyncWebClient(
            token=bot_token(settings),
            base_url=settings.slack_api_url,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
        )
        secret = settings.slack_signing_secret
        app = AsyncApp(client=client, signing_secret=secret.get_secret_value() if secret else None)
        services = Services(
            negotiations=self._newsroom.negotiations,
            developments=self._developments,
            subscriptions=self._desk,
            sources=self._sources,
            desk=self._desk,
            clock=utc_now,
            inbox=self._inbox,
        )
        register_all(app, services)
        return app

    def _build_engine(self) -> LocalEngine:
        settings = self._settings
        metrics = self._observation.metrics
        messenger = CountedMessenger(posting_client(bot_token(settings), settings.slack_api_url), metrics.sent)
        deliveries = DeliveryStore(self._database)
        wanted = {
            negotiation.id: settings.channel or negotiation.channel for negotiation in self._newsroom.negotiations
        }
        desks = DeskChannels(wanted, messenger, deliveries)
        administrators = (
            DeskChannels({"": settings.admin_channel}, messenger, deliveries, setting="BACKCHANNEL_ADMIN_CHANNEL")
            if settings.admin_channel
            else None
        )
        deliver = self._build_deliver(deliveries, messenger, administrators)
        steps = Steps(
            poll=self._poll,
            detect=TimedStep("detect", DetectStep(self._developments, detectors(self._newsroom)), metrics),
            alert=TimedStep("alert", AlertStep(AlertStore(self._database), self._desk, desks), metrics),
            deliver=TimedStep("deliver", OneLane(deliver, Lane.MESSAGES), metrics),
            edits=TimedStep("edits", OneLane(deliver, Lane.EDITS), metrics),
            housekeeping=HousekeepingStep(RetentionStore(self._database), retention(settings)).run,
            texts=TimedStep("texts", self._build_texts(), metrics),
            subscribe=self._build_subscribe(),
            besides={"watch": SourceWatch(SourceNoticeStore(self._database), administrators)} if administrators else {},
        )
        return LocalEngine(
            steps,
            LeaseStore(self._database),
            self._sources,
            utc_now,
            tick_seconds=settings.tick_seconds,
            guard=Guard(partial(trouble, database=self._database), self._try_to_write),
            times=TimeShift(self._database),
        )

    async def _try_to_write(self) -> None:
        await try_to_write(self._database, now=utc_now())

    def _build_deliver(
        self, deliveries: DeliveryStore, messenger: CountedMessenger, administrators: DeskChannels | None
    ) -> DeliverStep:
        holds = HoldStore(self._database)
        staleness = Staleness(routine=timedelta(minutes=self._settings.stale_minutes))
        return DeliverStep(
            deliveries,
            messenger,
            partial(render, self._negotiations),
            utc_now,
            holds=holds,
            before=(
                CatchUpStep(CatchUpStore(self._database), holds, staleness),
                NoticeStep(holds, self._desk, messenger, administrators),
            ),
        )

    def _build_subscribe(self) -> Step | None:
        public = self._settings.public_url
        if public is None:
            return None
        step = SubscribeStep(HubStore(self._database), self._hubs, f"{public}{PUSH_PATH}")
        return TimedStep("subscribe", step, self._observation.metrics)

    def _build_texts(self) -> TextStep:
        articles = ArticleReader(self._fetcher, self._robots)
        return TextStep(TextStore(self._database), articles, readable_sources(self._newsroom))


def readable_sources(newsroom: Newsroom) -> frozenset[str]:
    """The ids of the sources whose articles' pages may be read."""
    return frozenset(
        source.id
        for group in newsroom.sources
        for source in group.sources
        if source.enabled and source.article_text and (source.kind or kind_of_address(source.url)) not in POSTS
    )


def retention(settings: Settings) -> Retention:
    """How long what nobody was told is kept."""
    return Retention(
        background=timedelta(days=settings.keep_background_days),
        untold=timedelta(days=settings.keep_untold_days),
        copies=timedelta(days=settings.keep_copies_days),
    )


def fetcher(settings: Settings) -> Fetcher:
    """The HTTP client every source is read with."""
    return Fetcher(
        version=version("backchannel"),
        contact=settings.contact,
        clock=utc_now,
        allow_hosts=settings.allow_hosts,
        deadline=settings.fetch_timeout,
        gap=settings.host_gap,
        user_agent=settings.user_agent,
    )


def bot_token(settings: Settings) -> str:
    """The token this program speaks with.

    Raises:
        ConfigurationError: It is not set.
    """
    if settings.slack_bot_token is None:
        raise ConfigurationError(
            "the bot token is not set",
            where="SLACK_BOT_TOKEN",
            remedy="Install the app from config/manifest.json and copy its xoxb- token into .env, or try `make demo`",
        )
    return settings.slack_bot_token.get_secret_value()


def render(negotiations: Mapping[str, Negotiation], action: AlertAction, told: Told | Besides) -> Message:
    """What Slack shows for one delivery: the card as it stands, a reply that says what changed, or what no alert says.

    Raises:
        LookupError: A negotiation is not configured any more, or there is nothing to say.
    """
    if isinstance(told, SourceNotice):
        return source_notice(told)
    if isinstance(told, CatchUp):
        return catch_up_message(told, negotiations)
    if isinstance(told, Notice):
        if told.held is None:
            raise LookupError("nothing is held any more")
        return held_notice(told.held)
    negotiation = negotiations[told.development.negotiation]
    if action is AlertAction.THREAD:
        return thread_update(told.development, negotiation, told.alert)
    return card(told.development, negotiation, feedback=told.feedback, elsewhere=told.elsewhere)
