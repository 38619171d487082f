"""The steps after detection, against a Slack-speaking server that may be made to fail, with a clock a test sets."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.domain.alert import Message, Told
from bot.domain.catch_up import Besides, CatchUp, Notice
from bot.domain.decision import AlertAction, StateChange, Status
from bot.domain.source_notice import SourceNotice
from bot.pipeline.alert import AlertStep
from bot.pipeline.catch_up import CatchUpStep, Staleness
from bot.pipeline.deliver import PACE, DeliverStep
from bot.pipeline.notices import NoticeStep
from bot.slack.blocks.catch_up import catch_up_message, held_notice
from bot.slack.blocks.source_notice import source_notice
from bot.slack.messenger import SlackMessenger, posting_client
from bot.storage.catch_ups import CatchUpStore
from bot.storage.holds import HoldStore
from support.archive import new_development
from support.talks import TALKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.sandbox.server import Sandbox
    from support.archive import Archive, Clock
    from support.lossy import LossyRelay

CHANNEL = "C0TALKS"


class Desk:
    """What the steps need, and what the channel shows."""

    def __init__(self, archive: Archive, clock: Clock, relay: LossyRelay, sandbox: Sandbox) -> None:
        self.archive = archive
        self.clock = clock
        self.relay = relay
        self.sandbox = sandbox
        self.alert = AlertStep(archive.alerts, archive.desk, self)
        self.holds = HoldStore(archive.database)
        self.administrators: Desk | None = None
        self.deliver = self.step(self.render)
        self.unacceptable = ""
        self.unrenderable = ""

    def step(self, render: Callable[[AlertAction, Told | Besides], Message]) -> DeliverStep:
        """The deliver step, wired as the program wires it."""
        messenger = SlackMessenger(posting_client(self.sandbox.workspace.app.bot_token, self.relay.api_url))
        before = (
            CatchUpStep(CatchUpStore(self.archive.database), self.holds, Staleness()),
            NoticeStep(self.holds, self.archive.desk, messenger, self.administrators),
        )
        return DeliverStep(self.archive.deliveries, messenger, render, self.clock, holds=self.holds, before=before)

    async def current(self, now: datetime) -> Mapping[str, str]:
        del now
        return {"talks": CHANNEL}

    def render(self, action: AlertAction, told: Told | Besides) -> Message:
        if isinstance(told, SourceNotice):
            return source_notice(told)
        if isinstance(told, CatchUp):
            return catch_up_message(told, {"talks": TALKS})
        if isinstance(told, Notice):
            assert told.held is not None
            return held_notice(told.held)
        if told.development.id == self.unrenderable:
            raise LookupError("a bug")
        form = "update" if action is AlertAction.THREAD else "card"
        text = f"{told.development.id} {form} of {len(told.development.reports)}"
        too_long = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
        return Message(text, blocks=(too_long,) if told.development.id == self.unacceptable else ())

    async def work(self, rounds: int = 1) -> None:
        """Let the steps work, a second passing between rounds."""
        for _ in range(rounds):
            await self.alert.run(self.clock())
            await self.deliver.run(self.clock())
            self.clock.forward(seconds=max(PACE.values()).total_seconds())

    async def seen(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.sandbox.url}/_control/messages/{channel}") as answer,
        ):
            return list(json.loads(await answer.text())["messages"])

    async def texts(self) -> list[str]:
        return [message["text"] for message in await self.seen()]


async def update(desk: Desk, development: str, *, action: AlertAction, broadcast: bool = False) -> None:
    found = await desk.archive.developments.development(development)
    assert found is not None
    item = desk.archive.item(f"{development}-{found.revision + 1}", outlet=f"outlet{found.revision}")
    await desk.archive.keep(item)
    decision = replace(
        new_development(item),
        development=development,
        status=Status.UPDATE,
        alert=action,
        state_change=StateChange.CONFIRMED if broadcast else None,
    )
    await desk.archive.developments.record_decision("talks", item, decision, silent=False, now=desk.clock())
