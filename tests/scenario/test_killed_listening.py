"""The bot killed with SIGKILL, or stopped, between what a person asked and the answer: it is done once, and told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from support.lossy import LossyRelay
from support.patience import until
from support.program import Program

from bot.sandbox.client import ControlClient
from bot.sandbox.server import Limits, Sandbox
from bot.storage.database import Database
from bot.storage.schema import audit, subscriptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CHANNEL = "C0TALKS"


class Outside:
    """A Slack whose calls can be made to wait, the people in it, and the database the program leaves behind."""

    def __init__(self, sandbox: Sandbox, relay: LossyRelay, people: ControlClient, url: str) -> None:
        self.sandbox = sandbox
        self.relay = relay
        self.people = people
        app = sandbox.workspace.app
        self.environment = {
            "DATABASE_URL": url,
            "SLACK_API_URL": relay.api_url,
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "PORT": "0",
        }
        self.database = Database(url)

    def bot(self) -> Program:
        return Program("web", environment=self.environment)

    async def ready(self, bot: Program) -> None:
        await bot.said("started on")
        await self.people.wait_for_connections(1, seconds=40)

    async def subscribed(self) -> list[tuple[str, str]]:
        """Every time somebody was subscribed, and what subscriptions there are: they must agree."""
        async with self.database.read() as connection:
            acts = (await connection.scalars(select(audit.c.act))).all()
            rows = (await connection.execute(select(subscriptions))).all()
        assert acts.count("subscribe") == len(rows)
        return [(row.conversation, row.track) for row in rows]

    async def answers(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        return [message for message in await self.people.messages(channel) if message["is_bot"]]

    async def answered(self) -> list[dict[str, Any]]:
        """What was answered, once there is something."""
        async with asyncio.timeout(40):
            while not (found := await self.answers()):  # noqa: ASYNC110 -- what is waited for sets no event
                await asyncio.sleep(0.1)
        return found


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    sandbox = Sandbox(limits=Limits(ack=30.0, trigger=30.0, event_retries=(1.0,) * 40))
    await sandbox.start()
    async for relay in LossyRelay(sandbox.api_url).running():
        async with ControlClient(sandbox.url) as people:
            outside = Outside(sandbox, relay, people, f"sqlite+aiosqlite:///{tmp_path}/listening.db")
            yield outside
            await outside.database.close()
    await sandbox.stop()


async def test_killed_before_the_act_it_is_done_after_the_restart(outside: Outside) -> None:
    outside.relay.stalled.add("conversations.open")
    async with outside.bot() as bot:
        await outside.ready(bot)
        command = {"channel": CHANNEL, "user": "dana", "command": "/peace-status", "text": "subscribe territory dm"}
        assert (await outside.people.do("command", **command))["acked"]
        await until(lambda: outside.relay.calls["conversations.open"] == 1)
        bot.process.kill()
    outside.relay.stalled.clear()
    assert await outside.subscribed() == []
    assert await outside.answers() == []

    async with outside.bot() as bot:
        (answer,) = await outside.answered()
        assert answer["ephemeral_to"] == "U0DANA"
        assert "Subscribed to Territory in your direct messages" in answer["text"]
        assert [track for _, track in await outside.subscribed()] == ["territory"]
    async with outside.bot() as bot:  # and never again
        await outside.ready(bot)
        assert "taking up" not in bot.output
    assert len(await outside.answers()) == 1


async def test_killed_after_the_act_it_is_not_done_again_and_the_person_is_told(outside: Outside) -> None:
    outside.relay.stalled.add("chat.postMessage")
    async with outside.bot() as bot:
        await outside.ready(bot)
        await outside.people.do("message", channel=CHANNEL, user="dana", text="@backchannel subscribe territory here")
        await until(lambda: outside.relay.calls["chat.postMessage"] == 1, seconds=40)
        bot.process.kill()
    outside.relay.stalled.clear()
    assert await outside.subscribed() == [(CHANNEL, "territory")]

    async with outside.bot() as bot:
        (answer,) = await outside.answered()
        assert answer["text"].startswith("That is done. I was restarted before I could say so")
        assert answer["thread_ts"]
        await outside.ready(bot)
    assert await outside.subscribed() == [(CHANNEL, "territory")]


async def test_stopped_it_finishes_what_is_under_way(outside: Outside) -> None:
    outside.relay.stalled.add("chat.postMessage")
    async with outside.bot() as bot:
        await outside.ready(bot)
        await outside.people.do("message", channel=CHANNEL, user="dana", text="@backchannel subscribe territory here")
        await until(lambda: outside.relay.calls["chat.postMessage"] == 1, seconds=40)
        bot.process.terminate()
        await bot.said("stopping")
        outside.relay.stalled.clear()
        assert await asyncio.wait_for(bot.process.wait(), 20) == 0
    (answer,) = await outside.answers()
    assert "Subscribed to Territory" in answer["text"]

    async with outside.bot() as bot:
        await outside.ready(bot)
        assert "taking up" not in bot.output


async def test_what_is_said_while_nobody_hears_is_answered_once(outside: Outside) -> None:
    async with outside.bot() as bot:
        await outside.ready(bot)
        bot.process.kill()
    await outside.people.do("message", channel=CHANNEL, user="dana", text="@backchannel help")
    async with outside.bot() as bot:
        await outside.answered()
        await asyncio.sleep(1.5)  # Slack would have sent it again by now, had it not been acknowledged
        assert len(await outside.answers()) == 1
        await outside.ready(bot)
