"""The bot killed with SIGKILL at random, five times, on one database: every expected alert stands exactly once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from support.program import Program
from support.seen import delivery_key, development_of

from bot.domain.delivery import Lane
from bot.sandbox.client import ControlClient
from bot.sandbox.samples.server import SampleSources
from bot.sandbox.server import Sandbox
from bot.storage.alerts import AlertStore
from bot.storage.database import Database
from bot.storage.deliveries import DeliveryStore
from bot.storage.developments import DevelopmentStore
from bot.storage.schema import items
from config.load import default_directory

if TYPE_CHECKING:
    from pathlib import Path

CHANNEL = "C0TALKS"
KILLS = 5
SPEED = 12.0
SETTLED_LOOKS = 8


@pytest.mark.parametrize("seed", [7])
async def test_killed_five_times_it_loses_nothing_and_repeats_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- nobody is to be kept from guessing it
    samples, sandbox = SampleSources(speed=SPEED), Sandbox()
    await samples.start()
    await sandbox.start()
    samples.write_config(tmp_path / "config", default_directory())
    app = sandbox.workspace.app
    environment = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/killed.db",
        "BACKCHANNEL_CONFIG": str(tmp_path / "config"),
        "BACKCHANNEL_ALLOW_HOSTS": ",".join(samples.allowed_hosts),
        "BACKCHANNEL_TICK_SECONDS": "0.2",
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
    }
    database = Database(environment["DATABASE_URL"])
    async with ControlClient(sandbox.url) as desk:
        for _ in range(KILLS):
            async with Program("run", environment=environment) as bot:
                await bot.said("this process runs the engine")
                await asyncio.sleep(chance.uniform(0.3, 5.0))
                bot.process.kill()
        async with Program("run", environment=environment) as bot:
            await bot.said("this process runs the engine")
            await _settled(database, samples)
            messages = await desk.messages(CHANNEL)
    await sandbox.stop()
    await samples.stop()

    keys = Counter(filter(None, map(delivery_key, messages)))
    assert [key for key, times in keys.items() if times > 1] == []
    developments = await DevelopmentStore(database).latest("ukraine_russia", limit=1000)
    async with database.read() as connection:
        kept = set((await connection.scalars(select(items.c.url))).all())
    await database.close()
    assert {samples.story_address(story.id) for story in samples.rundown.stories} == kept
    cards = Counter(development_of(key) for key in keys if key.endswith(":post"))
    assert cards == Counter(development.id for development in developments if not development.waits)
    assert len(cards) > 5


async def _settled(database: Database, samples: SampleSources) -> None:
    """Return once everything released has been seen, decided, addressed and delivered, and stays so."""
    developments, deliveries = DevelopmentStore(database), DeliveryStore(database)
    alerts = AlertStore(database)
    released = samples.started + samples.rundown.stories[-1].at / SPEED
    quiet = 0
    async with asyncio.timeout(150):
        while quiet < SETTLED_LOOKS:
            await asyncio.sleep(1)
            tomorrow = datetime.now(UTC) + timedelta(days=1)
            work = (
                time.time() < released,
                await developments.undecided("ukraine_russia", limit=1),
                await alerts.unaddressed(limit=1),
                *[await deliveries.conversations_waiting(lane, now=tomorrow, pace=timedelta()) for lane in Lane],
            )
            quiet = 0 if any(work) else quiet + 1
