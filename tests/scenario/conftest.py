"""The listeners as they run: a real Bolt app over Socket Mode, a real database, a Slack on loopback."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from support.archive import Archive, Clock, new_development
from support.delivering import Desk
from support.lossy import LossyRelay
from support.other_slack import APP_TOKEN, BOT_TOKEN, OtherSlack, running_slack
from support.talks import OPENED, TALKS

from bot.domain.decision import AlertAction, Status
from bot.sandbox.client import ControlClient
from bot.sandbox.samples.server import SampleSources
from bot.sandbox.server import Sandbox
from bot.slack.blocks.card import card
from bot.slack.drain import ListenersAtWork
from bot.storage.inbox import InboxStore
from config.load import default_directory
from handlers import register_all
from handlers.services import Services

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from config.schema import Negotiation

CHANNEL, STRANGE, DESK = "C0TALKS", "C0GENERAL", "G0DESK"


class Floor:
    """A newsroom at work: what people do in Slack, what they see, and what is kept."""

    def __init__(self, archive: Archive, clock: Clock, sandbox: Sandbox, people: ControlClient, app: AsyncApp) -> None:
        self.archive = archive
        self.clock = clock
        self.sandbox = sandbox
        self.people = people
        self.app = app
        self.listeners = ListenersAtWork(app)
        self.client = AsyncWebClient(token=sandbox.workspace.app.bot_token, base_url=sandbox.api_url, retry_handlers=[])

    async def command(self, text: str, *, channel: str = CHANNEL, user: str = "dana") -> dict[str, Any]:
        """Type `/peace-status TEXT`; what Slack itself shows is in the answer's `saw`."""
        return await self.people.do("command", channel=channel, user=user, command="/peace-status", text=text)

    async def ask(self, text: str, *, channel: str = CHANNEL, user: str = "dana") -> dict[str, Any]:
        """Type a command and wait for the answer only that person sees."""
        before = len(await self.people.messages(channel, user))
        outcome = await self.command(text, channel=channel, user=user)
        assert outcome["acked"], outcome
        answer = (await self.people.wait_for_messages(channel, before + 1, user))[-1]
        assert answer["ephemeral_to"]
        return answer

    async def submit(self, *, channel: str = CHANNEL, **values: Any) -> dict[str, Any]:
        """Send the modal and wait for what is said about it in `channel`."""
        before = len(await self.people.messages(channel, "dana"))
        outcome = await self.people.do("submit", user="dana", values=values)
        assert outcome.get("outcome") == "closed", outcome
        return (await self.people.wait_for_messages(channel, before + 1, "dana"))[-1]

    async def post_card(self, name: str = "one", *, channel: str = CHANNEL, **changes: Any) -> str:
        """Open a development and post its card, as the deliver step would; the card's ts."""
        development_id = await self.open_development(name, **changes)
        development = await self.archive.developments.development(development_id)
        assert development is not None
        shown = card(development, TALKS, feedback=())
        posted = await self.client.chat_postMessage(channel=channel, text=shown.text, blocks=list(shown.blocks))
        return str(posted["ts"])

    async def open_development(self, name: str = "one", **changes: Any) -> str:
        """Put one development into the archive, opened at the clock's time."""
        item = self.archive.item(name, at=self.clock())
        await self.archive.keep(item, at=self.clock())
        decision = replace(new_development(item), **changes)
        await self.archive.developments.record_decision("talks", item, decision, silent=False, now=self.clock())
        return str(decision.development)

    async def add_report(self, name: str, *, outlet: str, development: str = "d-one", **changes: Any) -> None:
        """Another report of a development, seen a minute later."""
        self.clock.forward(minutes=1)
        item = self.archive.item(name, at=self.clock(), outlet=outlet)
        await self.archive.keep(item, at=self.clock())
        told = {"development": development, "status": Status.REPORT, "alert": AlertAction.EDIT, **changes}
        decision = replace(new_development(item), **told)
        await self.archive.developments.record_decision("talks", item, decision, silent=False, now=self.clock())

    async def view(self, user: str = "U0DANA") -> dict[str, Any]:
        """The modal a person looks at."""
        shown: dict[str, Any] | None = (await self.people.state())["views"][user]
        assert shown is not None, "no modal is open"
        return shown

    async def wait_for_view(self, having: str, user: str = "U0DANA") -> dict[str, Any]:
        """The modal, once it says this."""
        return await self._wait("views", having, user)

    async def wait_for_home(self, having: str, user: str = "U0DANA") -> dict[str, Any]:
        """The Home, once it says this."""
        return await self._wait("homes", having, user)

    async def _wait(self, kind: str, having: str, user: str) -> dict[str, Any]:
        shown: dict[str, Any] | None = None
        try:
            async with asyncio.timeout(5):
                while having not in str(shown):
                    await asyncio.sleep(0.02)
                    shown = (await self.people.state())[kind].get(user)
        except TimeoutError:
            pytest.fail(f"{kind} never said {having!r}, but {shown}")
        return dict(shown or {})

    async def direct(self, user: str = "U0DANA") -> str:
        """The id of a person's direct messages with the app."""
        return str((await self.client.conversations_open(users=user))["channel"]["id"])


@pytest.fixture
def negotiations() -> tuple[Negotiation, ...]:
    """What the newsroom follows; a test may say otherwise."""
    return (TALKS,)


@pytest.fixture
async def floor(archive: Archive, negotiations: tuple[Negotiation, ...]) -> AsyncIterator[Floor]:
    sandbox = Sandbox()
    await sandbox.start()
    clock = Clock(OPENED)
    slack = sandbox.workspace.app
    client = AsyncWebClient(
        token=slack.bot_token, base_url=sandbox.api_url, retry_handlers=[AsyncRateLimitErrorRetryHandler()]
    )
    app = AsyncApp(client=client)
    register_all(
        app,
        Services(
            negotiations=negotiations,
            developments=archive.developments,
            subscriptions=archive.desk,
            sources=archive.sources,
            desk=archive.desk,
            clock=clock,
            inbox=InboxStore(archive.database),
        ),
    )
    opener = AsyncWebClient(token=slack.app_token, base_url=sandbox.api_url)
    socket = AsyncSocketModeHandler(app, slack.app_token, web_client=opener)
    await socket.connect_async()
    async with ControlClient(sandbox.url) as people:
        working = Floor(archive, clock, sandbox, people, app)
        yield working
        await working.listeners.drain(10)  # cut off in a transaction, a listener would leave its connection open
    await socket.close_async()
    await sandbox.stop()


@pytest.fixture
async def slack() -> AsyncIterator[OtherSlack]:
    """A Slack-compatible server that is not the sandbox."""
    async for running in running_slack():
        yield running


@pytest.fixture
async def environment(tmp_path: Path, slack: OtherSlack) -> AsyncIterator[dict[str, str]]:
    """What a newsroom sets to run the program on sample sources and that server."""
    samples = SampleSources(speed=60)
    await samples.start()
    samples.write_config(tmp_path / "config", default_directory())
    yield {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/bot.db",
        "BACKCHANNEL_CONFIG": str(tmp_path / "config"),
        "BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts),
        "BACKCHANNEL_TICK_SECONDS": "0.1",
        "SLACK_API_URL": slack.url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": "",
        "PORT": "",
    }
    await samples.stop()


@pytest.fixture
async def desk(archive: Archive) -> AsyncIterator[Desk]:
    """The steps after detection, and a server that may be made to lose calls and answers."""
    clock = Clock(datetime.now(UTC))
    # One clock for both: history is asked for by the server's time, and hours pass in a moment.
    sandbox = Sandbox(clock=lambda: clock().timestamp())
    await sandbox.start()
    async for relay in LossyRelay(sandbox.api_url).running():
        yield Desk(archive, clock, relay, sandbox)
    await sandbox.stop()
